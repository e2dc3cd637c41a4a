// Tells of a page that what it shows has changed since it was made, as the server hints: by a WebSocket, or where none
// comes through, by asking every 15 seconds. Nothing moves: a line at the foot says how many changes there are.

const { live, liveRevision, liveSocket, liveNews, textLive, textLiveMany } = document.body.dataset;
const note = document.querySelector('#live');

if (live && note) {
  const topics = live.split(' ');
  const made = Number(liveRevision);
  const changes = new Set();
  let reached = made;
  let many = false;
  let socket = null;
  let failures = 0;
  let worked = false;
  let timer = 0;
  let tag = '';

  const show = () => {
    if (!many && changes.size === 0) return;
    const text = many ? textLiveMany : textLive.replace('{count}', changes.size.toLocaleString(document.documentElement.lang));
    const said = note.querySelector('span');
    if (said.textContent !== text) said.textContent = text;
    note.hidden = false;
  };

  const take = ({ revision, resync }) => {
    if (revision > reached) reached = revision;
    if (resync) many = true;
    else if (revision > made) changes.add(revision);
    show();
  };

  // Twice as long after each failure, and never all pages at the same moment.
  const later = (work, seconds) => {
    clearTimeout(timer);
    timer = setTimeout(work, seconds * 1000 * (0.5 + Math.random()));
  };

  const connect = () => {
    const address = new URL(liveSocket, location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    socket = new WebSocket(address);
    socket.addEventListener('open', () => {
      worked = true;
      failures = 0;
      socket.send(JSON.stringify({ topics, revision: reached }));
    });
    socket.addEventListener('message', ({ data }) => take(JSON.parse(data)));
    socket.addEventListener('close', ({ code }) => {
      socket = null;
      if (code === 4401 || code === 1008) return;
      failures += 1;
      if (failures > 2 && !worked) later(ask, 1);
      else later(connect, Math.min(30, 2 ** (failures - 1)));
    });
  };

  const ask = async () => {
    if (!document.hidden) {
      const address = new URL(liveNews, location.href);
      address.searchParams.set('revision', made);
      for (const topic of topics) address.searchParams.append('topic', topic);
      try {
        const answer = await fetch(address, { headers: tag ? { 'If-None-Match': tag } : {}, redirect: 'error' });
        if (answer.status === 200) {
          tag = answer.headers.get('ETag') ?? '';
          const { revision, hints, resync } = await answer.json();
          if (resync) take({ revision, resync });
          for (const hint of hints) take(hint);
        } else if (answer.status !== 304 && answer.status < 500) {
          return;
        }
      } catch {
        // The network is away: the next time.
      }
    }
    clearTimeout(timer);
    timer = setTimeout(ask, 15_000);
  };

  // A page that the browser puts aside whole has no open connections; it asks what it has missed when it comes back.
  addEventListener('pagehide', () => {
    clearTimeout(timer);
    socket?.close();
  });
  addEventListener('pageshow', (event) => {
    if (event.persisted) connect();
  });
  connect();
}
