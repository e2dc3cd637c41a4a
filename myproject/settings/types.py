"""The kinds of settings: each turns the text that was given into the value, and says what to give instead.

Every function here raises ValueError with a remedy, and never repeats the text: it may be a secret.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def text(limit: int) -> Callable[[str], str]:
    """One line of text."""

    def parse(text: str) -> str:
        if len(text) > limit or not text.isprintable():
            raise ValueError(f"give one line of at most {limit} characters")
        return text

    return parse


def whole(low: int, high: int) -> Callable[[str], int]:
    """A whole number between two, both included."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise ValueError(f"give a whole number from {low} to {high}")
        return int(text)

    return parse


def one_of(*choices: str) -> Callable[[str], str]:
    """One of a few words."""

    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"give one of {', '.join(choices)}{nearest(text, choices)}")
        return text

    return parse


def flag(text: str) -> bool:
    """Yes or no."""
    known = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}
    try:
        return known[text.lower()]
    except KeyError:
        raise ValueError("give true or false") from None


def database(text: str) -> str:
    """An address of a database that we have an engine for."""
    from sqlalchemy.exc import ArgumentError

    from myproject.db.engines import UnsupportedDatabaseError, engines_for

    example = "give an address such as sqlite:////var/lib/myproject/directory.sqlite or postgresql+psycopg://host/name"
    try:
        engines_for(text)
    except UnsupportedDatabaseError as error:
        raise ValueError(str(error).removeprefix("sqlalchemy.url: ")) from None
    except (ArgumentError, ValueError, TypeError, ImportError):
        # Their messages repeat the address, and with it the password.
        raise ValueError(example) from None
    return text


def time_zone(text: str) -> str:
    """The name of a time zone."""
    from zoneinfo import ZoneInfo, available_timezones

    try:
        ZoneInfo(text)
    except (ValueError, OSError, LookupError):
        known = available_timezones()
        raise ValueError(f"give an IANA time zone, such as Europe/London{nearest(text, known)}") from None
    return text


def picture(text: str) -> Path:
    """A picture that browsers show, readable now."""
    path = Path(text)
    kinds = (".svg", ".png", ".jpg", ".jpeg", ".webp")
    if path.suffix.lower() not in kinds:
        raise ValueError(f"give the path of a picture whose name ends in {', '.join(kinds)}")
    try:
        with path.open("rb"):
            return path.absolute()
    except OSError as error:
        raise ValueError(f"the file can't be read: {error.strerror}") from None


_COLOUR_FUNCTION = re.compile(r"(oklch|oklab|lch|lab|rgba?|hsla?|hwb)\([0-9a-z%., /+-]{1,60}\)", re.IGNORECASE)


def colour(text: str) -> str:
    """A colour of CSS, and nothing that could end the rule it stands in."""
    from PIL.ImageColor import colormap

    is_hex = re.fullmatch(r"#([0-9a-f]{3}|[0-9a-f]{6})", text, re.IGNORECASE)
    if not (is_hex or text.lower() in colormap or _COLOUR_FUNCTION.fullmatch(text)):
        raise ValueError("give a CSS colour, such as #1f5fae, teal or oklch(52% .13 250)")
    return text


def country(text: str) -> str:
    """A country, by its two letters."""
    from phonenumbers import SUPPORTED_REGIONS

    if text.upper() not in SUPPORTED_REGIONS:
        raise ValueError("give the two letters of a country, such as GB")
    return text.upper()


def languages(text: str) -> tuple[str, ...]:
    """Codes of languages that have a catalogue, in the order of preference."""
    from myproject.language.languages import available

    codes = tuple(dict.fromkeys(text.replace(",", " ").split()))
    if not codes or not set(codes) <= set(available()):
        raise ValueError(f"give one or more of {', '.join(available())}")
    return codes


def audience_of_name(text: str) -> str:
    """The audience of names, which is no choice."""
    if text != "colleagues":
        raise ValueError("a name is always for colleagues: without it there is nobody to find")
    return text


_NAME = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?:{_NAME}(?:\.{_NAME})*|\[[0-9a-f:.]{{2,45}}\])").fullmatch
_MAIL = re.compile(r"(?:[^<>\"@,;:]{1,80} )?<?[^\s<>\"@,;:()]{1,64}@[^\s<>\"@,;:()]{1,200}>?").fullmatch


def secret(text: str) -> str:
    """A secret; how good it is, is looked at where the application starts (`myproject.security.startup`)."""
    if len(text) > 1000 or not text.isprintable():
        raise ValueError("give one line of at most 1000 characters")
    return text


def host(text: str) -> str:
    """The name of one host, without a port."""
    name = text.lower()
    if not _HOST(name) or len(name) > 253:
        raise ValueError("give the name of a host, such as mail.example.org, without a port")
    return name


def hosts(text: str) -> tuple[str, ...]:
    """Names of hosts between blanks or commas; ``.example.org`` stands for everything below that name."""
    names = tuple(text.lower().replace(",", " ").split())
    for name in names:
        if not _HOST(name.removeprefix(".")) or name.startswith(".["):
            raise ValueError(
                "give names of hosts such as directory.example.org, or .example.org for all below it, "
                "between blanks and without ports"
            )
    return names


def public_address(text: str) -> str:
    """Where browsers find the directory: scheme, host and port, without a slash at its end."""
    example = "give an address such as https://directory.example.org, without a path"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(example) from None
    name = (parts.netloc.rpartition(":")[0] if port is not None else parts.netloc.removesuffix(":")).lower()
    if parts.scheme not in ("http", "https") or not _HOST(name) or parts.path not in ("", "/"):
        raise ValueError(example)
    if parts.query or parts.fragment or "?" in text or "#" in text:
        raise ValueError(example)
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{name}" + (f":{port}" if port not in (None, usual) else "")


def broker(text: str) -> str:
    """The address of a message broker: Redis or RabbitMQ."""
    example = "give an address such as redis://localhost/0 or amqp://user:password@localhost//"
    try:
        parts = urlsplit(text)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise ValueError(example) from None
    if not named or parts.scheme not in ("redis", "rediss", "amqp", "amqps"):
        raise ValueError(example)
    return text


def mail_address(text: str) -> str:
    """A mail address, with a name before it or not."""
    if not _MAIL(text) or not text.isprintable() or ("<" in text) != text.endswith(">"):
        raise ValueError(
            "give a mail address, such as directory@example.org or Staff directory <directory@example.org>"
        )
    return text


def folder(text: str) -> Path:
    """A folder that is there."""
    path = Path(text)
    if not path.is_dir():
        raise ValueError("there is no such folder; make it, writable for the service alone")
    return path.absolute()


def nearest(name: str, known: Any) -> str:
    """`` (did you mean ...?)``, or nothing when no known name is like it."""
    folded = {one.lower(): one for one in known}
    found = difflib.get_close_matches(name.lower(), folded, 1, 0.6)
    return f" (did you mean {folded[found[0]]}?)" if found else ""
