"""The audit log as one reads it: a sentence for each entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from myproject.accounts.audit import Entry, Event
from myproject.pages.role_words import ROLES, until_in_words
from myproject.pages.rows import day_in_words
from myproject.request import Request

GROUPS: dict[str, str] = {
    "sign_in": "Signing in",
    "session": "Sessions",
    "password": "Passwords",
    "email": "Mail addresses",
    "user": "Accounts",
    "role": "Roles",
    "token": "Access tokens",
    "view_as": "Looking as others",
    "directory": "Exports",
}
"""The groups of events: what stands before the dot of `Event`."""

_SENTENCES: dict[Event, str] = {
    Event.SIGNED_IN: "signed in",
    Event.SIGN_IN_FAILED: "failed to sign in",
    Event.SIGN_IN_THROTTLED: "was held off after too many tries to sign in",
    Event.SIGNED_OUT: "signed out",
    Event.CONFIRMED: "gave the password once more",
    Event.SESSION_ENDED: "ended {target} of {account}",
    Event.PASSWORD_CHANGED: "changed the password of {account}",
    Event.PASSWORD_FORGOTTEN: "had a link for another password sent to {account}",
    Event.PASSWORD_RESET: "chose a password by a link, for {account}",
    Event.EMAIL_ASKED: "wants to sign in as {new} instead of {target}",
    Event.EMAIL_CHANGED: "signs in as {after} instead of {before}",
    Event.USER_ADDED: "added the account {target}",
    Event.USER_INVITED: "invited {target}",
    Event.USER_LINKED: "linked {target} to {after} instead of {before}",
    Event.USER_DISABLED: "disabled {target}",
    Event.USER_ENABLED: "enabled {target}",
    Event.LINK_MADE: "made a sign-in link for {target}",
    Event.ROLE_GRANTED: "granted {target} the role of {role}",
    Event.ROLE_REVOKED: "took the role of {role} from {target}",
    Event.VIEW_AS_BEGUN: "began to look as {as}",
    Event.VIEW_AS_ENDED: "stopped looking as {as}",
    Event.TOKEN_CREATED: "made the access token “{target}”{bound}",
    Event.TOKEN_REVOKED: "revoked the access token “{target}”",
    Event.EXPORTED: "downloaded {what}",
}
_AS = {"colleague": "any colleague", "manager": "a manager", "people_team": "the people team"}
_ACTORS = {"nobody": "Somebody not signed in", "unknown": "Somebody unknown"}
_SAID = frozenset({"new", "after", "before", "role", "department", "until", "as", "what"})
"""Details that sentences hold."""


class Told(NamedTuple):
    """An entry, worked out for a page."""

    entry: Entry
    iso: str
    when: str
    """The moment in words, in the organisation's time zone."""
    actor: str
    sentence: str
    more: list[tuple[str, str]]
    """Details that the sentence doesn't hold: name and value."""
    account_url: str
    """Of the page of the account that it is about; "" for none."""


def told(request: Request, entry: Entry) -> Told:
    """An entry as a page shows it."""
    moment = entry.at.astimezone(request.zone)
    details = entry.details or {}
    return Told(
        entry,
        moment.isoformat(timespec="seconds"),
        f"{day_in_words(moment.date())}, {moment:%H:%M:%S}",
        _ACTORS.get(entry.actor, entry.actor),
        sentence(entry, request.zone),
        [(_label(name), _value(value)) for name, value in details.items() if name not in _SAID],
        request.link("user", id=entry.user) if entry.user else "",
    )


def sentence(entry: Entry, zone: tzinfo) -> str:
    """What happened, to be read after who did it."""
    try:
        pattern = _SENTENCES[Event(entry.event)]
    except ValueError:  # of a version that knew more
        return entry.event
    words = _Words(_details(entry.details or {}, zone))
    words.update(target=entry.target or "an account", account=entry.email or entry.target or "an account")
    if entry.event == Event.SESSION_ENDED and entry.email == entry.actor:
        return f"ended {entry.target} of their own"
    if entry.email is not None and entry.email == entry.actor:
        words["account"] = "their own account"
    return pattern.format_map(words)


class _Words(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "nobody" if name in ("before", "after") else "something"


def _details(details: Mapping[str, Any], zone: tzinfo) -> dict[str, str]:
    words = {name: _value(value) for name, value in details.items() if value is not None}
    if "role" in words:
        role = ROLES.get(words["role"], words["role"]).lower()
        department = f" of {words['department']}" if "department" in words else ""
        until = f" until {until_in_words(datetime.fromisoformat(words['until']), zone)}" if "until" in words else ""
        words["role"] = f"{role}{department}{until}"
    words["bound"] = f", bound to {words['department']}" if "department" in words else ""
    if "as" in words:
        words["as"] = _AS.get(words["as"], words["as"])
    return words


def _label(name: str) -> str:
    return name.replace("_", " ")


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{_label(str(name))} {_value(each)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value))
    return str(value)
