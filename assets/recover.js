// The way back by a recovery code: it leads to a page where a new passkey is made.
'use strict';

(() => {
  const { main, say, call, fail, busy } = claviger;
  const form = document.getElementById('recover');

  document.getElementById('use-code').disabled = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    busy([document.getElementById('use-code')], async () => {
      say('');
      try {
        const answer = await call(main.dataset.url, Object.fromEntries(new FormData(form)));
        location.assign(answer.location);
      } catch (error) {
        fail(error);
      }
    });
  });
})();
