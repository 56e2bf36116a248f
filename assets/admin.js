// Administration: every button and form says which call it makes; each is shown a passkey for itself.
'use strict';

(() => {
  const { main, say, call } = claviger;
  const base = main.dataset.api;
  const shown = document.getElementById('shown');

  // What is told once stays on the page until whoever asked goes on.
  const show = (secret, qr) => {
    shown.hidden = false;
    shown.focus();
    document.getElementById('shown-text').textContent = secret;
    const svg = shown.querySelector('svg');
    svg.toggleAttribute('hidden', !qr);
    if (qr) portal.draw(svg, qr);
    shown.scrollIntoView({ block: 'center' });
  };

  // A field is text; of several lines a list; a box yes or no, or a member of a list; what is empty is nothing.
  const valueOf = (field) => {
    if (field.type === 'checkbox') return field.checked;
    const text = field.value.trim();
    if (field.dataset.lines !== undefined) return text.split('\n').map((line) => line.trim()).filter(Boolean);
    if (field.dataset.number !== undefined) return Number(text);
    if (field.dataset.end !== undefined) return text ? new Date(text).toISOString() : undefined;
    return text || (field.dataset.optional === undefined ? null : undefined);
  };
  const put = (body, path, value) => {
    const [first, second] = path.split('.');
    if (second) body[first] = { ...body[first], [second]: value };
    else body[first] = value;
  };
  // A rule of claims: its kind says which member its text is.
  const ruleOf = (form) => {
    const { name, kind, text } = form.elements;
    const [source, fixed] = kind.value.split(':');
    const rule = { name: name.value.trim() };
    const plain = (value) => { try { return JSON.parse(value); } catch { return value; } };
    if (source === 'value') rule.value = plain(text.value.trim());
    else if (source !== 'values') rule[source] = fixed || text.value.trim();
    else {
      const halves = (line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)].map((part) => part.trim());
      const pairs = text.value.split('\n').filter((line) => line.includes('=')).map(halves);
      rule.values = pairs.filter(([group]) => group !== '*').map(([group, value]) => ({ group, value: plain(value || '') }));
      for (const [, value] of pairs.filter(([group]) => group === '*')) rule.otherwise = plain(value || '');
    }
    rule.targets = [...form.querySelectorAll('[name=targets]:checked')].map((box) => box.value);
    return rule;
  };
  const bodyOf = (form) => {
    const body = form.dataset.whole ? JSON.parse(form.dataset.whole) : {};
    if (form.dataset.rule !== undefined) return { ...body, claims: [...body.claims, ruleOf(form)] };
    for (const field of form.elements) {
      if (!field.name || field.dataset.path !== undefined) continue;
      // What nobody touched is not said.
      if (field.dataset.changed !== undefined && field.checked === field.defaultChecked) continue;
      if (field.dataset.list !== undefined) {
        const boxes = [...form.elements].filter((one) => one.name === field.name);
        put(body, field.name, boxes.filter((one) => one.checked).map((one) => one.value));
      } else {
        put(body, field.name, valueOf(field));
      }
    }
    return body;
  };

  const act = (element, buttons, body) => {
    // A member is named by the path, which the form chooses.
    const chosen = element.querySelector?.('[data-path]')?.value || '';
    const path = element.dataset.call + chosen;
    const method = element.dataset.admin;
    element.dataset.stepUp = 'admin';
    element.dataset.target = `${method} ${path}`;
    portal.run(element, buttons, async (proof) => {
      let answer;
      try {
        const seen = element.dataset.tag ? { 'If-Match': element.dataset.tag } : {};
        answer = await call(base + path, body, method, proof, seen);
      } catch (error) {
        // What the server says is exact; it is for whoever administers.
        if (!error.problem || error.problem.code === 'session_required') throw error;
        const { code, detail, title } = error.problem;
        const people = code === 'would_lock_out' && detail.match(/lock_out (\d+)/);
        if (people) {
          element.dataset.sure = detail;
          element.dataset.yes = main.dataset.goOn;
          setTimeout(() => act(element, buttons, { ...body, lock_out: Number(people[1]) }));
          return;
        }
        say(`${detail || title} (${error.problem.request_id})`, true);
        return;
      }
      const link = answer.invitation || (method === 'POST' && answer.url ? answer : null);
      if (element.dataset.done) say(element.dataset.done);
      else if (answer.secret) show(answer.secret, null);
      else if (link) show(link.url, link.qr);
      else if (answer.client_secret) {
        show(`${answer.client_id}\n${answer.client_secret}`, null);
        // Then on to what was made, with what the app must be told.
        shown.querySelector('a').href = element.dataset.go?.replace('{id}', answer.client_id) ?? '';
      }
      else if (element.dataset.go) location.assign(element.dataset.go.replace('{id}', answer.client_id || answer.id || ''));
      else location.reload();
    });
  };

  // Whoever follows the log sees what comes, until they stop, or turn to something in it.
  const again = document.querySelector('[data-again]');
  if (again) {
    const open = () => document.querySelector('main details[open]') || document.hidden;
    const look = () => { if (!open()) location.reload(); };
    setInterval(look, Number(again.dataset.again) * 1000);
    document.addEventListener('visibilitychange', look);
  }
  // A preset is at an address that stands for the app's own.
  const address = document.querySelector('[data-address]');
  address?.addEventListener('change', () => {
    const { form } = address;
    const { origin } = form.dataset;
    if (!URL.canParse(address.value)) return;
    form.dataset.origin = new URL(address.value).origin;
    for (const field of form.querySelectorAll('[data-lines]')) field.value = field.value.replaceAll(origin, form.dataset.origin);
    form.dataset.whole = form.dataset.whole.replaceAll(origin, form.dataset.origin);
  });
  document.querySelectorAll('button[data-admin]').forEach((button) => {
    button.addEventListener('click', () => act(button, [button], JSON.parse(button.dataset.body || '{}')));
  });
  document.querySelectorAll('form[data-admin]').forEach((form) => {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      act(form, [...form.querySelectorAll('button')], bodyOf(form));
    });
  });
  // A rule is tried before it is saved: the page says what it would come to, and the form keeps it.
  document.querySelector('[data-try]')?.addEventListener('click', ({ target: { form } }) => {
    if (!form.reportValidity()) return;
    const asked = document.querySelector('#preview form');
    const query = new URLSearchParams(new FormData(asked));
    query.set('rule', JSON.stringify(ruleOf(form)));
    location.assign(`?${query}#preview`);
  });
  const copies = async (button, text) => {
    await navigator.clipboard?.writeText(text.textContent);
    say(button.dataset.done);
  };
  document.getElementById('shown-copy')?.addEventListener('click', ({ target }) => copies(target, document.getElementById('shown-text')));
  document.querySelectorAll('[data-copy]').forEach((button) => {
    button.addEventListener('click', () => copies(button, button.previousElementSibling));
  });
})();
