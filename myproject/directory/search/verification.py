"""Whether the index holds what the directory says: for `myproject db verify`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, select

from myproject.db.ids import id_list
from myproject.models.search import SearchCode, SearchName, SearchVariant, SearchWord

from .index import CHUNK, KINDS, all_ids, all_words, code_forms, employees, name_words, thing_words
from .words import has_typos, variants

_NAME = SearchName.__table__
_CODE = SearchCode.__table__
_WORD = SearchWord.__table__
_VARIANT = SearchVariant.__table__

MOST = 20
"""Differences told of each table."""


def verify(conn: Connection) -> list[str]:
    """The differences between the index and what it should hold, in words; none when it is right.

    Reads everything: 300,000 employees take some twenty seconds. At most 20 differences of each kind are told.
    """
    found: list[str] = []
    known: set[str] = set()
    found += islice(_people(conn, known), MOST)
    for kind in KINDS:
        found += islice(_things(conn, kind, known), MOST)
    if not found:
        found += islice(_variants(conn, known), MOST)
    return found


def _people(conn: Connection, known: set[str]) -> Iterator[str]:
    last = 0
    while chunk := employees(conn, after=last):
        last = chunk[-1].id
        ids = id_list([card.id for card in chunk])
        names = select(_NAME.c.employee_id, _NAME.c.word, _NAME.c.sort_name, _NAME.c.field, _NAME.c.words)
        held: dict[int, set[Any]] = {}
        for employee_id, *entry in conn.execute(names.where(_NAME.c.employee_id.in_(ids))):
            held.setdefault(employee_id, set()).add(tuple(entry))
        codes = {row[0]: tuple(row[1:]) for row in conn.execute(select(_CODE).where(_CODE.c.employee_id.in_(ids)))}
        for card in chunk:
            words = name_words(card[1:5], card.email)
            known.update(words)
            together = all_words(words)
            rows = {(word, card.sort_name, field, together) for word, field in words.items()}
            if held.get(card.id, set()) != rows:
                yield f"search: employee {card.employee_number} (id {card.id}) is not indexed by their name as it is"
            if codes.get(card.id) != code_forms(*card[6:]):
                yield f"search: employee {card.employee_number} (id {card.id}) is not indexed by number, mail and phone"
    for table in (_NAME, _CODE):
        strays = set(conn.execute(select(table.c.employee_id).distinct()).scalars()) - set(all_ids(conn, "employee"))
        for stray in sorted(strays):
            yield f"search: {table.name} has employee id {stray}, who does not exist"


def _things(conn: Connection, kind: str, known: set[str]) -> Iterator[str]:
    held = set(conn.execute(select(_WORD.c.word, _WORD.c.target_id).where(_WORD.c.kind == kind)))
    wanted: set[tuple[str, int]] = set()
    ids = all_ids(conn, kind)
    for start in range(0, len(ids), CHUNK):
        wanted.update(thing_words(conn, kind, ids[start : start + CHUNK]))
    known.update(word for word, _ in wanted)
    label = kind.replace("_", " ")
    for word, target in sorted(wanted - held):
        yield f"search: {label} {target} is not indexed by its word {word}"
    for word, target in sorted(held - wanted):
        yield f"search: {label} {target} is indexed by {word}, which is not among its words"


def _variants(conn: Connection, known: set[str]) -> Iterator[str]:
    wanted = {(variant, word) for word in known if has_typos(word) for variant in variants(word)}
    held = set(conn.execute(select(_VARIANT.c.variant, _VARIANT.c.word)))
    for variant, word in sorted(wanted - held):
        yield f"search: the word {word} has no variant {variant}"
    for variant, word in sorted(held - wanted):
        yield f"search: the variant {variant} is of {word}, which nothing is called"
