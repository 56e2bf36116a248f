// All that is held about somebody, as a file; and authenticators learn how they are called now (WebAuthn 5.1.10).
'use strict';

(() => {
  const { main, call } = claviger;
  const button = document.getElementById('export');

  button.dataset.stepUp = 'export';
  button.addEventListener('click', () => portal.run(button, [button], async (proof) => {
    const document_ = await call(button.dataset.urlOfExport, {}, 'POST', proof);
    const file = new Blob([JSON.stringify(document_, null, 2)], { type: 'application/json' });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = 'account.json';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }));

  const { rpId, userId, username } = main.dataset;
  document.querySelector('form.fields').addEventListener('done', () => {
    if (!rpId) return;
    const displayName = document.querySelector('input[name=name]').value.trim() || username;
    const details = { rpId, userId, name: username, displayName };
    window.PublicKeyCredential?.signalCurrentUserDetails?.(details)?.catch(() => {});
  });
})();
