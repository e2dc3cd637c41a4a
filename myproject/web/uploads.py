"""The files of a form that are to be imported: looked at before anything is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from myproject.accounts.errors import AccountError
from myproject.language.texts import gettext as _
from myproject.transfers.imports import MAPPING, MOST_FILES, check_name

from .params import Problem

FILE, MAPPED = "file", "mapping"
"""The parts of the form."""


class SentFiles(NamedTuple):
    """What was sent."""

    files: dict[str, BinaryIO]
    """By their names."""
    mapping: BinaryIO | None
    digest: bytes
    """Of names and contents."""
    problems: list[Problem]
    """By the part of the form. While there are some, nothing is to be kept."""


def sent_files(form: Any) -> SentFiles:
    """The files of a form."""
    found: dict[str, BinaryIO] = {}
    problems: list[Problem] = []
    digest = hashlib.sha256()
    for part, sent in _parts(form):
        if isinstance(sent, str | bytes):
            problems.append(Problem(part, _("“%(name)s” is not a file.", name=part), _("Send a file, with its name.")))
            continue
        try:
            name = MAPPING if part == MAPPED else check_name(sent.filename)
        except AccountError as error:
            problems.append(Problem(part, error.message, error.remedy))
            continue
        if name in found:
            problems.append(Problem(part, _("There are two files %(name)s.", name=name), _("Send each once.")))
        found[name] = sent.file
        digest.update(name.encode() + b"\0" + hashlib.file_digest(sent.file, "sha256").digest())
        sent.file.seek(0)
    mapping = found.pop(MAPPING, None)
    if not found and not problems:
        problems.append(Problem(FILE, _("There is no file to import."), _("Choose one.")))
    elif len(found) > MOST_FILES:
        most = _("Send at most %(most)s.", most=MOST_FILES)
        problems.append(Problem(FILE, _("There are too many files."), most))
    elif len(found) > 1 and mapping is None:
        remedy = _("Send a mapping file that says how they belong together.")
        problems.append(Problem(MAPPED, _("There are several files and no mapping file."), remedy))
    return SentFiles(found, mapping, digest.digest(), problems)


def _parts(form: Any) -> Iterator[tuple[str, Any]]:
    for part in (FILE, MAPPED):
        # A browser sends nothing, without a name, where no file was chosen.
        yield from ((part, sent) for sent in form.getall(part) if sent not in ("", b""))
