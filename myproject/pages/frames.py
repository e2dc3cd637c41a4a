"""What is around the rows of the list: kept, while the rows are read and written for every request.

Of a page of fifty people two thirds of the work went into what is the same for everyone of an audience who asks for
the same address at the same revision: navigation, filters, headings, footer. A frame is that, in pieces; between them
come the rows, the pager and the menu of whoever is signed in. What the whole answer depends on is in its key, so
nothing is ever invalidated.

With ``cache.answers`` the rows are kept as well, for a minute at most: they tell the time of day.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from markupsafe import Markup
from pyramid.interfaces import ICSRFStoragePolicy
from pyramid.renderers import render
from pyramid.response import Response

from myproject.directory.audience import kept_for
from myproject.request import Request

#: Where in a frame the parts go that it is without: no text that anybody could have typed.
_MARK = f"<!--{secrets.token_hex(16)}-->"
MARK = Markup(_MARK)  # noqa: S704 - ours
_MOST_FRAMES, _MOST_MENUS = 256, 512

_frames: OrderedDict[Hashable, tuple[str, ...]] = OrderedDict()
_menus: OrderedDict[Hashable, str] = OrderedDict()
_lock = threading.Lock()


def key_of(request: Request) -> Hashable:
    """What a page depends on, whoever of its audience looks at it; None where it is made for one person."""
    me = request.me
    if me.view_as is not None or request.registry.settings.get("reload_templates"):
        return None
    environ, clock = request.environ, request.clock
    return (
        id(request.registry),
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
    return _kept(_frames, _MOST_FRAMES, key, lambda: tuple(make().split(_MARK)))


def _kept(kept: OrderedDict[Hashable, Any], most: int, key: Hashable, make: Callable[[], Any]) -> Any:
    found = kept.get(key)
    if found is None:
        found = make()
        with _lock:
            kept[key] = found
            while len(kept) > most:
                kept.popitem(last=False)
    return found


def menu(request: Request) -> str:
    """The menu of whoever is signed in."""
    tokens: Any = request.registry.getUtility(ICSRFStoragePolicy)
    token = tokens.get_csrf_token(request)
    key = (id(request.registry), request.me, token, request.script_name, request.link("home"))
    made: str = _kept(_menus, _MOST_MENUS, key, lambda: render("myproject:templates/account_menu.html", {}, request))
    return made


def kept_page(request: Request, key: Hashable | None) -> str | None:
    """A page without its menu as it is kept under ``cache.answers``, or None."""
    answers = request.registry.answers
    kept = answers.get(_of_minute(request, key)) if answers is not None and key is not None else None
    return kept.body.decode() if kept is not None else None


def keep_page(request: Request, key: Hashable | None, text: str) -> None:
    """Keep a page for as long as the clocks on it stand."""
    answers = request.registry.answers
    if answers is not None and key is not None:
        answers.put(_of_minute(request, key), text.encode())


def _of_minute(request: Request, key: Hashable) -> Hashable:
    now = request.now
    return (key, now.date(), now.hour, now.minute)


def with_menu(request: Request, text: str, *, status: int = 200) -> Response:
    """The page as an answer, with the menu where its mark is."""
    body = text.replace(_MARK, menu(request), 1).encode()
    headers = [("Content-Type", "text/html; charset=UTF-8"), ("Content-Length", str(len(body)))]
    return Response(app_iter=[body], status=status, headerlist=headers)
