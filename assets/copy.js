// Copies the link, where the browser lets us.
'use strict';

(() => {
  const button = document.getElementById('copy');
  const status = document.getElementById('status');

  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard?.writeText(document.getElementById('copied-link').href);
    status.textContent = button.dataset.done;
    status.className = 'status note';
  });
})();
