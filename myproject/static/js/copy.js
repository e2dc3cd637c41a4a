// A button beside every `[data-copy]` puts its value on the clipboard, and says so.

export function copyButtons(root) {
  if (!navigator.clipboard) return;
  for (const source of root.querySelectorAll('[data-copy]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    button.setAttribute('aria-label', `Copy ${source.dataset.copy}`);
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(source.dataset.copy);
      button.textContent = 'Copied';
      setTimeout(() => { button.textContent = 'Copy'; }, 1500);
    });
    source.after(' ', button);
  }
}
