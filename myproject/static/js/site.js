// What every page has: the search box, copy buttons, local times. Everything works without it.
import { searchBox } from './search.js';
import { copyButtons } from './copy.js';
import { localTimes } from './clock.js';

searchBox(document.querySelector('.site-search'));
copyButtons(document);
localTimes(document);

// A menu of the header closes when something else is wanted.
const dates = document.querySelector('details.date-control');
if (dates) {
  document.addEventListener('click', (event) => {
    if (!dates.contains(event.target)) dates.open = false;
  });
  dates.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && dates.open) {
      dates.open = false;
      dates.querySelector('summary').focus();
    }
  });
}

// What was left empty stays out of the address. Enabled again for who comes back.
document.addEventListener('submit', ({ target: form }) => {
  if (form.method !== 'get') return;
  const empty = [...form.elements].filter((field) => field.name && field.value === '' && !field.disabled);
  for (const field of empty) field.disabled = true;
  setTimeout(() => { for (const field of empty) field.disabled = false; });
});

if (document.querySelector('[role="tree"]')) import('./tree.js').then((module) => module.default?.());
