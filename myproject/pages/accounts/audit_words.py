"""The audit log as one reads it: a sentence for each entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from myproject.accounts.audit import EVENTS, AuditEntry, Event
from myproject.accounts.permissions import DEPARTMENT_ROLES
from myproject.language.formats import day_text
from myproject.language.texts import gettext as _
from myproject.language.texts import marked
from myproject.pages.accounts.role_words import role_text, until_in_words
from myproject.security.addresses import UNKNOWN
from myproject.web.request import Request

_AS = {
    "colleague": marked("any colleague"),
    "manager": marked("a manager"),
    "people_team": marked("the people team"),
}
_ACTORS = {"nobody": marked("Someone not signed in"), "unknown": marked("Someone unknown")}
_SESSIONS = {"all sessions": marked("all sessions"), "all others": marked("all other sessions")}
_LABELS = {"how": marked("how"), "scopes": marked("scopes"), "employee_number": marked("employee number")}
_HOW = {
    "password": marked("by password"),
    "password change": marked("by a new password"),
    "link": marked("by a link"),
    "invite": marked("by an invitation"),
    "reset": marked("by a link for a new password"),
    "command": marked("from the command line"),
}
"""What signed somebody in."""
_SAID = frozenset({"new", "after", "before", "role", "department", "until", "as", "what"})
"""Details that sentences hold."""


class AuditLine(NamedTuple):
    """An entry, worked out for a page."""

    entry: AuditEntry
    iso: str
    when: str
    """The moment in words, in the organisation's time zone."""
    actor: str
    sentence: str
    facts: list[str]
    """From where, what the sentence doesn't hold, and by which request."""
    account_url: str
    """Of the page of the account that it is about; "" for none."""


def audit_line(request: Request, entry: AuditEntry) -> AuditLine:
    """An entry as a page shows it."""
    moment = entry.at.astimezone(request.zone)
    details = entry.details or {}
    return AuditLine(
        entry,
        moment.isoformat(timespec="seconds"),
        _("%(day)s, %(time)s", day=day_text(moment.date()), time=moment.strftime("%H:%M:%S")),
        _(_ACTORS[entry.actor]) if entry.actor in _ACTORS else entry.actor,
        sentence(entry, request.zone),
        [
            *([address_text(entry.address)] if entry.address else []),
            *(f"{_label(name)}: {_fact(name, value)}" for name, value in details.items() if name not in _SAID),
            *([_("request %(id)s", id=entry.request_id)] if entry.request_id else []),
        ],
        request.link("user", id=entry.user) if entry.user else "",
    )


def address_text(address: str) -> str:
    """The address of a browser or program as pages show it: some have none."""
    return _("an unknown address") if address in ("", UNKNOWN) else address


def sentence(entry: AuditEntry, zone: tzinfo) -> str:
    """What happened, to be read after who did it."""
    event = EVENTS.get(entry.event)
    if event is None:
        return _("did something that only a later version knows")
    words = _Words(_details(entry.details or {}, zone))
    some = _("an account")
    words.update(target=_target(entry) or some, account=entry.email or entry.target or some)
    if entry.event == Event.SESSION_ENDED and entry.email == entry.actor:
        return _("ended %(target)s of their own", target=words["target"])
    if entry.email is not None and entry.email == entry.actor:
        words["account"] = _("their own account")
    text = _(event.sentence) % words
    return (
        _("%(sentence)s, limited to %(department)s", sentence=text, department=words["bound"])
        if "bound" in words
        else text
    )


def _target(entry: AuditEntry) -> str | None:
    if entry.event != Event.SESSION_ENDED or not entry.target:
        return entry.target
    if entry.target in _SESSIONS:
        return _(_SESSIONS[entry.target])
    return _("session %(number)s", number=entry.target.removeprefix("session "))


class _Words(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return _("no one") if name in ("before", "after") else _("something")


def _details(details: Mapping[str, Any], zone: tzinfo) -> dict[str, str]:
    words = {name: _value(value) for name, value in details.items() if value is not None}
    # The department of a role is named with it; an access token is limited to its own.
    if "department" in words and words.get("role") not in DEPARTMENT_ROLES:
        words["bound"] = words["department"]
    if "role" in words:
        role = _("“%(role)s”", role=role_text(words["role"], words.get("department")))
        if "until" in words:
            until = until_in_words(datetime.fromisoformat(words["until"]), zone)
            role = _("%(role)s until %(day)s", role=role, day=until)
        words["role"] = role
    if "as" in words:
        words["as"] = _(_AS[words["as"]]) if words["as"] in _AS else words["as"]
    return words


def _label(name: str) -> str:
    return _(_LABELS[name]) if name in _LABELS else name.replace("_", " ")


def _fact(name: str, value: Any) -> str:
    return _(_HOW[value]) if name == "how" and value in _HOW else _value(value)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{_label(str(name))} {_value(each)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value))
    return str(value)
