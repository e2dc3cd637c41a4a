// Starts Swagger UI on the specification; what it sends proves that a page of ours sent it. It leaves some parts without
// a name, or out of reach of the keyboard: they get both as they appear.

const place = document.getElementById('documentation');

function complete(root) {
  for (const button of root.querySelectorAll('.copy-to-clipboard button:not([aria-label])')) {
    button.setAttribute('aria-label', 'Copy');
  }
  // Under our h1 its h3 are the second level, and so on.
  for (const heading of root.querySelectorAll(':is(h3, h4, h5):not([aria-level])')) {
    heading.setAttribute('aria-level', String(Number(heading.tagName[1]) - 1));
  }
  for (const text of root.querySelectorAll('pre:not([tabindex], .version)')) text.tabIndex = 0;
  for (const field of root.querySelectorAll('textarea:not([aria-label]), .body-param select:not([aria-label])')) {
    field.setAttribute('aria-label', field.matches('textarea') ? 'Body of the request' : 'Kind of the body');
  }
}

new MutationObserver(() => complete(place)).observe(place, { childList: true, subtree: true });

window.SwaggerUIBundle({
  url: place.dataset.specification,
  domNode: place,
  layout: 'BaseLayout',
  // Links to operations stand inside the buttons that open them: neither works well by keyboard.
  deepLinking: false,
  // Its colours are made for one background.
  syntaxHighlight: { activated: false },
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  requestSnippetsEnabled: true,
  validatorUrl: null,
  persistAuthorization: false,
  requestInterceptor(request) {
    const there = new URL(request.url, location.href);
    if (there.origin === location.origin) request.headers['X-CSRF-Token'] = place.dataset.token;
    return request;
  },
});
