"""An employee as a vCard 3.0 (RFC 2426): the version that every phone reads; 4.0 is ignored or mangled by many."""

from __future__ import annotations

import re
from collections.abc import Iterator

from myproject.directory.people.profile import Profile
from myproject.directory.schema.fields import CARD_FIELDS, FIELDS
from myproject.directory.schema.text import slug

_LINE = 75
"""Octets of a line, its break not counted; longer ones are folded."""


def vcard(profile: Profile, *, organisation: str, url: str, uid: str) -> bytes:
    """The card as a file. It holds what the profile holds, that is, what its viewer may see.

    `url` is the address of the profile, `uid` names the person for good, so that a second import renews the first.
    """
    return b"".join(_fold(line) for line in _lines(profile, organisation, url, uid))


def _lines(profile: Profile, organisation: str, url: str, uid: str) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:3.0"
    yield f"UID:{_text(uid)}"
    yield from _names(profile)
    yield from _work(profile, organisation)
    yield from _card(profile)
    yield f"URL:{_bare(url)}"
    yield "END:VCARD"


def _names(profile: Profile) -> Iterator[str]:
    card = profile.card
    preferred, given, family = (card.get(name, "") for name in ("preferred_name", "given_name", "family_name"))
    yield f"FN:{_text(profile.name)}"
    called = preferred or given or ("" if family else profile.name)
    yield f"N:{_text(family)};{_text(called)};;;"
    nicknames = [*([given] if preferred and given else []), *card.get("alternative_names", ())]
    if nicknames:
        yield f"NICKNAME:{','.join(map(_text, nicknames))}"


def _work(profile: Profile, organisation: str) -> Iterator[str]:
    units = [node.name for node in profile.path]
    if units and units[0] == organisation:
        del units[0]
    yield f"ORG:{';'.join(map(_text, [organisation, *units]))}"
    job = profile.job
    if job is None:
        return
    if job.title:
        yield f"TITLE:{_text(job.title)}"
    place = job.place
    if place is None:
        return
    street = ", ".join(part for part in (place.address or "").splitlines() if part)
    extended = ", ".join(part for part in (place.name, *_texts(profile, "ADR")) if part)
    parts = ["", extended, street, place.city or "", "", "", place.country or ""]
    yield f"ADR;TYPE=WORK:{';'.join(map(_text, parts))}"
    if place.time_zone:
        yield f"TZ;VALUE=text:{_text(place.time_zone)}"


_TOGETHER = ("ADR", "NOTE")
"""Properties that take several fields."""


def _texts(profile: Profile, declared: str) -> list[str]:
    """What the card holds for a property."""
    return [
        str(profile.card[name]) for name in CARD_FIELDS if FIELDS[name].vcard == declared and profile.card.get(name)
    ]


def _card(profile: Profile) -> Iterator[str]:
    """The fields of the card that have a property of their own, then notes and skills."""
    for declared in dict.fromkeys(FIELDS[name].vcard for name in CARD_FIELDS):
        if declared and declared not in _TOGETHER:
            yield from (f"{declared}:{_text(text)}" for text in _texts(profile, declared))
    if notes := _texts(profile, "NOTE"):
        yield f"NOTE:{_text(chr(10).join(notes))}"
    if profile.skills:
        yield f"CATEGORIES:{','.join(_text(name) for _, name in profile.skills)}"


def _text(value: str) -> str:
    """A value that can't end its part, its line or the card."""
    value = value.replace("\\", "\\\\").replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return _bare(value.replace(",", "\\,").replace(";", "\\;"))


def _bare(value: str) -> str:
    return re.sub(r"[\x00-\x08\x0a-\x1f\x7f]", "", value)


def _fold(line: str) -> bytes:
    """A line in pieces of at most 75 octets, no letter cut in two; pieces after the first begin with a blank."""
    pieces: list[bytes] = []
    piece = b""
    for letter in line:
        raw = letter.encode()
        if len(piece) + len(raw) > _LINE:
            pieces.append(piece)
            piece = b" "
        piece += raw
    return b"\r\n".join([*pieces, piece]) + b"\r\n"


def file_name(profile: Profile) -> str:
    """A name for the file, in plain letters."""
    return f"{slug(profile.name)}.vcf"
