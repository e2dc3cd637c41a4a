"""Parsing of the text typed into the search box into terms."""

from __future__ import annotations

import re
from dataclasses import dataclass

from myproject.directory.schema.text import words
from myproject.language.formats import number_text
from myproject.language.texts import ngettext

from .codes import PhoneQuestion, digits_of, mail_form, number_form, phone_question, significant_digits
from .words import LONGEST, after, has_typos, just_after, spelt_out

MAX_LENGTH = 200
MAX_TERMS = 8

_SHORT = 3
"""Shorter words stand for a job title, department, ... only if they are all of one of its words."""

_PHONE_DIGITS = 7
"""A row of groups of digits is one phone number if it has so many."""

# Groups of digits with what people write between them, standing by themselves.
_PHONE = re.compile(r"(?<!\S)\+?\(?\d[\d() ./-]*\d(?!\S)")


class BadSearchText(ValueError):
    """The search text is too long. The message says what to do."""

    @property
    def message(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the question. A person fits the question if they fit every term, in any of its readings."""

    text: str
    """As folded; of a mail address or phone number, its looked-up form."""
    spellings: tuple[str, ...] = ()
    """The word, and how it may be spelt besides; empty for a term that is a code only."""
    number: str | None = None
    """An employee number, or the beginning of one."""
    digits: str | None = None
    """The same without letters and leading zeros."""
    phone: PhoneQuestion | None = None
    mail: str | None = None
    """A mail address, or the beginning of one."""

    @property
    def typos(self) -> bool:
        """Whether one slip is forgiven."""
        return bool(self.spellings) and has_typos(self.text)

    @property
    def ranges(self) -> list[tuple[str, str]]:
        """The words of names that it stands for: ranges [from, to)."""
        return [(word, after(word)) for word in self.spellings]

    def thing_ranges(self, alone: bool) -> list[tuple[str, str]]:
        """The words of job titles, departments, ... that it stands for: ranges [from, to).

        A short word by itself is a whole word ("it", "hr"); beside others it may be the beginning of one, and a
        single letter never is: what half of all departments begin with tells nothing.
        """
        begins = _SHORT if alone else _SHORT - 1
        return [(word, after(word) if len(word) >= begins else just_after(word)) for word in self.spellings]


@dataclass(frozen=True, slots=True)
class SearchText:
    """A parsed search text: distinct terms, and the whole text folded."""

    terms: tuple[Term, ...]
    text: str


def ask(q: str) -> SearchText:
    """Take a typed text apart. Characters that no word has (blanks, %, NUL, ...) only divide words.

    Raises BadSearchText for more than 200 characters or 8 words.
    """
    if len(q) > MAX_LENGTH:
        raise BadSearchText(
            ngettext(
                "The search text has %(num)s character, but only %(most)s are allowed. Shorten it.",
                "The search text has %(num)s characters, but only %(most)s are allowed. Shorten it.",
                len(q),
                most=number_text(MAX_LENGTH),
            )
        )
    q = "".join(c if c.isprintable() else " " for c in q)
    terms: list[Term] = []
    place = 0
    for phone in _PHONE.finditer(q):
        if len(digits_of(phone.group())) >= _PHONE_DIGITS and len(phone.group().split()) > 1:
            terms += _terms(q[place : phone.start()])
            terms.append(_phone(phone.group()))
            place = phone.end()
    terms += _terms(q[place:])
    unique = list(dict.fromkeys(terms))
    if len(unique) > MAX_TERMS:
        raise BadSearchText(
            ngettext(
                "The search text has %(num)s word, but only %(most)s are allowed. Leave some out.",
                "The search text has %(num)s words, but only %(most)s are allowed. Leave some out.",
                len(unique),
                most=number_text(MAX_TERMS),
            )
        )
    return SearchText(tuple(unique), " ".join(words(q)))


def _terms(text: str) -> list[Term]:
    terms: list[Term] = []
    for token in text.split():
        bare = token.strip("<>()[]{},;:\"'")
        if bare.find("@") > 0:
            mail = mail_form(bare)
            terms.append(Term(mail, mail=mail))
        elif digits_of(token):
            parts = words(token)
            terms += [_code(token, part[:LONGEST]) for part in parts]
        else:
            terms += [_word(part, other) for part, other in _pairs(token)]
    return terms


def _pairs(token: str) -> list[tuple[str, str]]:
    """The words of a token, each with its spelling where umlauts are two letters."""
    plain, spelt = words(token), words(spelt_out(token))
    return list(zip(plain, spelt if len(spelt) == len(plain) else plain, strict=True))


def _word(word: str, other: str) -> Term:
    word, other = word[:LONGEST], other[:LONGEST]
    return Term(word, tuple(dict.fromkeys((word, other))))


def _code(token: str, part: str) -> Term:
    """A part of a token with digits: it may be a word ("level-3"), the whole a number, a phone, the start of a mail."""
    number, digits, mail = number_form(token), significant_digits(token), mail_form(token)
    if number.isdecimal():
        return Term(part, (part,), number, digits, phone_question(token))
    return Term(part, (part,), number, digits if digits_of(part) else None, None, mail)


def _phone(text: str) -> Term:
    """Groups of digits that are one phone number, or an employee number that is written in groups."""
    number = number_form(text)
    return Term(number, (), number, significant_digits(text), phone_question(text))
