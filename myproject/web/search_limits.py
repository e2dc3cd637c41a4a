"""A limit on searches, counted by account: every page that searches, by the names of its parameters."""

from __future__ import annotations

import re
from typing import Any

from pyramid.config import Configurator

from myproject.language.texts import gettext as _
from myproject.language.texts import ngettext
from myproject.web.problems import too_often
from myproject.web.request import Request

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
                remedy = ngettext("Wait %(num)s second.", "Wait %(num)s seconds.", count.seconds)
                raise too_often(_("You are searching too often."), remedy, count.seconds)
        return view(context, request)

    return counted


def includeme(config: Configurator) -> None:
    """Count the searches of every page."""
    config.add_view_deriver(search_view)
