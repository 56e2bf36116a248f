// What every page with a ceremony or a decision needs.
'use strict';

const claviger = (() => {
  const main = document.querySelector('main');
  const status = document.getElementById('status');
  const csrf = document.querySelector('meta[name="csrf-token"]').content;

  // A refusal by the server, with the code of its problem document.
  class Refusal extends Error {
    constructor(problem) {
      super(problem.code);
      this.problem = problem;
    }
  }

  const say = (text, bad) => {
    status.textContent = text;
    status.className = text ? `status note${bad ? ' bad' : ''}` : 'status';
    if (text) status.scrollIntoView({ block: 'nearest' });
  };

  // Where storage is blocked there is nothing to remember, and so no reload.
  const memory = (action) => {
    try {
      return action(sessionStorage);
    } catch {
      return 'unknown';
    }
  };

  // Reloads once; a page that is still out of date then says so instead.
  const reloadOnce = () => {
    if (memory((store) => store.getItem('reloaded'))) return false;
    memory((store) => store.setItem('reloaded', 'yes'));
    location.reload();
    return true;
  };

  const send = async (url, body, method, stepUp, more) => {
    const proof = stepUp ? { ...more, 'X-Step-Up': stepUp } : more;
    try {
      return await fetch(url, {
        method,
        headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf, ...proof },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(30000),
      });
    } catch (error) {
      throw error.name === 'TypeError' ? new DOMException('', 'NetworkError') : error;
    }
  };

  const call = async (url, body, method = 'POST', stepUp = '', more = {}) => {
    const response = await send(url, body, method, stepUp, more);
    const answer = [202, 204].includes(response.status) ? {} : await response.json().catch(() => ({ code: 'internal' }));
    if (response.ok) {
      memory((store) => store.removeItem('reloaded'));
      return answer;
    }
    if (answer.code === 'csrf_failed' && reloadOnce()) return new Promise(() => {});
    throw new Refusal(answer);
  };

  // The words for whatever went wrong; empty for what needs none.
  const words = (error) => {
    const data = main.dataset;
    if (error instanceof Refusal) {
      const text = data[`code${error.problem.code.replace(/(^|_)(.)/g, (_, __, c) => c.toUpperCase())}`];
      const shown = text || data.codeInternal;
      const ours = !text || ['internal', 'unavailable'].includes(error.problem.code);
      return ours && error.problem.request_id ? `${shown} (${error.problem.request_id})` : shown;
    }
    if (error.name === 'AbortError') return '';
    return data[`dom${error.name}`] || data.domUnknownError;
  };

  const fail = (error) => {
    const text = words(error);
    say(text, error.name !== 'NotAllowedError');
    return text;
  };

  // Runs an action with its buttons off, so that nothing happens twice.
  const busy = async (buttons, action) => {
    buttons.forEach((button) => { button.disabled = true; });
    try {
      return await action();
    } finally {
      buttons.forEach((button) => { button.disabled = false; });
    }
  };

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const descriptors = (list) => (list || []).map((item) => ({ ...item, id: bytes(item.id) }));

  // Browsers since 2024 do this themselves; the rest is for the others.
  const creationOptions = (json) => (PublicKeyCredential.parseCreationOptionsFromJSON
    ? PublicKeyCredential.parseCreationOptionsFromJSON(json)
    : { ...json, challenge: bytes(json.challenge), user: { ...json.user, id: bytes(json.user.id) },
      excludeCredentials: descriptors(json.excludeCredentials) });
  const requestOptions = (json) => (PublicKeyCredential.parseRequestOptionsFromJSON
    ? PublicKeyCredential.parseRequestOptionsFromJSON(json)
    : { ...json, challenge: bytes(json.challenge), allowCredentials: descriptors(json.allowCredentials) });
  const toJson = (credential) => {
    if (credential.toJSON) return credential.toJSON();
    const { response } = credential;
    const fields = { clientDataJSON: text(response.clientDataJSON) };
    for (const name of ['attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
      if (response[name]) fields[name] = text(response[name]);
    }
    if (response.getTransports) fields.transports = response.getTransports();
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response: fields,
      authenticatorAttachment: credential.authenticatorAttachment, clientExtensionResults: {} };
  };

  // A passkey, shown once more for one thing.
  const stepUp = async (action, target) => {
    const { ceremony, publicKey } = await call(main.dataset.authenticationBegin, { step_up: { action, target } });
    const credential = await navigator.credentials.get({ publicKey: requestOptions(publicKey) });
    const answer = await call(main.dataset.authenticationFinish, { ceremony, credential: toJson(credential) });
    return answer.step_up;
  };

  // The authenticator may forget a passkey that is known to open nothing. Nobody waits for it.
  const forget = (credentialId) => {
    // Without it the server may not know all passkeys, and nothing is said.
    if (!main.dataset.rpId) return;
    PublicKeyCredential.signalUnknownCredential?.({ rpId: main.dataset.rpId, credentialId })?.catch(() => {});
  };

  const supported = () => {
    if (window.PublicKeyCredential) return true;
    say(main.dataset.domNotSupportedError, true);
    const other = document.getElementById('other-browser');
    if (other) other.hidden = false;
    return false;
  };

  // A page from the back-forward cache has a ceremony that is over.
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });

  return { main, say, call, fail, busy, creationOptions, requestOptions, toJson, stepUp, forget, supported };
})();
