"""Upkeep of the search index: called in the transaction that writes what is indexed.

Every function takes a Core connection inside a write transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Select, delete, select

from myproject.db.bulk import insert_rows
from myproject.db.ids import id_list, text_list
from myproject.db.prepared import Prepared
from myproject.directory.schema.text import words
from myproject.models.department import Department, DepartmentVersion
from myproject.models.employee import Employee
from myproject.models.location import Location
from myproject.models.search import SearchCode, SearchName, SearchVariant, SearchWord
from myproject.models.vocabulary import JobTitle, Skill

from .codes import mail_form, number_form, phone_forms, significant_digits
from .words import ALTERNATIVE, CALLED, GIVEN, LONGEST, MAIL, has_typos, name_spellings, spellings, stem, variants

T = TypeVar("T")

CHUNK = 10_000
"""Employees at a time: bounds the memory of a load."""

_NAME = SearchName.__table__
_CODE = SearchCode.__table__
_WORD = SearchWord.__table__
_VARIANT = SearchVariant.__table__
OF_EMPLOYEES = (_NAME, _CODE)
"""The tables whose rows are of one employee each; the others are of words."""


class IndexedCard(NamedTuple):
    """What is indexed of an employee."""

    id: int
    given_name: str
    family_name: str
    preferred_name: str | None
    alternative_names: list[str] | None
    sort_name: str
    employee_number: str
    email: str | None
    phone: str | None
    mobile: str | None


_READ = (*IndexedCard._fields, "narrowed")
_EMPLOYEES = select(*(Employee.__table__.c[name] for name in _READ))
_THESE = Prepared(_EMPLOYEES.where(Employee.__table__.c.id.in_(id_list("ids"))))
_KNOWN = Prepared(select(_VARIANT.c.word).where(_VARIANT.c.variant.in_(text_list("stems"))))
_CODE_COLUMNS = ("employee_id", "number", "digits", "mail", "phone", "phone_end", "mobile", "mobile_end")


def refresh(conn: Connection, kind: str, ids: Iterable[int], *, new: bool = False) -> None:
    """Index these things as they now are; those that are no more lose their words.

    kind: employee, job_title, skill, department or location. With `new`, none of them was ever indexed, and nothing
    is looked up to be taken away. 300,000 new employees take some ten seconds.
    """
    source = _employees if kind == "employee" else _things(kind)
    for chunk in _chunks(ids):
        source(conn, chunk, new)


def rebuild(conn: Connection) -> None:
    """Make the whole index anew."""
    for table in (_NAME, _CODE, _WORD, _VARIANT):
        conn.execute(delete(table))
    refresh(conn, "employee", all_ids(conn, "employee"), new=True)
    for kind in KINDS:
        refresh(conn, kind, all_ids(conn, kind), new=True)


def all_ids(conn: Connection, kind: str) -> Sequence[int]:
    """The ids of everything of a kind, in order."""
    key = _EMPLOYEES.selected_columns.id if kind == "employee" else next(iter(_TEXTS[kind][0].selected_columns))
    return conn.execute(select(key).order_by(key)).scalars().all()


# --- people -------------------------------------------------------------------------------------------------


def add_employees(conn: Connection, cards: Iterable[Mapping[str, Any]]) -> None:
    """Index employees who are new, by their cards as they were just written: nothing is read again."""
    for chunk in _chunks(_open([card[name] for name in _READ]) for card in cards):
        _write(conn, chunk, set())


def words_of(conn: Connection) -> set[str]:
    """Every word by which an employee is found."""
    return set(conn.execute(select(_NAME.c.word).distinct()).scalars())


def _employees(conn: Connection, ids: Sequence[int], new: bool) -> None:
    gone: set[str] = set()
    if not new:
        chosen = id_list(ids)
        of_these = _NAME.c.employee_id.in_(chosen)
        gone.update(conn.execute(select(_NAME.c.word).where(of_these).distinct()).scalars())
        conn.execute(delete(_NAME).where(of_these))
        conn.execute(delete(_CODE).where(_CODE.c.employee_id.in_(chosen)))
    _write(conn, map(_open, _THESE.rows(conn, {"ids": ids})), gone)


def _write(conn: Connection, cards: Iterable[IndexedCard], gone: set[str]) -> None:
    """Write what these employees are found by. `gone`: words that may be nobody's any more."""
    names: list[tuple[str, str, int, int, str]] = []
    codes: list[tuple[Any, ...]] = []
    known: set[str] = set()
    for card in cards:
        found = name_words(card[1:5], card[7])
        together = all_words(found)
        names += [(word, card[5], card[0], field, together) for word, field in found.items()]
        known.update(found)
        codes.append((card[0], *code_forms(*card[6:])))
    # In the order of the index they are going into: neighbours share its pages.
    names.sort()
    insert_rows(conn, _NAME, ("word", "sort_name", "employee_id", "field", "words"), names)
    insert_rows(conn, _CODE, _CODE_COLUMNS, codes)
    learn(conn, known)
    _forget(conn, gone - known)


def employees(conn: Connection, *, after: int) -> Sequence[IndexedCard]:
    """The next employees by id, as far as they are indexed."""
    key = Employee.__table__.c.id
    return list(map(_open, conn.execute(_EMPLOYEES.where(key > after).order_by(key).limit(CHUNK))))


def _open(row: Any) -> IndexedCard:
    """The card as it is indexed: nobody finds anybody by a value that they keep to a narrower audience."""
    *card, narrowed = row
    if narrowed:
        card = [None if name in narrowed else value for name, value in zip(IndexedCard._fields, card, strict=True)]
    return IndexedCard._make(card)


