"""What somebody types into the search box, taken apart into terms."""

from __future__ import annotations

import re
from dataclasses import dataclass

from myproject.directory.text import words

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


class BadQuestion(ValueError):
    """A text that is not searched for: too long. The message says what to do."""

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
class Question:
    """The terms, each once, and the whole text folded."""

    terms: tuple[Term, ...]
    text: str


def ask(q: str) -> Question:
    """Take a typed text apart. Characters that no word has (blanks, %, NUL, ...) only divide words.

    Raises BadQuestion for more than 200 characters or 8 words.
    """
    if len(q) > MAX_LENGTH:
        raise BadQuestion(f"The search text has {len(q)} characters; {MAX_LENGTH} are the most. Shorten it.")
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
        raise BadQuestion(f"The search text has {len(unique)} words; {MAX_TERMS} are the most. Leave some out.")
    return Question(tuple(unique), " ".join(words(q)))


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
