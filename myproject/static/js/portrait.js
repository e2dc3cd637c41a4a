// Shows a chosen photo as it will be cut, and tells at once when it is too large to be sent. Drawn on a canvas: the
// content security policy lets no picture be loaded but from the server.
const form = document.querySelector('form[data-portrait]');

if (form) {
  const file = form.elements.file;
  const preview = document.querySelector('[data-preview]');
  const before = [...preview.childNodes];
  const place = { start: 0, middle: 0.5, end: 1 };
  let picture = null;

  function draw() {
    if (!picture) return;
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 320;
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', form.dataset.cropped);
    const side = Math.min(picture.width, picture.height);
    const part = place[form.elements.place.value];
    const left = (picture.width - side) * part;
    const top = (picture.height - side) * part;
    canvas.getContext('2d').drawImage(picture, left, top, side, side, 0, 0, 320, 320);
    preview.replaceChildren(canvas);
  }

  async function chosen() {
    const [one] = file.files;
    file.setCustomValidity('');
    picture?.close();
    picture = null;
    preview.replaceChildren(...before);
    if (!one) return;
    if (one.size > Number(form.dataset.max)) {
      file.setCustomValidity(form.dataset.tooLarge);
      file.reportValidity();
      return;
    }
    try {
      picture = await createImageBitmap(one, { imageOrientation: 'from-image' });
      draw();
    } catch {
      // The server says why.
    }
  }

  file.addEventListener('change', chosen);
  form.addEventListener('change', (event) => { if (event.target.name === 'place') draw(); });
}