def name_words(names: Sequence[Any], email: str | None) -> dict[str, int]:
    """Word -> the field it is found by, the most open one where it is in several.

    names: given, family, preferred and alternative names of an employee.
    """
    given, family, preferred, alternative = names
    called = preferred or given or ""
    found: dict[str, int] = {}
    for part in (called, family):
        found.update(dict.fromkeys(name_spellings(part or ""), CALLED))
    if preferred and given:
        for word in name_spellings(given):
            found.setdefault(word, GIVEN)
    for part in alternative or ():
        for word in name_spellings(part):
            found.setdefault(word, ALTERNATIVE)
    if family and not family.isascii():
        for part, field in ((called, CALLED), (given, GIVEN)):
            if part and _unspaced(family + part):
                found.setdefault((family + part)[:LONGEST], field)
    if email:
        for word in words(email.partition("@")[0]):
            # Of "ada.lovelace2" the name says it all; so it would for nearly everyone.
            if len(word) > 1 and word.rstrip("0123456789") not in found:
                found.setdefault(word[:LONGEST], MAIL)
    return found


def all_words(words: Iterable[str]) -> str:
    """The words of an employee as each of their rows holds them: in order, a blank before each."""
    return "".join(f" {word}" for word in sorted(words))


def _unspaced(name: str) -> bool:
    """Whether names in this script are written without a blank between family and given name."""
    return all("\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7a3" for c in name)


def code_forms(number: str, email: str | None, phone: str | None, mobile: str | None) -> tuple[str | None, ...]:
    """The columns of `search_code` after the id."""
    form = number_form(number)
    digits = significant_digits(number) or None
    return (
        form,
        digits if digits != form else None,
        mail_form(email) if email else None,
        *((phone and phone_forms(phone)) or (None, None)),
        *((mobile and phone_forms(mobile)) or (None, None)),
    )


# --- job titles, skills, departments, locations ---------------------------------------------------------------

_VERSION = DepartmentVersion.__table__
_DEPARTMENT = Department.__table__
_LOCATION = Location.__table__

# The id first, then the texts whose words are indexed. Of a department every name it ever had: who searches on a past
# day finds it under the name of that day, and the tree of the day says which that is.
_TEXTS: dict[str, list[Select[Any]]] = {
    "job_title": [select(JobTitle.__table__.c.id, JobTitle.__table__.c.name)],
    "skill": [select(Skill.__table__.c.id, Skill.__table__.c.name)],
    "department": [
        select(_DEPARTMENT.c.id, _DEPARTMENT.c.code),
        select(_VERSION.c.department_id, _VERSION.c.name),
    ],
    "location": [select(_LOCATION.c.id, _LOCATION.c.code, _LOCATION.c.name, _LOCATION.c.city)],
}
KINDS = tuple(_TEXTS)


def _things(kind: str) -> Callable[[Connection, Sequence[int], bool], None]:
    if kind not in _TEXTS:
        raise ValueError(f"nothing of the kind {kind} is searched for")

    def refresh_things(conn: Connection, ids: Sequence[int], new: bool) -> None:
        gone: set[str] = set()
        if not new:
            of_these = (_WORD.c.kind == kind) & _WORD.c.target_id.in_(id_list(ids))
            gone.update(conn.execute(select(_WORD.c.word).where(of_these).distinct()).scalars())
            conn.execute(delete(_WORD).where(of_these))
        found = set(thing_words(conn, kind, ids))
        insert_rows(conn, _WORD, ("kind", "word", "target_id"), sorted((kind, *pair) for pair in found))
        known = {word for word, _ in found}
        learn(conn, known)
        _forget(conn, gone - known)

    return refresh_things


def thing_words(conn: Connection, kind: str, ids: Sequence[int]) -> Iterator[tuple[str, int]]:
    """(word, id) of things as they are written now; may repeat."""
    for query in _TEXTS[kind]:
        key = next(iter(query.selected_columns))
        for target, *texts in conn.execute(query.where(key.in_(id_list(ids)))):
            for text in texts:
                for word in spellings(text or ""):
                    yield word, target


# --- words with a slip --------------------------------------------------------------------------------------


def learn(conn: Connection, found: set[str]) -> None:
    """Keep the variants of words that are seen for the first time."""
    candidates = sorted(filter(has_typos, found))
    known = set(_known(conn, candidates))
    rows = [(variant, word) for word in candidates if word not in known for variant in variants(word)]
    insert_rows(conn, _VARIANT, ("variant", "word"), sorted(rows))


def _known(conn: Connection, candidates: Iterable[str]) -> Iterator[str]:
    wanted = set(candidates)
    # A word has at least the variant that is its whole beginning.
    for stems in _chunks({stem(word) for word in wanted}):
        yield from wanted.intersection(word for (word,) in _KNOWN.rows(conn, {"stems": stems}))


def _forget(conn: Connection, gone: set[str]) -> None:
    """Drop the variants of words that nothing has any more."""
    if not gone:
        return
    for chunk in _chunks(gone):
        left = set(chunk)
        for column in (_NAME.c.word, _WORD.c.word):
            left -= set(conn.execute(select(column).where(column.in_(text_list(chunk))).distinct()).scalars())
        made = {variant for word in left for variant in variants(word)}
        conn.execute(
            delete(_VARIANT).where(_VARIANT.c.word.in_(text_list(left)), _VARIANT.c.variant.in_(text_list(made)))
        )


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    remaining = iter(items)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk
