// A long form that one leaves by mistake: the browser asks first, once something was typed.
const form = document.querySelector('form[data-unsaved]');

if (form) {
  let touched = Boolean(document.getElementById('problems'));
  form.addEventListener('input', () => { touched = true; });
  form.addEventListener('submit', () => { touched = false; });
  window.addEventListener('beforeunload', (event) => {
    if (touched) event.preventDefault();
  });
  document.getElementById('problems')?.focus();
}
