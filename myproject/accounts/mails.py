"""What accounts write to people. Addresses in mails come from the settings, never from a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from myproject.mail import Message

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
    name = settings["organisation.name"]
    return Message(
        account.email,
        f"Your account in the staff directory of {name}",
        f"Hello {account.name},\n\nthere is an account for you in the staff directory of {name}. Choose a password, and"
        f" you are in:\n\n{address(settings, 'invite', token)}\n\nThe link works once, within seven days.\n",
    )


def forgotten(settings: Mapping[str, Any], account: Account, token: str) -> Message:
    """How to choose another password."""
    name = settings["organisation.name"]
    return Message(
        account.email,
        f"Your password for the staff directory of {name}",
        f"Hello {account.name},\n\nsomebody, we hope you, has asked for another password. Choose it here:\n\n"
        f"{address(settings, 'reset', token)}\n\nThe link works once, within an hour. If it wasn't you, there is"
        " nothing to do: the old password still holds.\n",
    )


def password_changed(settings: Mapping[str, Any], account: Account) -> Message:
    """Notice that the password is another one now."""
    name = settings["organisation.name"]
    return Message(
        account.email,
        f"Your password for the staff directory of {name} was changed",
        f"Hello {account.name},\n\nyour password was changed just now, and every other browser was signed out.\n\nIf it"
        f" wasn't you, choose another one at once:\n\n{settings['security.base_url'].rstrip('/')}/sign-in/forgot\n",
    )


def confirm_email(settings: Mapping[str, Any], account: Account, new_email: str, token: str) -> Message:
    """To the new address: confirm that it is yours."""
    name = settings["organisation.name"]
    return Message(
        new_email,
        f"Confirm your mail address for the staff directory of {name}",
        f"Hello {account.name},\n\nyou want to sign in to the staff directory of {name} with this address from now on."
        f" Confirm it here:\n\n{address(settings, 'email', token)}\n\nThe link works once, within a day.\n",
    )


def email_changing(settings: Mapping[str, Any], account: Account, new_email: str) -> Message:
    """To the old address: somebody wants to use another one."""
    name = settings["organisation.name"]
    return Message(
        account.email,
        f"Another mail address for the staff directory of {name}",
        f"Hello {account.name},\n\nsomebody, we hope you, wants to sign in to the staff directory of {name} with"
        f" {new_email} instead of this address. It takes effect when that address is confirmed.\n\nIf it wasn't you,"
        f" change your password at once: {settings['security.base_url'].rstrip('/')}/account\n",
    )
