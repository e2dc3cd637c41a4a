"""How often passwords may be tried on pages, and what is said to who tried too often."""

from __future__ import annotations

from typing import Any

from myproject.accounts import sign_in
from myproject.accounts.sign_in import SignInRules, WrongCredentials
from myproject.accounts.throttle import Throttled, wait_words
from myproject.language.texts import gettext as _
from myproject.web.forms import Sent
from myproject.web.request import Request


def rules(request: Request) -> SignInRules:
    """How often a password may be tried."""
    settings = request.settings
    return SignInRules(settings["throttle.account"], settings["throttle.address"], settings["throttle.everywhere"])


def proved(request: Request, sent: Sent[Any], place: str, password: str, email: str, remedy: str) -> bool:
    """Whether it is the password of an account; else the form says what is wrong: status 403 or 429."""
    try:
        sign_in.prove(request.engines, request.origin, email, password, rules(request), request.today)
    except WrongCredentials:
        request.response.status_int = 403
        sent.refuse(place, _("This is not your password."), remedy)
    except Throttled as refused:
        too_often(request, sent, refused)
    return not sent.problems


def too_often(request: Request, sent: Sent[Any], refused: Throttled, *, reset: bool = False) -> None:
    """Say with the form when the next try may be made: status 429. `reset`: another password helps, too."""
    request.response.status_int = 429
    request.response.headers["Retry-After"] = str(refused.seconds)
    remedy = wait_words(refused.seconds)
    if reset:
        remedy = f"{remedy} {_('Or have a link sent to choose a new password.')}"
    sent.refuse("", _("There have been too many attempts."), remedy)
