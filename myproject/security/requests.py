"""Requests that no view should ever see: what is wrong with them, told from the WSGI environment alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote_from_bytes, unquote_to_bytes

from myproject.language.texts import marked

#: Methods that views may take. TRACE, which echoes headers, is not among them.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?").fullmatch
_CONTROL = re.compile("[\x00-\x1f\x7f]").search
_NUL = re.compile("\0").search
_BAD_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})").search


class RequestRefusal(NamedTuple):
    """Why a request is refused: texts that are marked, for whoever answers to translate."""

    status: int
    message: str
    remedy: str


#: What it answers to where no host is named, which only ``security.checks = relaxed`` allows.
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class Hosts:
    """The hosts that it answers to: a name, or ``.example.org`` for everything below that one. Ports don't matter."""

    def __init__(self, names: Iterable[str]) -> None:
        names = tuple(names) or _LOOPBACK
        self._exact = frozenset(name for name in names if not name.startswith("."))
        self._below = tuple(name for name in names if name.startswith("."))

    def known(self, host: str) -> bool:
        """Whether a proper Host header, with its port or without, names one of them."""
        if host in self._exact:
            return True
        name = host if host[-1] == "]" else host.rpartition(":")[0] or host
        name = name.lower()
        return name in self._exact or (bool(self._below) and name.endswith(self._below))


def complaint(environ: Mapping[str, Any], hosts: Hosts) -> RequestRefusal | None:
    """What is wrong with a request, or None. Costs about a microsecond when nothing is."""
    if environ["REQUEST_METHOD"] not in METHODS:
        return RequestRefusal(405, marked("This method is not used here."), marked("Use GET to read."))
    if not _HOST(environ.get("HTTP_HOST", "")):
        # Two Host headers arrive here joined by a comma.
        return RequestRefusal(
            400, marked("The request names no host, or more than one."), marked("Send exactly one Host header.")
        )
    if not hosts.known(environ["HTTP_HOST"]):
        return RequestRefusal(
            400,
            marked("The directory does not answer to this name."),
            marked("Use its own address. Its operator lists its hosts in security.allowed_hosts."),
        )
    path = environ.get("PATH_INFO", "")
    if not (path.isascii() and path.isprintable()):
        refusal = _bad_text(path, _CONTROL)
        if refusal:
            return refusal
    query = environ.get("QUERY_STRING", "")
    if query and not query.isalnum():
        return _bad_query(query)
    return None


def _bad_query(query: str) -> RequestRefusal | None:
    if _BAD_ESCAPE(query):
        return RequestRefusal(
            400,
            marked("The address contains a “%” that is not followed by two digits."),
            marked("Write a percent sign as %25."),
        )
    if "%" not in query and query.isascii() and query.isprintable():
        return None
    if not query.isascii():
        query = quote_from_bytes(query.encode("latin-1", "replace"), safe="%&=+")
    return _bad_text(unquote_to_bytes(query).decode("latin-1"), _NUL)


def _bad_text(raw: str, control: Callable[[str], object]) -> RequestRefusal | None:
    """Look at text in WSGI's disguise: each character stands for one byte of UTF-8."""
    try:
        text = raw.encode("latin-1").decode()
    except UnicodeError:
        return RequestRefusal(400, marked("The address is not valid UTF-8."), marked("Encode it as UTF-8."))
    if control(text):
        return RequestRefusal(400, marked("The address contains control characters."), marked("Leave them out."))
    return None
