"""Limits on what pages give away: searches and lists as files, counted by account.

Every page that searches is counted, by the names of its parameters. Files are few and large: they are counted in the
database, for all processes.
"""

from __future__ import annotations

import re
from typing import Any

from pyramid.config import Configurator

from myproject.accounts import throttle
from myproject.accounts.throttle import Limit, Throttled
from myproject.pages.sign_in import wait_words
from myproject.request import Request
from myproject.web.problems import too_often

HOUR = 3_600
#: What is typed to find somebody or something, where it is not blank.
_SEARCHES = re.compile(r"(?:^|&)(?:q|who)=[^&]").search


def search_view(view: Any, info: Any) -> Any:
    """The view deriver: counts a search before it is made. Runs after authority; the API counts its own requests."""
    if info.exception_only or info.options.get("operation") is not None:
        return view

    def counted(context: Any, request: Request) -> Any:
        if _SEARCHES(request.environ.get("QUERY_STRING", "")) and request.identity is not None:
            count = request.registry.rates.search(request.me.user)
            if count is not None and count.refused:
                raise too_often("You search more often than anybody types.", f"Wait {count.seconds} s.", count.seconds)
        return view(context, request)

    return counted


def count_export(request: Request) -> None:
    """Count a list that is about to be sent as a file; raise a 429 where an account takes too many."""
    most = request.settings["throttle.exports"]
    if not most:
        return
    try:
        throttle.try_once(request.engines, [Limit("export", str(request.me.user), most, HOUR)], request.now)
    except Throttled as refused:
        message = f"You have downloaded {most} lists within an hour."
        raise too_often(message, f"Try again in {wait_words(refused.seconds)}.", refused.seconds) from None


def includeme(config: Configurator) -> None:
    """Count the searches of every page."""
    config.add_view_deriver(search_view)
