"""Asking for the password once more before something grave is done: the option ``confirm=True`` of a view.

What a form asks for of such a view more than ``session.confirm_minutes`` after the password was last proved is not
done yet: the answer is a page that asks for the password and carries all that was typed. Sent again with the password
it is done, so nobody has to begin anew.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pyramid.config import Configurator
from pyramid.renderers import render_to_response

from myproject.accounts import sessions, users
from myproject.language.texts import gettext as _
from myproject.pages.accounts.password_tries import proved
from myproject.security.csrf import FIELD
from myproject.web.forms import Sent
from myproject.web.request import Request

PASSWORD = "confirm_password"  # noqa: S105 - the name of a field
_TEMPLATE = "myproject:templates/accounts/confirm.html"


def is_fresh(request: Request) -> bool:
    """Whether the password was proved so lately that it needn't be asked for."""
    return request.now - request.me.confirmed_at < timedelta(minutes=request.settings["session.confirm_minutes"])


def confirm_view(view: Any, info: Any) -> Any:
    """The view deriver. Runs after authority: only who may do it is asked."""
    if not info.options.get("confirm"):
        return view

    def confirmed(context: Any, request: Request) -> Any:
        given = request.POST.pop(PASSWORD, None)
        if not is_fresh(request):
            sent: Sent[Any] = Sent()
            if not isinstance(given, str) or not proved(
                request, sent, PASSWORD, given, request.me.email, _("Try again.")
            ):
                return _page(request, sent)
            # In a transaction of its own: it is proved, whatever becomes of the view, which may want the lock itself.
            with request.engines.begin(wait=5) as conn:
                sessions.confirm(conn, request.origin, request.me)
        return view(context, request)

    return confirmed


confirm_view.options = ("confirm",)  # type: ignore[attr-defined]


def _page(request: Request, sent: Sent[Any]) -> Any:
    request.response.status_int = max(request.response.status_int, 403)
    account = users.by_id(request.read, request.me.user)
    carried = [(name, value) for name, value in request.POST.items() if name != FIELD and isinstance(value, str)]
    return render_to_response(
        _TEMPLATE,
        {
            "sent": sent,
            "carried": carried,
            "has_password": bool(account and account.password_hash),
            "minutes": request.settings["session.confirm_minutes"],
        },
        request,
        response=request.response,
    )


def includeme(config: Configurator) -> None:
    """Take the option ``confirm`` of views."""
    config.add_view_deriver(confirm_view)
