"""What pages ask by themselves: news, where no socket comes through, and the counts of the header."""

from __future__ import annotations

from typing import Annotated

import orjson
from pydantic import AfterValidator, Field
from pyramid.httpexceptions import HTTPNotModified
from pyramid.response import Response

from myproject.accounts import notifications
from myproject.directory.reports import reports
from myproject.language.texts import gettext as _
from myproject.live.news import hints_since, state_now
from myproject.live.topics import MOST, LiveTopic, read_topic
from myproject.security.permissions import Permission
from myproject.security.policy import holds
from myproject.web.params import Count, Nothing, Query
from myproject.web.request import Request
from myproject.web.views import view_config


def _topic(text: str) -> str:
    try:
        read_topic(text)
    except ValueError:
        raise ValueError(_("write people, mine, person:17 or department:3")) from None
    return text


class NewsQuery(Query):
    """`topic`: what the page listens to. `revision`: the one that it was made after."""

    revision: Annotated[Count, Field(le=2**53)]
    topic: Annotated[tuple[Annotated[str, AfterValidator(_topic)], ...], Field(max_length=MOST)] = ()


@view_config(route_name="live.news", request_method="GET", query=NewsQuery)
def news(request: Request) -> Response:
    """The change sets after a revision that belong to some topics, as the socket tells them; 304 where none came."""
    asked = NewsQuery.of(request)
    state = state_now(request.conn, request.today)
    tag = f"{state.revision}.{state.access}.{state.notified}.{state.day:%Y%m%d}"
    if "HTTP_IF_NONE_MATCH" in request.environ and tag in request.if_none_match:
        return HTTPNotModified(etag=tag)
    topics: list[LiveTopic] = [read_topic(text) for text in asked.topic]
    hints = hints_since(request.conn, state.clock(request.conn), request.viewer, topics, asked.revision)
    answer = {"revision": state.revision, "hints": [hint._asdict() for hint in hints or ()], "resync": hints is None}
    return Response(orjson.dumps(answer), content_type="application/json", etag=tag)


@view_config(route_name="live.mine", request_method="GET", permission=Permission.ACCOUNT_OWN, query=Nothing)
def mine(request: Request) -> Response:
    """How many notifications one has not read, and how many reports wait for whoever handles them."""
    answer = {"notifications": notifications.unread(request.conn, request.me.user)}
    if holds(request.me, Permission.INBOX_HANDLE):
        answer["inbox"] = reports.waiting(request.conn, request.viewer)
    return Response(orjson.dumps(answer), content_type="application/json")
