// Live search: the combobox pattern on the search box of the header. `/` goes there from anywhere; Enter opens the
// first hit, or the one chosen with the arrows; the form itself works without any of this, and carries the texts.

const WAIT = 90; // ms between the last key and the question
const PATIENCE = 2000; // ms that Enter waits for the answer
const KINDS = ['department', 'location', 'job_title', 'skill'];

function searchBox(form) {
  const input = form?.querySelector('input[type="search"]');
  if (!input) return;

  const list = document.createElement('ul');
  list.className = 'suggestions';
  list.id = 'suggestions';
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', form.dataset.suggestions);
  list.hidden = true;
  form.append(list);

  const status = document.createElement('p');
  status.className = 'visually-hidden';
  status.setAttribute('role', 'status');
  form.append(status);

  for (const [name, value] of Object.entries({
    role: 'combobox', 'aria-expanded': 'false', 'aria-controls': list.id, 'aria-autocomplete': 'list', autocomplete: 'off',
  })) input.setAttribute(name, value);

  let timer = 0;
  let running = null;
  let chosen = -1;
  let asked = '';

  const options = () => [...list.querySelectorAll('[role="option"]')];

  function close() {
    list.hidden = true;
    chosen = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  }

  function choose(index) {
    const all = options();
    if (!all.length) return;
    chosen = (index + all.length) % all.length;
    all.forEach((option, place) => option.setAttribute('aria-selected', String(place === chosen)));
    input.setAttribute('aria-activedescendant', all[chosen].id);
    all[chosen].scrollIntoView({ block: 'nearest' });
  }

  function span(name, text) {
    const part = document.createElement('span');
    part.className = name;
    part.textContent = text;
    return part;
  }

  function row(item, place) {
    const option = document.createElement('li');
    option.id = `suggestion-${place}`;
    option.setAttribute('role', 'option');
    option.setAttribute('aria-selected', 'false');
    option.dataset.url = item.url;
    if (item.initials) {
      const face = span(`avatar tiny hue-${item.hue}`, '');
      if (!item.portrait) face.dataset.initials = item.initials;
      if (item.portrait) {
        const picture = new Image(24, 24);
        picture.alt = '';
        picture.src = item.portrait;
        face.append(picture);
      }
      face.setAttribute('aria-hidden', 'true');
      option.append(face);
    }
    option.append(span('label', item.label));
    if (item.detail) option.append(span('detail', item.detail));
    if (KINDS.includes(item.kind)) option.append(span('kind', form.dataset[item.kind]));
    option.addEventListener('mousedown', (event) => event.preventDefault());
    option.addEventListener('click', (event) => open(option, event));
    return option;
  }

  function show(answer) {
    const rows = answer.items.map(row);
    if (answer.more) {
      const all = row({ label: form.dataset.all.replace('{q}', () => answer.q), url: answer.all }, rows.length);
      all.classList.add('all');
      rows.push(all);
    }
    list.replaceChildren(...rows);
    const count = answer.items.length;
    status.textContent = count ? form.dataset.found.replace('{count}', count) : form.dataset.none;
    chosen = -1;
    list.hidden = !rows.length;
    input.setAttribute('aria-expanded', String(rows.length > 0));
    input.removeAttribute('aria-activedescendant');
  }

  function open(option, event) {
    if (event?.metaKey || event?.ctrlKey) window.open(option.dataset.url, '_blank', 'noopener');
    else window.location.assign(option.dataset.url);
  }

  async function ask() {
    const q = input.value.trim();
    running?.abort();
    if (!q) {
      asked = '';
      close();
      return;
    }
    running = new AbortController();
    const query = new URLSearchParams(new FormData(form));
    query.set('q', q);
    try {
      const response = await fetch(`${form.dataset.suggest}?${query}`, {
        headers: { Accept: 'application/json' }, credentials: 'same-origin', signal: running.signal,
      });
      if (!response.ok) return close();
      const answer = await response.json();
      asked = q;
      if (document.activeElement === input) show(answer);
    } catch (error) {
      if (error.name !== 'AbortError') close();
    }
  }

  // Enter came before the answer: what it would have opened, or the list if nothing fits or the answer stays away.
  async function openFirst() {
    const typed = input.value.trim();
    clearTimeout(timer);
    await Promise.race([ask(), new Promise((done) => { setTimeout(done, PATIENCE); })]);
    if (input.value.trim() !== typed) return;
    const first = asked === typed && !list.hidden && options()[0];
    if (first) open(first);
    else form.requestSubmit();
  }

  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener('focus', () => {
    if (input.value.trim() && asked === input.value.trim() && options().length) {
      list.hidden = false;
      input.setAttribute('aria-expanded', 'true');
    }
  });
  input.addEventListener('blur', close);
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'Escape') {
      if (list.hidden) input.value = '';
      close();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (list.hidden) return;
      event.preventDefault();
      const from = chosen < 0 && event.key === 'ArrowUp' ? 0 : chosen;
      choose(from + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (event.key === 'Enter' && input.value.trim() && input.value !== input.defaultValue && asked !== input.value.trim()) {
      event.preventDefault();
      openFirst();
    } else if (event.key === 'Enter' && !list.hidden) {
      const option = options()[Math.max(chosen, 0)];
      if (option) {
        event.preventDefault();
        open(option, event);
      }
    }
  });

  document.addEventListener('keydown', (event) => {
    const typing = event.target.closest?.('input, textarea, select, [contenteditable]');
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
      input.select();
    }
  });
}

searchBox(document.querySelector('.site-search'));
