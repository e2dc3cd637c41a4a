// Tells of a page that what it shows has changed since it was made, as the server hints: by a WebSocket, or where none
// comes through, by asking every 15 seconds. Nothing moves: a line at the foot says how many changes there are. And the
// bell of the header says how many notifications are unread.

const { live, liveRevision, liveAddress, textLive, textLiveMany, textOthers, textUnread } = document.body.dataset;
const POLL = 15_000;
// What nobody has clicked keeps no session from ending.
const BY_ITSELF = { 'X-Open-Page': '1' };

if (live?.trim()) {
  const topics = live.split(' ').filter(Boolean);
  const made = Number(liveRevision);
  const language = document.documentElement.lang;
  const note = document.querySelector('#live-changes');
  const changes = new Set();
  let reached = made;
  let many = false;
  let socket = null;
  let failures = 0;
  let worked = false;
  let timer = 0;
  let tag = '';

  const address = (name) => new URL(liveAddress + name, location.href);

  const show = () => {
    if (!note || (!many && changes.size === 0)) return;
    const text = many ? textLiveMany : textLive.replace('{count}', changes.size.toLocaleString(language));
    const said = note.querySelector('span');
    if (said.textContent !== text) said.textContent = text;
    note.hidden = false;
  };

  const count = async () => {
    if (!topics.includes('mine')) return;
    const badge = document.querySelector('.bell .badge');
    try {
      const answer = await fetch(address('mine'), { headers: BY_ITSELF, redirect: 'error' });
      if (!answer.ok) return;
      const { notifications } = await answer.json();
      const number = notifications > 99 ? `${(99).toLocaleString(language)}+` : notifications.toLocaleString(language);
      badge.hidden = notifications === 0;
      badge.textContent = number;
      badge.setAttribute('aria-label', textUnread.replace('{count}', number));
    } catch {
      // The network is away: the next time.
    }
  };

  // Somebody else is in the same form.
  const meet = (others) => {
    const also = document.querySelector('#live-others');
    also.hidden = others === 0;
    also.textContent = textOthers.replace('{count}', others.toLocaleString(language));
  };

  const take = ({ revision, resync, topics: touched = [], others }) => {
    if (others !== undefined) {
      meet(others);
      return;
    }
    if (touched.includes('mine')) {
      count();
      return;
    }
    if (revision > reached) reached = revision;
    if (resync) many = true;
    else if (revision > made) changes.add(revision);
    show();
  };

  // Never all pages at the same moment.
  const later = (work, seconds) => {
    clearTimeout(timer);
    timer = setTimeout(work, seconds * 1000 * (0.5 + Math.random()));
  };

  const connect = () => {
    const to = address('socket');
    to.protocol = to.protocol.replace('http', 'ws');
    socket = new WebSocket(to);
    socket.addEventListener('open', () => {
      if (worked) count();
      worked = true;
      failures = 0;
      socket.send(JSON.stringify({ topics, revision: reached }));
    });
    socket.addEventListener('message', ({ data }) => take(JSON.parse(data)));
    socket.addEventListener('close', ({ code }) => {
      socket = null;
      // Signed out, or not understood: to ask again would change nothing.
      if (code === 4401 || code === 1008) return;
      failures += 1;
      if (failures > 2 && !worked) later(ask, 1);
      else later(connect, Math.min(30, 2 ** (failures - 1)));
    });
  };

  const ask = async () => {
    if (!document.hidden) {
      const news = address('news');
      news.searchParams.set('revision', made);
      for (const topic of topics) news.searchParams.append('topic', topic);
      try {
        const answer = await fetch(news, {
          headers: tag ? { ...BY_ITSELF, 'If-None-Match': tag } : BY_ITSELF,
          redirect: 'error',
        });
        if (answer.status === 200) {
          tag = answer.headers.get('ETag') ?? '';
          const { revision, hints, resync } = await answer.json();
          if (resync) take({ revision, resync });
          for (const hint of hints) take(hint);
          count();
        } else if (answer.status !== 304 && answer.status < 500) {
          return;
        }
      } catch {
        // The network is away: the next time.
      }
    }
    clearTimeout(timer);
    timer = setTimeout(ask, POLL);
  };

  // A page that the browser puts aside whole has no open connections; it asks what it has missed when it comes back.
  addEventListener('pagehide', () => {
    clearTimeout(timer);
    // One that is only being opened goes by itself, and without a complaint.
    if (socket?.readyState === WebSocket.OPEN) socket.close();
  });
  addEventListener('pageshow', (event) => {
    if (event.persisted) {
      count();
      connect();
    }
  });
  count();
  connect();
}
