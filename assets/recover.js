// The ways back: a recovery code leads to a page where a new passkey is made; a letter says what comes of it.
'use strict';

(() => {
  const { say, call, fail, busy } = claviger;

  document.querySelectorAll('form').forEach((form) => {
    const buttons = [...form.querySelectorAll('button')];
    buttons.forEach((button) => { button.disabled = false; });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      busy(buttons, async () => {
        say('');
        try {
          const answer = await call(form.dataset.url, Object.fromEntries(new FormData(form)));
          if (form.dataset.done) say(form.dataset.done);
          else location.assign(answer.location);
        } catch (error) {
          fail(error);
        }
      });
    });
  });
})();
