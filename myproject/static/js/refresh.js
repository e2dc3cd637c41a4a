// A part of a page that keeps itself up to date: the page is asked for again every few seconds while somebody looks, and
// the part put in its place, unless it is the same; until it comes without seconds, because nothing more will happen.
// Whoever reads or tabs within it is not disturbed.

const part = document.querySelector('[data-refresh]');

const refresh = async () => {
  try {
    if (document.hidden || part.contains(document.activeElement) || !getSelection().isCollapsed) return;
    const answer = await fetch(location.href, { headers: { 'X-Open-Page': '1' }, redirect: 'error' });
    if (!answer.ok) return;
    const made = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-refresh]');
    part.dataset.refresh = made.dataset.refresh;
    if (made.innerHTML !== part.innerHTML) part.replaceChildren(...made.childNodes);
  } catch {
    // The network is away: the next time.
  } finally {
    later();
  }
};

const later = () => {
  const seconds = Number(part.dataset.refresh);
  if (seconds) setTimeout(refresh, seconds * 1000);
};

later();
