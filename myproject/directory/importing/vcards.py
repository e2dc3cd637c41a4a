"""People in vCards: version 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), several in a file.

What is private stays out: home addresses and numbers, and notes, which somebody else has written about the person.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from myproject.directory.importing.literals import list_cell

from .names import divided
from .records import MAX_RECORD, BadRecord, Record, Remarks

_BINARY = frozenset(("PHOTO", "LOGO", "SOUND", "KEY"))
_SILENT = frozenset(("BEGIN", "END", "VERSION", "PRODID", "REV", "KIND", "X-ADDRESSBOOKSERVER-KIND", "SORT-STRING"))
_VERSIONS = ("2.1", "3.0", "4.0")


class Property(NamedTuple):
    """One property of a card."""

    name: str
    types: frozenset[str]
    """The values of TYPE and the bare parameters of version 2.1, in lower case."""
    value: str
    preferred: bool


def cards(lines: Iterator[str], remarks: Remarks) -> Iterator[Record]:
    """The people of a file of vCards, each by the line on which the card begins; unreadable cards are refused."""
    others = 0
    for number, body in _bodies(lines, remarks):
        try:
            properties = _properties(number, body)
        except BadRecord as bad:
            remarks.refuse("vCard", bad.row or number, f"The card {bad}.", bad.remedy)
            continue
        kinds = {each.value.lower() for each in properties if each.name in ("KIND", "X-ADDRESSBOOKSERVER-KIND")}
        if kinds - {"individual", ""}:
            others += 1
            continue
        yield number, _values(properties)
    if others:
        remarks.note("no people", None, f"{others:,} cards that are of no people were left out.")


Body = list[tuple[int, str]]
"""The lines of a card between BEGIN and END, each with its number; still folded."""


def _bodies(lines: Iterator[str], remarks: Remarks) -> Iterator[tuple[int, Body]]:
    body: Body = []
    first = size = 0
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip("\r\n").removeprefix("\ufeff")
        word = line.strip().upper().replace(" ", "")
        if word == "BEGIN:VCARD":
            if first:
                remarks.refuse("vCard", first, "The card does not end.", "End it with END:VCARD.")
            first, body, size = number, [], 0
        elif word == "END:VCARD" and first:
            if size > MAX_RECORD:
                remarks.refuse_long("card", first, size, "Export it without pictures.")
            else:
                yield first, body
            first = 0
        elif first:
            size += len(line)
            if size <= MAX_RECORD:
                body.append((number, line))
        elif word:
            remarks.refuse("vCard", number, "The line belongs to no card.", "Begin each card with BEGIN:VCARD.", line)
    if first:
        remarks.refuse("vCard", first, "The card does not end.", "Is the file complete? End it with END:VCARD.")


def _properties(number: int, body: Body) -> list[Property]:
    version = next((line.partition(":")[2].strip() for _, line in body if line.upper().startswith("VERSION:")), "2.1")
    if version not in _VERSIONS:
        raise BadRecord(f"is of version {version!r}", f"Known are {', '.join(_VERSIONS)}.", number)
    found = []
    for at, line in _unfolded(body, version):
        if line.strip():
            item = _property(at, line)
            if item is not None:
                found.append(item)
    return found


def _unfolded(body: Body, version: str) -> Iterator[tuple[int, str]]:
    """Whole lines. Version 2.1 keeps the blank at which it folds, and goes on after "=" in quoted-printable."""
    held: list[str] = []
    at, soft = 0, False
    for number, line in body:
        if held and soft:
            held[-1] = held[-1].rstrip(" \t")[:-1]
            held.append(line)
        elif held and line[:1] in (" ", "\t"):
            held.append(line if version == "2.1" and not _coded(held[0], "BASE64", "B") else line[1:])
        else:
            if held:
                yield at, "".join(held)
            held, at = [line], number
        soft = _coded(held[0], "QUOTED-PRINTABLE") and line.rstrip(" \t").endswith("=")
    if held:
        yield at, "".join(held)


def _coded(line: str, *codings: str) -> bool:
    parameters = line.partition(":")[0].upper().split(";")[1:]
    return any(each.removeprefix("ENCODING=") in codings for each in parameters)


_PROPERTY = re.compile(r"""(?:[\w-]+\.)?([\w-]+)((?:;(?:[^":;]|"[^"]*")*)*):(.*)""", re.DOTALL)
_PARAMETER = re.compile(r""";((?:[^":;]|"[^"]*")*)""")


def _property(number: int, line: str) -> Property | None:
    """A property; None for pictures, sounds and the like. Raises BadRecord."""
    match = _PROPERTY.fullmatch(line)
    if match is None:
        remedy = "Write it as NAME:value; what goes on in the next line begins there with a blank."
        raise BadRecord("has a line without a property", remedy, number)
    name = match[1].upper()
    if name in _BINARY:
        return None
    types: set[str] = set()
    charset, coding = "utf-8", ""
    for text in _PARAMETER.findall(match[2]):
        key, mark, value = text.upper().partition("=")
        value = value.strip().strip('"')
        if not mark and key in ("QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT"):
            coding = key
        elif not mark or key == "TYPE":
            types |= {each.strip().lower() for each in (value or key).split(",")}
        elif key == "ENCODING":
            coding = value
        elif key == "CHARSET":
            charset = value
        elif key == "PREF":
            types.add("pref")
    value = _decoded(number, name, match[3], coding, charset)
    return Property(name, frozenset(types), value.strip(), "pref" in types)


def _decoded(number: int, name: str, value: str, coding: str, charset: str) -> str:
    if coding not in ("QUOTED-PRINTABLE", "BASE64", "B"):
        return value
    try:
        if coding == "QUOTED-PRINTABLE":
            data = quopri.decodestring(value.encode("utf-8"))
        else:
            data = base64.b64decode("".join(value.split()), validate=True)
        return data.decode(charset)
    except (binascii.Error, ValueError, LookupError) as error:
        raise BadRecord(f"has a {name} that can't be decoded as {charset}", "Export it again.", number) from error


# Values


def _values(properties: list[Property]) -> dict[str, str]:
    """The columns of a person, by the names that imports know."""
    found: dict[str, str] = {}
    by_name: dict[str, list[Property]] = {}
    for each in properties:
        by_name.setdefault(each.name, []).append(each)
    for name, given in by_name.items():
        if name in _SILENT:
            continue
        best = sorted(given, key=lambda each: not each.preferred)
        take = _TAKEN.get(name)
        if take is not None:
            take(best, found)
        else:
            found.setdefault(name.lower(), _plain(best[0].value))
    if not found.get("given name") and not found.get("family name") and "name" in found:
        first, last = divided(found["name"])
        found |= {"given name": first or "", "family name": last or ""}
    return {name: value for name, value in found.items() if value}


def _parts(value: str, mark: str) -> list[str]:
    """The parts of a value; a mark after a backslash divides nothing."""
    parts = [""]
    for token in re.findall(r"\\.|.", value, re.DOTALL):
        if token == mark:
            parts.append("")
        else:
            parts[-1] += token
    return [_plain(part) for part in parts]


def _plain(value: str) -> str:
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], value, flags=re.DOTALL).strip()


def _name(best: list[Property], found: dict[str, str]) -> None:
    family, given, more, *_ = [*_parts(best[0].value, ";"), "", "", ""]
    found["family name"] = family.replace(",", " ")
    found["given name"] = " ".join(filter(None, (given.replace(",", " "), more.replace(",", " "))))


def _organisation(best: list[Property], found: dict[str, str]) -> None:
    units = [unit for unit in _parts(best[0].value, ";")[1:] if unit]
    if len(units) == 1:
        found["department"] = units[0]
    elif units:
        found["department path"] = "/".join(unit.replace("/", "-") for unit in units)


def _phones(best: list[Property], found: dict[str, str]) -> None:
    for each in best:
        number = re.sub(r"^tel:", "", each.value, flags=re.IGNORECASE).partition(";")[0].strip()
        if each.types & {"fax", "pager", "modem"} or ("home" in each.types and "work" not in each.types) or not number:
            continue
        found.setdefault("mobile" if each.types & {"cell", "iphone"} else "phone", number)


def _mails(best: list[Property], found: dict[str, str]) -> None:
    for each in sorted(best, key=lambda item: "work" not in item.types):
        if "home" not in each.types or "work" in each.types:
            found.setdefault("email", re.sub(r"^mailto:", "", each.value, flags=re.IGNORECASE))


def _address(best: list[Property], found: dict[str, str]) -> None:
    for each in best:
        parts = _parts(each.value, ";")
        if ("home" not in each.types or "work" in each.types) and len(parts) > 3 and parts[3]:
            found.setdefault("location", parts[3])


def _birthday(best: list[Property], found: dict[str, str]) -> None:
    match = re.match(r"(\d{4})-?(\d\d)-?(\d\d)(?:T.*)?$", best[0].value)
    if match:  # a birthday without a year says no birth date
        found["date of birth"] = "-".join(match.groups())


def _as(heading: str) -> Callable[[list[Property], dict[str, str]], None]:
    def take(best: list[Property], found: dict[str, str]) -> None:
        found.setdefault(heading, _plain(best[0].value))

    return take


def _as_list(heading: str) -> Callable[[list[Property], dict[str, str]], None]:
    def take(best: list[Property], found: dict[str, str]) -> None:
        found[heading] = list_cell([part for each in best for part in _parts(each.value, ",") if part])

    return take


_TAKEN: dict[str, Callable[[list[Property], dict[str, str]], None]] = {
    "N": _name,
    "FN": _as("name"),
    "NICKNAME": _as_list("alternative names"),
    "EMAIL": _mails,
    "TEL": _phones,
    "ORG": _organisation,
    "ADR": _address,
    "TITLE": _as("job title"),
    "BDAY": _birthday,
    # Many programs make a new one each time: who is who is told by mail.
    "UID": _as("vCard UID"),
    "PRONOUNS": _as("pronouns"),
    "X-PHONETIC-FIRST-NAME": _as("pronunciation"),
    **dict.fromkeys(("X-EMPLOYEE-NUMBER", "X-EMPLOYEENUMBER", "X-EMPLOYEE-ID"), _as("employee number")),
    **dict.fromkeys(("X-MANAGER", "X-EVOLUTION-MANAGER", "X-KADDRESSBOOK-X-MANAGERSNAME", "X-MS-MANAGER"),
                    _as("manager")),
}  # fmt: skip
"""Property -> what is made of it. Others become columns that an import tells as not read."""
