// Fields for a person, a department, a location, a title or a skill: offers those that fit what is typed. Without it, a
// name is typed in full.

const WAIT = 120; // ms between the last key and the question

for (const input of document.querySelectorAll('input[list][data-kind]')) {
  const offers = document.getElementById(input.getAttribute('list'));
  const address = document.querySelector('[data-suggest]')?.dataset.suggest;
  if (!offers || !address) break;
  let timer = 0;
  let running = null;

  async function ask() {
    const q = input.value.trim();
    running?.abort();
    if (!q) return offers.replaceChildren();
    running = new AbortController();
    const query = new URLSearchParams({ q, kind: input.dataset.kind });
    for (const name of ['as_of', 'known_at']) {
      const value = input.form.elements[name]?.value; // a list of another day offers what there was then
      if (value) query.set(name, value);
    }
    try {
      const response = await fetch(`${address}?${query}`, {
        headers: { Accept: 'application/json' }, credentials: 'same-origin', signal: running.signal,
      });
      if (!response.ok) return;
      const answer = await response.json();
      offers.replaceChildren(...answer.items.map((item) => {
        const option = document.createElement('option');
        option.value = item.value;
        if (item.detail) option.label = item.detail;
        return option;
      }));
    } catch (error) {
      if (error.name !== 'AbortError') throw error;
    }
  }

  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
}
