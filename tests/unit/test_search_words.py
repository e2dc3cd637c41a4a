"""Words, codes and questions of the search, without a database."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myproject.directory.schema.text import fold, words
from myproject.directory.search.codes import number_form, phone_forms, phone_question, significant_digits
from myproject.directory.search.search_text import BadSearchText, ask
from myproject.directory.search.words import (
    PREFIX_FROM,
    TAIL_AT,
    has_typos,
    lookups,
    name_spellings,
    near,
    nearest,
    spellings,
    stem,
    tail,
    variants,
)
from tests.support.search_company import nearly


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Ødegaard", {"odegaard", "oedegaard"}),
        ("Müller", {"muller", "mueller"}),
        ("Größe", {"grosse", "groesse"}),
        ("Ångström", {"angstrom", "aangstroem"}),
        ("Nguyễn", {"nguyen"}),
        ("Łukasz", {"lukasz"}),
        ("Þór", {"thor"}),
        ("İstanbul", {"istanbul"}),
        ("Jean-Luc", {"jean", "luc", "jeanluc"}),
        ("O’Neill", {"oneill", "o", "neill"}),
        ("R & D", {"r", "d"}),
        ("Ｆｕｌｌ", {"full"}),
        ("ﬁnance", {"finance"}),
        ("Σίσυφος", {"σισυφοσ"}),
        ("Ёлка", {"елка"}),
        ("%_*", set()),
        ("", set()),
    ],
)
def test_spellings(text: str, wanted: set[str]) -> None:
    assert spellings(text) == wanted


def test_the_words_of_a_name_count_as_one_too() -> None:
    assert name_spellings("van den Berg") == {"van", "den", "berg", "vandenberg"}
    assert name_spellings("Smith") == {"smith"}
    assert {"marie", "louise", "anne", "annemarielouise"} <= name_spellings("Anne-Marie Louise")


def test_vowel_signs_do_not_divide_a_word() -> None:
    assert len(words("हिन्दी")) == 1
    assert len(words("ภาษาไทย")) == 1
    assert fold("Ĥ").isascii()


@pytest.mark.parametrize(
    ("typed", "word", "whole"),
    [
        ("smith", "smith", True),
        ("smiht", "smith", True),
        ("smth", "smith", True),
        ("smiith", "smith", True),
        ("smoth", "smith", True),
        ("smiht", "smithson", False),
        ("jnoa", "jonathan", False),
        ("jon", "john", True),
        ("jon", "johnson", None),
        ("smih", "taylor", None),
        ("tsmih", "smith", None),
    ],
)
def test_near_words(typed: str, word: str, whole: bool | None) -> None:
    assert near(typed, word) is whole


def test_the_nearest_come_first_and_those_as_typed_are_left_out() -> None:
    known = ["smithson", "smith", "smit", "taylor", "smihtx"]
    assert nearest("smiht", known, 10) == [("smit", True), ("smith", True), ("smithson", False)]
    assert nearest("smiht", known, 1) == [("smit", True)]


_words = st.text(st.sampled_from("abcde"), min_size=3, max_size=9)


@given(_words, _words)
def test_every_near_word_is_looked_up(typed: str, word: str) -> None:
    exact, ranges = lookups(typed)
    kept = variants(word)
    shared = bool(exact & kept) or any(start <= variant < end for variant in kept for start, end in ranges)
    told = near(typed, word)
    assert (told is not None) == nearly(typed, word)
    assert shared or told is None
    begun = stem(word) == stem(typed) or any(word[at:].startswith(tail(typed)) for at in TAIL_AT)
    assert begun or told is None
    assert told is not False or len(typed) >= PREFIX_FROM


@given(st.text(string.ascii_lowercase, min_size=4, max_size=12), st.integers(0, 11), st.sampled_from("idst"), st.data())
def test_each_kind_of_slip_is_near(word: str, place: int, kind: str, data: st.DataObject) -> None:
    place %= len(word)
    letter = data.draw(st.sampled_from(string.ascii_lowercase))
    typed = {
        "i": word[:place] + letter + word[place:],
        "d": word[:place] + word[place + 1 :],
        "s": word[:place] + letter + word[place + 1 :],
        "t": word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
    }[kind]
    assert near(typed, word) is True
    exact, ranges = lookups(typed)
    assert exact & variants(word) or any(start <= variant < end for variant in variants(word) for start, end in ranges)


def test_words_with_digits_have_no_typos() -> None:
    assert has_typos("smith")
    assert has_typos("हिन्दी")
    assert not has_typos("e123")
    assert not has_typos("li")


def test_numbers() -> None:
    assert number_form("E-00 123/x") == "e00123x"
    assert significant_digits("E-00123") == "123"
    assert significant_digits("000") == "0"
    assert significant_digits("abc") == ""
    assert number_form("Ⅻ-①") == "xii1"


@pytest.mark.parametrize(
    ("phone", "national"),
    [
        ("+44 (0)20 7946 0123", "2079460123"),
        ("+44 20 7946 0123", "2079460123"),
        ("0044 20 7946 0123", "2079460123"),
        ("020 7946 0123", "2079460123"),
        ("515.123.4567", "5151234567"),
        ("+1 515 123 4567", "5151234567"),
        ("+358 9 1234", "91234"),
        ("+７ 495 1234567", "4951234567"),
    ],
)
def test_a_phone_number_is_found_by_its_beginning_and_its_end(phone: str, national: str) -> None:
    forms = phone_forms(phone)
    assert forms is not None
    assert forms[0] == national
    for typed in (national, "0" + national, phone, national[-4:], national[:5]):
        question = phone_question(typed)
        assert question is not None
        assert forms[0].startswith(question.starts) or forms[1].startswith(question.ends), typed


def test_too_few_digits_are_no_phone() -> None:
    assert phone_question("123") is None
    assert phone_question("0000") is None
    assert phone_forms("x") is None


def test_a_question_is_taken_apart() -> None:
    question = ask("  Müller,  SALES-team e-00123 Ada@Example.org +44 20 7946 0123 ")
    assert [term.text for term in question.terms] == [
        "muller", "sales", "team", "e", "00123", "ada@example.org", "442079460123",
    ]  # fmt: skip
    muller, _, _, _, number, mail, phone = question.terms
    assert muller.spellings == ("muller", "mueller")
    assert muller.typos
    assert (number.number, number.digits, number.phone) == ("e00123", "123", None)
    assert mail.mail == "ada@example.org"
    assert not mail.spellings
    assert not mail.typos
    assert phone.phone is not None
    assert ask("smith Smith SMITH").terms == ask("smith").terms


def test_short_words_are_whole_words_of_things() -> None:
    (term,) = ask("it").terms
    assert term.thing_ranges(alone=True) == [("it", "it ")]
    assert term.thing_ranges(alone=False)[0][1] > "italy"
    assert ask("r").terms[0].thing_ranges(alone=False) == [("r", "r ")]


@given(st.text(max_size=220))
def test_any_text_is_a_question_or_refused(text: str) -> None:
    try:
        terms = ask(text).terms
    except BadSearchText:
        terms = ()
    assert len(terms) <= 8
    for term in terms:
        term.text.encode()
        assert "\x00" not in "".join((term.text, *term.spellings, term.number or "", term.mail or ""))
