"""Cells that no spreadsheet runs, cards that nobody can break out of, days in words."""

from __future__ import annotations

import pytest

from myproject.directory.people.exporting.people_csv import safe
from myproject.directory.people.exporting.vcard import vcard
from myproject.directory.people.profile import Profile, days_in_words


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3+cmd", "'-2+3+cmd"),
        (" =1", "' =1"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
        ("+47 22 00 00 03", "+47 22 00 00 03"),
        ("-12.5", "-12.5"),
        ("O’Brien", "O’Brien"),
        ("", ""),
        (None, ""),
        (7, "7"),
    ],
)
def test_cells(value: object, cell: str) -> None:
    assert safe(value) == cell


def test_a_card_that_tries_to_break_out() -> None:
    evil = "Eve\r\nTEL:1;2,3\\\nEND:VCARD"
    card = {"given_name": evil, "family_name": "É" * 90, "about": "x" * 300, "email": "eve@example.org"}
    profile = Profile(1, evil, card, [(1, "a,b")], None, None, [], [], None)
    body = vcard(profile, organisation="A;B", url="https://example.org/1", uid="x")
    lines = body.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    unfolded = body.decode().replace("\r\n ", "").split("\r\n")
    assert [line for line in unfolded if line.startswith(("TEL", "END"))] == ["END:VCARD"]
    assert "FN:Eve\\nTEL:1\\;2\\,3\\\\\\nEND:VCARD" in unfolded
    assert f"N:{'É' * 90};Eve\\nTEL:1\\;2\\,3\\\\\\nEND:VCARD;;;" in unfolded
    assert "ORG:A\\;B" in unfolded
    assert "CATEGORIES:a\\,b" in unfolded


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (["mon", "tue", "wed", "thu"], "Mon–Thu"),
        (["mon", "wed", "thu", "fri"], "Mon, Wed–Fri"),
        (["sat", "sun"], "Sat, Sun"),
        (["fri", "mon"], "Mon, Fri"),
        ([], ""),
    ],
)
def test_working_days(days: list[str], words: str) -> None:
    assert days_in_words(days) == words
