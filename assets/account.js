// The account portal: every button and form says what it calls, what it needs first, and what it asks.
'use strict';

const portal = (() => {
  const { main, say, call, fail, busy, creationOptions, toJson, stepUp, supported } = claviger;
  const dialog = document.getElementById('sure');

  // Asks before something is gone.
  const sure = (element) => {
    if (!element.dataset.sure) return Promise.resolve(true);
    document.getElementById('sure-text').textContent = element.dataset.sure;
    document.getElementById('sure-yes').textContent = element.dataset.yes;
    dialog.returnValue = 'no';
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
    });
  };

  // Runs a call with its question, its step-up, and its words when it fails.
  const run = async (element, buttons, action) => {
    if (!await sure(element)) return;
    await busy(buttons, async () => {
      say('');
      try {
        const needed = element.dataset.stepUp;
        if (needed && !supported()) return;
        await action(needed ? await stepUp(needed, element.dataset.target) : '');
      } catch (error) {
        // Whoever is no longer signed in is led on by the page itself.
        if (error.problem?.code === 'session_required') location.reload();
        else fail(error);
      }
    });
  };

  // A field called `address.country` is the country of the address.
  const fieldsOf = (form) => {
    const body = {};
    for (const [name, value] of new FormData(form)) {
      const [first, second] = name.split('.');
      if (second) body[first] = { ...body[first], [second]: value };
      else body[first] = value;
    }
    return body;
  };

  const callOf = (element, body) => async (proof) => {
    await call(element.dataset.url, body(), element.dataset.method, proof);
    if (!element.dataset.done) {
      location.reload();
      return;
    }
    say(element.dataset.done);
    element.dispatchEvent(new Event('done'));
  };

  document.querySelectorAll('button[data-url]').forEach((button) => {
    button.addEventListener('click', () => run(button, [button], callOf(button, () => ({}))));
  });
  document.querySelectorAll('form[data-url]').forEach((form) => {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      run(form, [...form.querySelectorAll('button')], callOf(form, () => fieldsOf(form)));
    });
  });

  const add = document.getElementById('add-passkey');
  add?.addEventListener('click', () => {
    add.dataset.stepUp = 'passkey.add';
    run(add, [add], async (proof) => {
      const { ceremony, publicKey } = await call(main.dataset.registrationBegin, {}, 'POST', proof);
      const credential = await navigator.credentials.create({ publicKey: creationOptions(publicKey) });
      say(main.dataset.checking);
      const answer = await call(main.dataset.registrationFinish, { ceremony, credential: toJson(credential) });
      location.assign(answer.location);
    });
  });

  // A QR code: each dark module as a square of one unit, with the quiet zone of four around (ISO/IEC 18004 6.3.8).
  const draw = (svg, rows) => {
    const size = rows.length + 8;
    const squares = rows.flatMap((row, y) => [...row].map((module, x) => (module === '1' ? `M${x + 4} ${y + 4}h1v1h-1z` : '')));
    svg.setAttribute('viewBox', `0 0 ${size} ${size}`);
    svg.querySelector('path').setAttribute('d', squares.join(''));
  };

  // The passkeys that are known, all of them: a device may forget any other of this account (WebAuthn 5.1.10.3).
  const { rpId, userId, accepted } = main.dataset;
  if (rpId && accepted) {
    const allAcceptedCredentialIds = accepted.split(' ');
    window.PublicKeyCredential?.signalAllAcceptedCredentials?.({ rpId, userId, allAcceptedCredentialIds })?.catch(() => {});
  }

  // Times in the person's own zone and words: near ones by distance, all of them precise on hover.
  const language = document.documentElement.lang;
  const precise = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' });
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
  const distance = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const UNITS = [['day', 86400], ['hour', 3600], ['minute', 60]];
  document.querySelectorAll('time').forEach((element) => {
    const at = new Date(element.dateTime);
    const seconds = (at - Date.now()) / 1000;
    const unit = UNITS.find(([, length]) => Math.abs(seconds) >= length);
    element.title = precise.format(at);
    if (Math.abs(seconds) > 7 * 86400) element.textContent = day.format(at);
    else if (unit) element.textContent = distance.format(Math.round(seconds / unit[1]), unit[0]);
    else element.textContent = distance.format(0, 'minute');
  });

  return { run, draw };
})();
