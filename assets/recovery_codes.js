// Ten recovery codes: told once, to be printed or kept as a file.
'use strict';

(() => {
  const { call } = claviger;
  const section = document.getElementById('recovery-codes');
  const button = document.getElementById('make-codes');
  const shown = document.getElementById('codes');

  const show = (codes) => {
    const list = shown.querySelector('ol');
    list.replaceChildren(...codes.map((code) => {
      const line = document.createElement('li');
      line.textContent = code;
      return line;
    }));
    const text = `${section.dataset.file}\n\n${codes.join('\n')}\n`;
    document.getElementById('save-codes').href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    shown.hidden = false;
    button.hidden = true;
    section.querySelector('p').remove();
    shown.scrollIntoView();
  };

  button.dataset.stepUp = 'recovery_codes';
  button.addEventListener('click', () => portal.run(button, [button], async (proof) => {
    show((await call(section.dataset.url, {}, 'POST', proof)).codes);
  }));
  document.getElementById('print-codes').addEventListener('click', () => print());
})();
