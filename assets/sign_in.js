// Signing in: autofill waits in the field, the button asks at once, each with a challenge of its own.
'use strict';

(() => {
  const { main, say, call, fail, busy, requestOptions, toJson, supported } = claviger;
  const button = document.getElementById('sign-in');
  const other = document.getElementById('other-device');
  let waiting = null;
  let timer = 0;

  const begin = () => call(main.dataset.begin, {
    request: main.dataset.request || undefined,
    continue: main.dataset.continue || undefined,
    other_account: main.dataset.otherAccount === 'true' || undefined,
  });

  const finish = async (ceremony, credential) => {
    say(main.dataset.checking);
    const answer = await call(main.dataset.finish, { ceremony, credential: toJson(credential) });
    location.assign(answer.location);
  };

  const disarm = () => {
    clearTimeout(timer);
    if (waiting) waiting.abort();
    waiting = null;
  };

  // The field offers passkeys until the challenge nears its end; then it is armed anew.
  const arm = async () => {
    disarm();
    if (!await PublicKeyCredential.isConditionalMediationAvailable?.()) return;
    const controller = new AbortController();
    waiting = controller;
    try {
      const { ceremony, publicKey } = await begin();
      if (waiting !== controller) return;
      timer = setTimeout(arm, (publicKey.timeout || 300000) * 0.8);
      const credential = await navigator.credentials.get({
        publicKey: requestOptions(publicKey), mediation: 'conditional', signal: controller.signal,
      });
      await busy([button, other], () => finish(ceremony, credential));
    } catch (error) {
      if (controller.signal.aborted || error.name === 'NotAllowedError') return;
      fail(error);
      if (error.problem) arm();
    }
  };

  const ask = (hints) => busy([button, other], async () => {
    disarm();
    say('');
    try {
      const { ceremony, publicKey } = await begin();
      if (hints) publicKey.hints = hints;
      const credential = await navigator.credentials.get({ publicKey: requestOptions(publicKey) });
      await finish(ceremony, credential);
    } catch (error) {
      fail(error);
      arm();
    }
  });

  if (!supported()) return;
  button.addEventListener('click', () => ask(null));
  other.addEventListener('click', () => ask(['hybrid']));
  document.getElementById('sign-in-form').addEventListener('submit', (event) => {
    event.preventDefault();
    ask(null);
  });
  arm();
})();
