// Starts Swagger UI on the specification; what it sends proves that a page of ours sent it.

const place = document.getElementById('documentation');

window.SwaggerUIBundle({
  url: place.dataset.specification,
  domNode: place,
  layout: 'BaseLayout',
  deepLinking: true,
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
