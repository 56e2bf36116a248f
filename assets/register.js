// Creating a passkey: with a new account, or for somebody who holds a link.
'use strict';

(() => {
  const { main, say, call, fail, busy, creationOptions, toJson, forget, supported } = claviger;
  const form = document.getElementById('register');
  const button = document.getElementById('create');

  const asked = () => {
    if (main.dataset.link) return { link: main.dataset.link };
    const value = (name) => form.elements[name].value.trim() || undefined;
    return {
      sign_up: { username: value('username'), display_name: value('display_name'), token: main.dataset.token || undefined },
      request: main.dataset.request || undefined,
    };
  };

  // What the server has just refused opens nothing. After any other failure nobody knows, so it stays.
  const REFUSED = ['verification_failed', 'policy_refused', 'username_taken', 'link_spent', 'other_session', 'sign_up_closed'];
  const keep = async (ceremony, credential) => {
    try {
      return await call(main.dataset.finish, { ceremony, credential: toJson(credential) });
    } catch (error) {
      if (REFUSED.includes(error.problem?.code)) forget(credential.id);
      throw error;
    }
  };

  if (!supported()) return;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    busy([button], async () => {
      say('');
      try {
        const { ceremony, publicKey } = await call(main.dataset.begin, asked());
        const credential = await navigator.credentials.create({ publicKey: creationOptions(publicKey) });
        say(main.dataset.checking);
        location.assign((await keep(ceremony, credential)).location);
      } catch (error) {
        const badName = error.problem?.code === 'invalid_request' && main.dataset.invalidUsername;
        if (badName) say(badName, true);
        else fail(error);
      }
    });
  });
})();
