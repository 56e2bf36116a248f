// A decision: it goes by fetch, then the page navigates. No form of ours is submitted towards a redirect.
'use strict';

(() => {
  const { main, call, fail, busy } = claviger;
  const buttons = [...document.querySelectorAll('button[data-decision]')];

  const decide = (decision) => busy(buttons, async () => {
    try {
      const fixed = main.dataset.logout ? { logout: main.dataset.logout } : {};
      const answer = await call(main.dataset.url, { ...fixed, decision });
      location.assign(answer.location);
    } catch (error) {
      // Whoever is no longer signed in is led on by the page itself.
      if (error.problem?.code === 'session_required') location.reload();
      else fail(error);
    }
  });

  // A click that was meant for something else half a second ago must not allow anything.
  buttons.forEach((button) => {
    button.disabled = true;
    button.addEventListener('click', () => decide(button.dataset.decision));
  });
  setTimeout(() => buttons.forEach((button) => { button.disabled = false; }), 500);
})();
