"""What is around the rows of the list: kept, while the rows are read and written for every request.

Of a page of fifty people two thirds of the work went into what is the same for everyone of an audience who asks for
the same address at the same revision: navigation, filters, headings, footer. A frame is that, in pieces; between them
come the rows, the pager and the menu of whoever is signed in. What the whole answer depends on is in its key, so
nothing is ever invalidated.

With ``cache.answers`` the rows are kept as well, for a minute at most: they tell the time of day.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable
from typing import Any

from markupsafe import Markup
from pyramid.interfaces import ICSRFStoragePolicy
from pyramid.renderers import render
from pyramid.response import Response

from myproject.cache.answers import Answers, CachedAnswer
from myproject.cache.bounded import MemoryCache
from myproject.directory.visibility.audience import kept_for
from myproject.web.request import Request

#: Where in a frame the parts go that it is without: no text that anybody could have typed.
_MARK = f"<!--{secrets.token_hex(16)}-->"
MARK = Markup(_MARK)  # noqa: S704 - ours

_FRAMES: MemoryCache[tuple[str, ...]] = MemoryCache(256)
_MENUS: MemoryCache[str] = MemoryCache(512)


def key_of(request: Request) -> Hashable:
    """What a page depends on, whoever of its audience looks at it; None where it is made for one person."""
    me = request.me
    if me.view_as is not None or request.registry.settings.get("reload_templates"):
        return None
    environ, clock = request.environ, request.clock
    return (
        id(request.registry),
        request.language.code,
        environ.get("SCRIPT_NAME"),
        environ["PATH_INFO"],
        environ.get("QUERY_STRING"),
        clock.key,
        clock.today,
        clock.present,
        kept_for(request.read, clock, request.viewer),
    )


def frame(key: Hashable, make: Callable[[], str]) -> tuple[str, ...]:
    """The pieces of a frame: as kept, or of the page that `make` renders with a `MARK` where each part goes."""

    def made() -> tuple[str, ...]:
        text = make()
        if "csrf_token" in text:
            raise RuntimeError("a frame is shared: it can't hold a form that is sent")
        return tuple(text.split(_MARK))

    return _FRAMES.get_or_make(key, made)


def menu(request: Request) -> str:
    """The menu of whoever is signed in."""
    tokens: Any = request.registry.getUtility(ICSRFStoragePolicy)
    token = tokens.get_csrf_token(request)
    key = (id(request.registry), request.language.code, request.me, token, request.script_name, request.link("home"))
    return _MENUS.get_or_make(key, lambda: render("myproject:templates/accounts/account_menu.html", {}, request))


def kept_page(request: Request, key: Hashable | None) -> str | None:
    """A page without its menu as it is kept under ``cache.answers``, or None."""
    answers: Answers | None = request.registry.answers
    kept = answers.get(_of_minute(request, key)) if answers is not None and key is not None else None
    return kept.body.decode() if kept is not None else None


def keep_page(request: Request, key: Hashable | None, text: str) -> None:
    """Keep a page for as long as the clocks on it stand."""
    answers: Answers | None = request.registry.answers
    if answers is not None and key is not None:
        answers.put(_of_minute(request, key), CachedAnswer(text.encode()))


def _of_minute(request: Request, key: Hashable) -> Hashable:
    now = request.now
    return (key, now.date(), now.hour, now.minute)


def with_menu(request: Request, text: str, *, status: int = 200) -> Response:
    """The page as an answer, with the menu where its mark is."""
    body = text.replace(_MARK, menu(request), 1).encode()
    headers = [("Content-Type", "text/html; charset=UTF-8"), ("Content-Length", str(len(body)))]
    return Response(app_iter=[body], status=status, headerlist=headers)
