// Keeps `time[data-zone]` current: the server wrote the time of the answer, this goes on with it.

function localTimes(root) {
  const clocks = [...root.querySelectorAll('time[data-zone]')];
  if (!clocks.length) return;
  const formats = new Map();

  function format(zone) {
    if (!formats.has(zone)) {
      try {
        formats.set(zone, new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hour12: false }));
      } catch {
        formats.set(zone, null); // a zone that this browser does not know keeps the server's time
      }
    }
    return formats.get(zone);
  }

  function tick() {
    const now = new Date();
    for (const clock of clocks) {
      const text = format(clock.dataset.zone)?.format(now);
      if (text && clock.textContent !== text) clock.textContent = text;
    }
    setTimeout(tick, 60000 - (Date.now() % 60000) + 50);
  }
  tick();
}

localTimes(document);
