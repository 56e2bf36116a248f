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

  // Made small here, so that a photograph of any size will do; the server looks at it once more.
  const EDGE = 512;
  const choose = document.getElementById('choose-picture');
  const shrunk = async (chosen) => {
    const bitmap = await createImageBitmap(chosen).catch(() => null);
    if (!bitmap) return '';
    const scale = Math.min(1, EDGE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL('image/png').split(',')[1];
  };
  choose.addEventListener('change', () => portal.run(choose, [choose], async () => {
    const picture = await shrunk(choose.files[0]);
    await call(document.getElementById('picture').dataset.url, { picture }, 'PUT');
    location.reload();
  }));

  const { rpId, userId, username } = main.dataset;
  document.querySelector('form.fields').addEventListener('done', () => {
    if (!rpId) return;
    const displayName = document.querySelector('input[name=name]').value.trim() || username;
    const details = { rpId, userId, name: username, displayName };
    window.PublicKeyCredential?.signalCurrentUserDetails?.(details)?.catch(() => {});
  });
})();
