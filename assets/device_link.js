// A link for another device: as a picture for its camera, and as text for whoever has none.
'use strict';

(() => {
  const { say, call } = claviger;
  const button = document.getElementById('add-elsewhere');
  const section = document.getElementById('elsewhere');
  const link = document.getElementById('device-link');
  const copy = document.getElementById('copy-link');

  // Each dark module as a square of one unit, with the quiet zone of four around (ISO/IEC 18004 6.3.8).
  const draw = (rows) => {
    const svg = section.querySelector('svg');
    const size = rows.length + 8;
    const squares = rows.flatMap((row, y) => [...row].map((module, x) => (module === '1' ? `M${x + 4} ${y + 4}h1v1h-1z` : '')));
    svg.setAttribute('viewBox', `0 0 ${size} ${size}`);
    svg.querySelector('path').setAttribute('d', squares.join(''));
  };

  button.dataset.stepUp = 'passkey.add';
  button.addEventListener('click', () => portal.run(button, [button], async (proof) => {
    const answer = await call(button.dataset.urlOfLink, {}, 'POST', proof);
    draw(answer.qr);
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
