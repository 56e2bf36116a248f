// A link for another device: as a picture for its camera, and as text for whoever has none.
'use strict';

(() => {
  const { say, call } = claviger;
  const button = document.getElementById('add-elsewhere');
  const section = document.getElementById('elsewhere');
  const link = document.getElementById('device-link');
  const copy = document.getElementById('copy-link');

  button.dataset.stepUp = 'passkey.add';
  button.addEventListener('click', () => portal.run(button, [button], async (proof) => {
    const answer = await call(button.dataset.urlOfLink, {}, 'POST', proof);
    portal.draw(section.querySelector('svg'), answer.qr);
    link.textContent = answer.url;
    link.href = answer.url;
    section.hidden = false;
    section.scrollIntoView();
  }));
  copy.addEventListener('click', async () => {
    await navigator.clipboard?.writeText(link.textContent);
    say(copy.dataset.done);
  });
})();
