// Fields that name a person, a department, a location or a job title: offers those that fit what is typed. Without it, a
// name or a number is typed in full.

const WAIT = 120; // ms between the last key and the question
const address = document.querySelector('[data-suggest]')?.dataset.suggest;

for (const input of address ? document.querySelectorAll('[data-offers]') : []) {
  const offers = document.getElementById(input.getAttribute('list'));
  let timer = 0;
  let running = null;

  const ask = async () => {
    const q = input.value.trim();
    running?.abort();
    if (!q) return offers.replaceChildren();
    running = new AbortController();
    try {
      const response = await fetch(`${address}?${new URLSearchParams({ q, kind: input.dataset.offers })}`, {
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
  };

  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
}
