"""What accounts write to people. Addresses in mails come from the settings, never from a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from myproject.jobs.mail import Message
from myproject.language.languages import language_of, speaking
from myproject.language.texts import gettext as _
from myproject.language.texts import ngettext

from .notifications import NotificationRow, sentence
from .users import Account

_PATHS = {
    "link": "/sign-in/link/{}",
    "invite": "/sign-in/invitation/{}",
    "reset": "/sign-in/reset/{}",
    "email": "/account/email/{}",
}


def address(settings: Mapping[str, Any], kind: str, token: str) -> str:
    """The address of a single-use link: ``link`` signs in, ``invite`` and ``reset`` choose a password, ``email``
    confirms another mail address.
    """
    base: str = settings["security.base_url"]
    return base.rstrip("/") + _PATHS[kind].format(token)


def invitation(settings: Mapping[str, Any], account: Account, token: str) -> Message:
    """The first mail to somebody: choose a password."""
    with _their_language(settings, account):
        return Message(
            account.email,
            _("Your account in the staff directory of %(organisation)s", organisation=settings["organisation.name"]),
            _(
                """Hello %(name)s,

there is an account for you in the staff directory of %(organisation)s. Choose a password to sign in:

%(address)s

The link works once, within seven days.
""",
                name=account.name,
                organisation=settings["organisation.name"],
                address=address(settings, "invite", token),
            ),
        )


def forgotten(settings: Mapping[str, Any], account: Account, token: str) -> Message:
    """How to choose another password."""
    with _their_language(settings, account):
        return Message(
            account.email,
            _("Your password for the staff directory of %(organisation)s", organisation=settings["organisation.name"]),
            _(
                """Hello %(name)s,

somebody, we hope you, has asked for a new password. Choose it here:

%(address)s

The link works once, within an hour. If it wasn't you, you need not do anything: your password stays as it is.
""",
                name=account.name,
                address=address(settings, "reset", token),
            ),
        )


def password_changed(settings: Mapping[str, Any], account: Account) -> Message:
    """Notice that the password has been changed."""
    with _their_language(settings, account):
        return Message(
            account.email,
            _(
                "Your password for the staff directory of %(organisation)s was changed",
                organisation=settings["organisation.name"],
            ),
            _(
                """Hello %(name)s,

your password was changed just now, and every other browser was signed out.

If it wasn't you, choose another one at once:

%(address)s
""",
                name=account.name,
                address=settings["security.base_url"].rstrip("/") + "/sign-in/forgot",
            ),
        )


def confirm_email(settings: Mapping[str, Any], account: Account, new_email: str, token: str) -> Message:
    """To the new address: confirm that it is yours."""
    with _their_language(settings, account):
        return Message(
            new_email,
            _(
                "Confirm your email address for the staff directory of %(organisation)s",
                organisation=settings["organisation.name"],
            ),
            _(
                """Hello %(name)s,

you want to sign in to the staff directory of %(organisation)s with this address from now on. Confirm it here:

%(address)s

The link works once, within a day.
""",
                name=account.name,
                organisation=settings["organisation.name"],
                address=address(settings, "email", token),
            ),
        )


def email_changing(settings: Mapping[str, Any], account: Account, new_email: str) -> Message:
    """To the old address: somebody wants to use another one."""
    with _their_language(settings, account):
        return Message(
            account.email,
            _(
                "A new email address for the staff directory of %(organisation)s",
                organisation=settings["organisation.name"],
            ),
            _(
                """Hello %(name)s,

somebody, we hope you, wants to sign in to the staff directory of %(organisation)s with %(email)s instead of this \
address. That takes effect when the new address is confirmed.

If it wasn't you, change your password at once: %(address)s
""",
                name=account.name,
                organisation=settings["organisation.name"],
                email=new_email,
                address=settings["security.base_url"].rstrip("/") + "/account",
            ),
        )


def notifications_of(
    settings: Mapping[str, Any], account: Account, rows: Sequence[NotificationRow], names: Mapping[int, str]
) -> Message:
    """What somebody wants to be told by mail, in one."""
    with _their_language(settings, account):
        return Message(
            account.email,
            ngettext("%(num)s notification", "%(num)s notifications", len(rows))
            + f" · {settings['organisation.name']}",
            _(
                """Hello %(name)s,

%(lines)s

More about it: %(address)s
There you also choose what you are told by mail.
""",
                name=account.name,
                lines="\n".join(f"- {sentence(row, names)}" for row in rows),
                address=settings["security.base_url"].rstrip("/") + "/notifications",
            ),
        )


def _their_language(settings: Mapping[str, Any], account: Account) -> AbstractContextManager[None]:
    """Speak the language of the receiver: as they have chosen, else the first of the ini."""
    offered = settings["pages.languages"]
    return speaking(language_of(account.language if account.language in offered else offered[0]))
