"""What one has been told, and how one wants to be told."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import create_model
from pyramid.httpexceptions import HTTPSeeOther

from myproject.accounts import notifications
from myproject.accounts.notifications import KINDS, WAYS, NotificationKind, NotificationRow, Way
from myproject.language.texts import gettext as _
from myproject.security.permissions import Permission
from myproject.security.policy import holds
from myproject.web.forms import Form
from myproject.web.params import FROM_THE_LIST, Flag, Id, Nothing, Query
from myproject.web.problems import bad_request
from myproject.web.request import NO_CLOCK, Request
from myproject.web.views import view_config

ROWS = 50


class NotificationsQuery(Query):
    """`before`: the last one of the page before. `saved`: the choices were just saved."""

    before: Id | None = None
    saved: Flag = False


class ReadForm(Form):
    """Up to which one all have been read."""

    up_to: Id


_EACH: dict[str, Any] = dict.fromkeys(KINDS, (Way | None, None))
ChoicesForm = create_model("ChoicesForm", __base__=Form, **_EACH)
"""How to be told of each kind; one that is not given stays as it is."""


class NotificationLine(NamedTuple):
    """A notification, worked out for the page."""

    row: NotificationRow
    text: str
    url: str


@view_config(
    route_name="notifications",
    request_method="GET",
    permission=Permission.ACCOUNT_OWN,
    query=NotificationsQuery,
    renderer="inbox/notifications.html",
)
def mine(request: Request) -> Any:
    """A page of them, the newest first."""
    query = NotificationsQuery.of(request)
    found = notifications.newest(request.conn, request.me.user, before=query.before, limit=ROWS + 1)
    rows = found[:ROWS]
    names = notifications.names_of(request.conn, request.today_clock, request.viewer, rows)
    chosen = notifications.choices(request.conn, request.me.user)
    return {
        "lines": [NotificationLine(row, notifications.sentence(row, names), _url(request, row, names)) for row in rows],
        "unread": any(row.read_at is None for row in rows),
        "newest": rows[0].id if rows and query.before is None else None,
        "choices": [(name, _(kind.label), chosen[name]) for name, kind in KINDS.items() if _reaches(request, kind)],
        "ways": [(way, _(label)) for way, label in WAYS.items()],
        "saved": query.saved,
        "next": request.link("notifications", _query={"before": rows[-1].id}) if len(found) > ROWS else None,
        "first": request.link("notifications") if query.before else None,
    }


def _reaches(request: Request, kind: NotificationKind) -> bool:
    return kind.permission is None or holds(request.me, kind.permission)


def _url(request: Request, row: NotificationRow, names: dict[int, str]) -> str:
    """Where it leads; "" for somebody who is not shown any more."""
    kind = KINDS.get(row.kind)
    if kind is None or not _reaches(request, kind) or ("employee" in row.args and row.args["employee"] not in names):
        return ""
    if kind.target is None:
        return request.link(kind.route, NO_CLOCK)
    return request.link(kind.route, NO_CLOCK, **{_part(kind): row.args[kind.target]})


def _part(kind: NotificationKind) -> str:
    return "report" if kind.route == "inbox.report" else "id"


@view_config(route_name="notifications.read", request_method="POST", permission=Permission.ACCOUNT_OWN, query=Nothing)
def read(request: Request) -> Any:
    """All up to one have been read: not those that came after the page was made."""
    sent = ReadForm.sent(request)
    if sent.form is None:
        raise bad_request(_("There is no such notification."), _(FROM_THE_LIST))
    notifications.mark_read(request.db.connection(), request.me.user, sent.form.up_to, request.now)
    return HTTPSeeOther(request.link("notifications", NO_CLOCK))


@view_config(
    route_name="notifications.choices", request_method="POST", permission=Permission.ACCOUNT_OWN, query=Nothing
)
def choose(request: Request) -> Any:
    """Save how to be told of each kind."""
    sent = ChoicesForm.sent(request)
    if sent.form is None:
        raise bad_request(_("There is no such way to be told."), _(FROM_THE_LIST))
    chosen = {name: way for name, way in sent.form.model_dump().items() if way is not None}
    notifications.choose(request.db.connection(), request.me.user, chosen)
    return HTTPSeeOther(request.link("notifications", {**NO_CLOCK, "saved": 1}))
