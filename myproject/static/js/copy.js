// A button beside every `[data-copy]` puts its value on the clipboard, and says so. The body carries the texts.

function sheets() {
  const picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  picture.setAttribute('viewBox', '0 0 16 16');
  picture.setAttribute('aria-hidden', 'true');
  const lines = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  lines.setAttribute('d', 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3');
  picture.append(lines);
  return picture;
}

function copyButtons(root) {
  if (!navigator.clipboard) return;
  const { textCopy, textCopyValue, textCopied } = document.body.dataset;
  for (const source of root.querySelectorAll('[data-copy]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.append(sheets());
    button.title = textCopy;
    button.setAttribute('aria-label', textCopyValue.replace('{value}', () => source.dataset.copy));
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(source.dataset.copy);
      button.textContent = textCopied;
      setTimeout(() => button.replaceChildren(sheets()), 1500);
    });
    source.after(' ', button);
  }
}

copyButtons(document);
