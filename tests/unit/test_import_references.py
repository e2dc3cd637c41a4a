"""References of rows: distinguished names in every spelling, names of people, several properties in one text."""

from __future__ import annotations

import pytest

from myproject.directory.importing.references import ReferencePart, name_keys, normal_dn, packed, plain, unpacked
from myproject.directory.schema.headings import known_heading


@pytest.mark.parametrize(
    "text",
    [
        "uid=ann,ou=People,dc=example,dc=com",
        "UID=Ann , OU=people,DC=Example, dc=COM",
        "uid = ann; ou=People; dc=example; dc=com",
        'uid="ann",ou=\\50eople,dc=example,dc=com',
    ],
)
def test_spellings_of_a_distinguished_name_are_one(text):
    assert normal_dn(text) == "uid=ann,ou=people,dc=example,dc=com"


@pytest.mark.parametrize(
    "text", ["", "Ann Lee", "a=b", "x=", "cn=a,b", "=a,dc=b", "cn=" + " " * 1900 + "\\", "cn=" + "a=," * 900]
)
def test_other_texts_are_no_distinguished_names(text):
    assert normal_dn(text) is None


def test_a_comma_in_a_distinguished_name_is_escaped():
    assert normal_dn("CN=Lee\\, Ann,DC=x") == normal_dn("cn=lee\\2C ann,dc=X") == normal_dn('cn="Lee, Ann",dc=x')


def test_parts_of_a_reference():
    parts = [ReferencePart("id", "17"), ReferencePart("name", "Ann Lee")]
    assert unpacked(packed(parts)) == parts
    assert plain(packed(parts)) == "17 / Ann Lee"
    assert unpacked("17") == [ReferencePart(None, "17")]


def test_names_of_people_in_either_order():
    assert name_keys("Lee, Ann") & name_keys("ann  LEE")
    assert not name_keys("Lee Ann") & name_keys("Ann Lee")


@pytest.mark.parametrize(
    ("heading", "meant"),
    [
        ("First Name [Required]", ("given_name", None)), ("Employee #", ("employee_number", None)),
        ("E-Mail (privat)", None), ("Phone (home)", None), ("E-Mail (geschäftlich)", ("email", None)),
        ("Personalnummer (SAP)", ("employee_number", None)), ("Vorgesetzte(r)", ("manager", None)),
        ("Manager - Employee ID", ("manager", "id")), ("Org Unit Path [Required]", ("department", "path")),
        ("Department code", ("department", "code")), ("Salary", None), ("Password [Required]", None),
    ],
)  # fmt: skip
def test_headings_in_every_spelling(heading, meant):
    found = known_heading(heading)
    assert (found and (found.field, found.by)) == meant
