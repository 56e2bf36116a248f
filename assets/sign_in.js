// Signing in: autofill waits in the field, the button asks at once, each with a challenge of its own.
'use strict';

(() => {
  const { main, say, call, fail, busy, requestOptions, toJson, forget, supported } = claviger;
  const form = document.getElementById('sign-in-form');
  const button = document.getElementById('sign-in');
  const other = document.getElementById('other-device');
  let waiting = null;
  let timer = 0;
  let asking = false;
  let pause = 2000;

  const begin = () => call(main.dataset.begin, {
    request: main.dataset.request || undefined,
    continue: main.dataset.continue || undefined,
    other_account: main.dataset.otherAccount === 'true' || undefined,
  });

  const finish = async (ceremony, credential) => {
    say(main.dataset.checking);
    try {
      const answer = await call(main.dataset.finish, { ceremony, credential: toJson(credential) });
      location.assign(answer.location);
    } catch (error) {
      if (error.problem?.signal) forget(credential.id);
      throw error;
    }
  };

  const disarm = () => {
    clearTimeout(timer);
    if (waiting) waiting.abort();
    waiting = null;
  };

  // The field offers passkeys until the challenge nears its end; then it is armed anew. While the server can't begin
  // a ceremony it is asked ever more seldom.
  const arm = async () => {
    disarm();
    const controller = new AbortController();
    waiting = controller;
    let begun = null;
    try {
      if (!await PublicKeyCredential.isConditionalMediationAvailable?.() || waiting !== controller) return;
      begun = await begin();
      pause = 2000;
      if (waiting !== controller) return;
      timer = setTimeout(arm, (begun.publicKey.timeout || 300000) * 0.8);
      const credential = await navigator.credentials.get({
        publicKey: requestOptions(begun.publicKey), mediation: 'conditional', signal: controller.signal,
      });
      clearTimeout(timer);
      await busy([button, other], () => finish(begun.ceremony, credential));
    } catch (error) {
      if (waiting !== controller || (begun && !error.problem && error.name === 'NotAllowedError')) return;
      fail(error);
      if (begun && error.problem) {
        arm();
      } else if (!begun) {
        timer = setTimeout(arm, pause);
        pause = Math.min(pause * 2, 60000);
      }
    }
  };

  // The first touch asks for what this device has. Without any, every way is offered.
  let first = true;
  const here = async (publicKey) => {
    if (!first || publicKey.hints?.length || publicKey.allowCredentials?.length
      || !(await PublicKeyCredential.getClientCapabilities?.())?.immediateGet) return null;
    first = false;
    const asked = performance.now();
    try {
      return await navigator.credentials.get({ publicKey: requestOptions(publicKey), uiMode: 'immediate' });
    } catch (error) {
      if (error.name !== 'NotAllowedError' || performance.now() - asked > 1000) throw error;
      return null;
    }
  };

  const ask = async (hints) => {
    if (asking) return;
    asking = true;
    disarm();
    say('');
    let begun = null;
    await busy([button, other], async () => {
      try {
        begun = await begin();
        if (hints) begun.publicKey.hints = hints;
        const credential = await here(begun.publicKey)
          || await navigator.credentials.get({ publicKey: requestOptions(begun.publicKey) });
        await finish(begun.ceremony, credential);
      } catch (error) {
        fail(error);
      }
    });
    asking = false;
    if (begun) arm();
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (supported()) ask(null);
  });
  if (!supported()) return;
  button.addEventListener('click', () => ask(null));
  other.addEventListener('click', () => ask(['hybrid']));
  arm();
})();
