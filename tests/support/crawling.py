"""Following every link that somebody is shown."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from html.parser import HTMLParser
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
        for target in links(response.text):
            parts = urlsplit(urljoin(f"http://localhost{address}", target))
            if parts.netloc != "localhost" or parts.scheme != "http":
                continue
            found = parts.path + (f"?{parts.query}" if parts.query else "")
            if found not in seen:
                seen.add(found)
                waiting.append(found)


class _Links(HTMLParser):
    """Notes links, files and forms that only ask. Beautiful Soup's tree of a page would take four times as long."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        asks = tag == "form" and (given.get("method") or "get").lower() == "get"
        if target := given.get("href") or given.get("src") or (given.get("action") if asks else None):
            self.found.append(target)


def links(page: str) -> list[str]:
    """Where a page leads, in its order."""
    parser = _Links()
    parser.feed(page)
    parser.close()
    return parser.found


def _kind(address: str) -> str:
    path, _, query = address.partition("?")
    names = sorted({part.partition("=")[0] for part in query.split("&")}) if query else []
    return re.sub(r"\d+|/[a-f0-9]{32}", "#", path) + "?" + "&".join(names)
