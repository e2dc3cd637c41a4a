"""Who sees what of whom, in tests: somebody who keeps most to a few, those who look, and people who are hidden.

Łukasz Żak (E05) chooses, the organisation says otherwise than the declarations: `INI`. Whoever looks is told by
`viewers`, and on which day by `clocks`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection

from myproject.directory.changes.change_sets import apply
from myproject.directory.schema.clock import Clock, clock_now, make_clock
from myproject.directory.schema.fields import NARROWABLE_FIELDS, Card
from myproject.directory.schema.verbs import ChangeAudience, ChangeManager, EditCard, Move
from myproject.directory.visibility.audience import Viewer
from tests.conftest import Company
from tests.support import company as facts

PAST, FUTURE = date(2024, 6, 1), date(2026, 8, 15)
INI = (("fte", "manager_line"), ("location", "people_team"))
"""What the organisation says otherwise than the declarations."""

#: The values of Łukasz Żak (E05, of Platform, under Adaeze Nwosu, under Grace Hall), each found nowhere else.
SECRETS: dict[str, Any] = {
    "phone": "+47 99 81 72 63",
    "mobile": "+47 98 27 36 45",
    "desk": "canary desk",
    "pronouns": "canary/pronouns",
    "about": "canary about",
    "alternative_names": "Canaryalias",
    "languages": "Canarish",
    "links": "https://canary.example/",
    "portrait": "caca0" * 6,
    "date_of_birth": "1971-07-13",
    "external_id": "canary-E05",
    "fte": "0.71",
}
CHOSEN: dict[str, Any] = {
    "phone": "manager_line",
    "mobile": "people_team",
    "desk": "administrators",
    "pronouns": "people_team",
    "about": "manager_line",
    "alternative_names": "people_team",
    "languages": "administrators",
    "links": "manager_line",
    "portrait": "people_team",
}
HIDDEN = ("E03", "E13")
"""A head of department with two reports, and someone who reports and does not lead."""


def write(company: Company, *verbs: Any) -> int:
    """Apply these as one change set; its revision."""
    with company.engines.begin() as conn:
        return apply(conn, list(verbs), today=facts.TODAY, author="test", source="test").revision or 0


def narrow(company: Company) -> None:
    """Łukasz fills his card and keeps most of it to a few."""
    card = {name: value for name, value in SECRETS.items() if name in NARROWABLE_FIELDS}
    verbs = [
        EditCard(employee="E05", changes=Card.model_validate(card), audiences=dict(CHOSEN)),
        Move(employee="E05", on=date(2026, 1, 1), fte=0.71),
        # Once he reported to somebody else.
        ChangeManager(employee="E05", manager="E04", on=date(2024, 1, 1), until=date(2024, 12, 31)),
    ]
    write(company, *verbs)


def hide(company: Company, audience: Any = "people_team") -> int:
    """Hide two people; the revision that did it."""
    return write(company, *(ChangeAudience(employee=number, audience=audience) for number in HIDDEN))


def viewers(ids: dict[str, int]) -> dict[str, Viewer]:
    """Who looks at Łukasz, by what they are to him."""
    return {
        "colleague": Viewer("colleagues", INI, employee=ids["E10"]),
        "peer": Viewer("colleagues", INI, employee=ids["E06"]),
        "self": Viewer("colleagues", INI, employee=ids["E05"]),
        "manager": Viewer("colleagues", INI, employee=ids["E03"], manages=True),
        "manager2": Viewer("colleagues", INI, employee=ids["E02"], manages=True),
        "other": Viewer("colleagues", INI, employee=ids["E09"], manages=True),
        "people_team": Viewer("people_team", INI, employee=ids["E08"], manages=True),
        "administrator": Viewer("administrators", INI),
    }


def clocks(conn: Connection) -> dict[str, Clock]:
    """Every kind of clock."""
    now = clock_now(conn, facts.TODAY)
    assert now.present
    common: dict[str, Any] = {"today": facts.TODAY, "revision": now.revision, "present_day": facts.TODAY}
    return {
        "now": now,
        "not rolled": replace(now, present=False),
        "past": make_clock(conn, **common, as_of=PAST),
        "future": make_clock(conn, **common, as_of=FUTURE),
        "known": make_clock(conn, **common, known_at=datetime(2026, 4, 1, tzinfo=UTC)),
    }
