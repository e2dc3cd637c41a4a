"""Following every link that somebody is shown."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from webtest import TestApp

#: So many addresses of one kind are followed: pages that differ only in their numbers and words are of one kind.
OF_A_KIND = 3
MOST = 180


def crawl(client: TestApp, *starts: str) -> Iterator[tuple[str, Any]]:
    """(address, answer) of every page, file and picture that links lead to; some of each kind."""
    waiting = deque(starts or ("/",))
    seen = set(waiting)
    kinds: Counter[str] = Counter()
    asked = 0
    while waiting and asked < MOST:
        address = waiting.popleft()
        kind = _kind(address)
        if kinds[kind] >= OF_A_KIND:
            continue
        kinds[kind] += 1
        asked += 1
        response = client.get(address, status="*")
        assert response.status_int < 500, address
        assert response.status_int != 308, f"a link has a slash too many or too few: {address}"
        yield address, response
        if response.content_type != "text/html":
            continue
        for element in response.html.select("[href], [src], form[method=get], form:not([method])"):
            target = element.get("href") or element.get("src") or element.get("action")
            parts = urlsplit(urljoin(f"http://localhost{address}", target or ""))
            if not target or parts.netloc != "localhost" or parts.scheme != "http":
                continue
            found = parts.path + (f"?{parts.query}" if parts.query else "")
            if found not in seen:
                seen.add(found)
                waiting.append(found)


def _kind(address: str) -> str:
    path, _, query = address.partition("?")
    names = sorted({part.partition("=")[0] for part in query.split("&")}) if query else []
    return re.sub(r"\d+|/[a-f0-9]{32}", "#", path) + "?" + "&".join(names)
