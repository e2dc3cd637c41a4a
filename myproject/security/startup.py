"""What the application refuses to start with, and what `myproject check` calls unsafe as well.

Nothing here asks the database or imports Pyramid: whoever runs a command with an unsafe ini is not kept from it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

#: A secret needs as many characters, and as many different ones.
SECRET_LENGTH = 50
SECRET_VARIETY = 5
#: What every secret that is written in a file of ours says of itself.
PUBLIC_SECRET = "everyone can read this one"  # noqa: S105 - it says so

_HOW_TO_MAKE_ONE = 'python -c "import secrets; print(secrets.token_urlsafe(48))"'

#: Switches of Pyramid that show the inside of the program to whoever asks, or slow every request down.
_DEBUGGING = (
    "debug_all",
    "debug_authorization",
    "debug_notfound",
    "debug_routematch",
    "debug_templates",
    "reload_all",
    "reload_assets",
    "reload_resources",
    "reload_templates",
)
_TRUE = frozenset({"t", "true", "y", "yes", "on", "1"})


def refusals(settings: Mapping[str, Any], section: Mapping[str, str], environ: Mapping[str, str]) -> list[str]:
    """Why the application does not start, a line for each reason; none with ``security.checks = relaxed``.

    ``section`` is the application's part of the ini, for what is Pyramid's in it.
    """
    if settings["security.checks"] == "relaxed":
        return []
    return list(unsafe(settings, section, environ))


def unsafe(settings: Mapping[str, Any], section: Mapping[str, str], environ: Mapping[str, str]) -> Iterator[str]:
    """The same whether it is enforced or not. Each line begins with the name of the setting and tells a remedy."""
    yield from _secret(settings["security.secret"])
    if not settings["security.allowed_hosts"]:
        yield "security.allowed_hosts: none; name the hosts it answers to, such as directory.example.org"
    if not settings["security.base_url"].startswith("https://"):
        yield (
            f"security.base_url = {settings['security.base_url']!r}: over plain http cookies and passwords can be read "
            "on the way; give the https address that browsers use"
        )
    elif settings["security.allowed_hosts"] and not _answers(settings):
        yield "security.base_url: its host is not among security.allowed_hosts; add it there"
    yield from _debugging(section, environ)
    yield from _mail(settings)


def _secret(secret: str | None) -> Iterator[str]:
    remedy = f"make one with `{_HOW_TO_MAKE_ONE}` and name the file that holds it in MYPROJECT_SECURITY_SECRET_FILE"
    if not secret:
        yield f"security.secret: required; {remedy}"
    elif PUBLIC_SECRET in secret:
        yield f"security.secret: is the one of an example, which everyone knows; {remedy}"
    elif len(secret) < SECRET_LENGTH or len(set(secret)) < SECRET_VARIETY:
        yield (
            f"security.secret: needs {SECRET_LENGTH} characters or more, and {SECRET_VARIETY} different ones; {remedy}"
        )


def _answers(settings: Mapping[str, Any]) -> bool:
    from myproject.security.requests import Hosts

    return Hosts(settings["security.allowed_hosts"]).known(settings["security.base_url"].partition("://")[2])


def _debugging(section: Mapping[str, str], environ: Mapping[str, str]) -> Iterator[str]:
    for switch in _DEBUGGING:
        for place, value in (
            (f"pyramid.{switch}", section.get(f"pyramid.{switch}")),
            (switch, section.get(switch)),
            (f"PYRAMID_{switch.upper()}", environ.get(f"PYRAMID_{switch.upper()}")),
        ):
            if value and value.strip().lower() in _TRUE:
                yield f"{place}: is on, which is for development; leave it out"
    if "debugtoolbar" in section.get("pyramid.includes", ""):
        yield "pyramid.includes: the debug toolbar runs whatever a visitor types; leave it out"
    elif any(key.startswith("debugtoolbar.") for key in section):
        yield "debugtoolbar: its settings are for development; leave them out"


def _mail(settings: Mapping[str, Any]) -> Iterator[str]:
    transport = settings["mail.transport"]
    if transport == "console":
        yield "mail.transport = 'console': links to sign in with end up in the log; give smtp or file"
        return
    if not settings["mail.sender"]:
        yield "mail.sender: required for mail; give an address such as directory@example.org"
    if transport == "file":
        if not settings["mail.folder"]:
            yield "mail.folder: required by mail.transport = file; name a folder that only the service can read"
        return
    host = settings["mail.smtp_host"]
    if not host:
        yield "mail.smtp_host: required by mail.transport = smtp; name the mail server"
    elif settings["mail.smtp_tls"] == "none" and not is_loopback(host):
        yield f"mail.smtp_tls = 'none': whoever is on the way to {host} reads each mail; give starttls or tls"
    if settings["mail.smtp_user"] and not settings["mail.smtp_password"]:
        yield "mail.smtp_password: required by mail.smtp_user; name a file in MYPROJECT_MAIL_SMTP_PASSWORD_FILE"


def is_loopback(address: str) -> bool:
    """Whether an address, with a port or not, or the path of a socket, is of this machine only."""
    if address.startswith(("unix:", "/")):
        return True
    host = address.rpartition(":")[0] if address.count(":") == 1 or "]:" in address else address
    host = host.strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
