// Small comforts of every page. Each script starts itself: imports would go past the versions in the addresses, and
// browsers would ask about them again for every page.

// A menu closes when something else is wanted.
for (const menu of document.querySelectorAll('details.date-control, details.sorts, details.menu')) {
  document.addEventListener('click', (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && menu.open) {
      menu.open = false;
      menu.querySelector('summary').focus();
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
