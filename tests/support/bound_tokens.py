"""What is laid out for tokens that are bound to a department.

`support/company.py` tells who is where. Bound to ENG, a token knows of those in Engineering, Platform and Web, and of
E10, who has a second role there.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from myproject.directory.changes.change_sets import apply
from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import ChangeManager, EditCard, Move, Verb
from tests.conftest import Company
from tests.support.company import TODAY

INSIDE = ("E02", "E03", "E04", "E05", "E06", "E07", "E10", "E12")
OUTSIDE = ("E01", "E08", "E09", "E11", "E13", "E14")
SECRETS = (
    "Omar", "Haddad", "Noor", "Kenji", "Itō", "Per Ås", "Rehired", "Future", "canary about", "canary E",
    "canary reason", "canary title", "canary skill", "canary more", *(f"canary-{number}" for number in OUTSIDE),
    *(f"{number.lower()}@larkfield" for number in OUTSIDE),
    *(f"00 00 {number[1:]}" for number in OUTSIDE),
)  # fmt: skip


def write(company: Company, *verbs: Verb, author: str = "e08@larkfield.example", reason: str = "") -> int:
    """Apply these as one change set; its revision."""
    with company.engines.begin() as conn:
        done = apply(conn, verbs, today=TODAY, author=author, source="form", reason=reason)
    assert done.revision is not None
    return done.revision


def lay_out(company: Company) -> None:
    """Secrets on those outside, and a change set about somebody inside and somebody outside."""
    for number in ("E01", "E09", "E13"):
        about = Card(about=f"canary about {number}", desk=f"canary {number}", skills=[f"canary skill {number}"])
        write(company, EditCard(employee=number, changes=about), reason=f"canary reason {number}")
    write(company, Move(employee="E09", on=date(2026, 2, 1), job_title="canary title"))
    write(
        company,
        EditCard(employee="E13", changes=Card(about="canary more")),
        EditCard(employee="E05", changes=Card(desk="5")),
        reason="New desks",
    )
    write(company, ChangeManager(employee="E05", manager="E01", on=date(2026, 3, 1), kind="dotted"))


def numbers(company: Company, answer: Any) -> set[str]:
    """The employee numbers of those in an answer."""
    of = {id_: number for number, id_ in company.ids.items()}
    return {of[each["id"]] for each in answer.json["items"]}
