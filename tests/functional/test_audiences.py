"""Who sees what of whom: the table of fields, viewers and doors; canaries; hidden people, who are nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest
from pyramid.interfaces import ISecurityPolicy
from pyramid.security import Allowed
from sqlalchemy import Connection

from myproject.directory import changes, department_people, departments, figures, people, present
from myproject.directory import department_history as history
from myproject.directory.audience import (
    Viewer,
    audience_of,
    audiences_of,
    choices_of,
    colleague,
    hidden_from,
    visible_of,
)
from myproject.directory.career.differences import of_people
from myproject.directory.career.timeline import timeline
from myproject.directory.change_sets import Refused as PlanRefused
from myproject.directory.change_sets import apply, undo
from myproject.directory.clock import Clock, clock_now, make_clock
from myproject.directory.differences import differences
from myproject.directory.exporting.people_csv import lines as csv_lines
from myproject.directory.exporting.vcard import vcard
from myproject.directory.fields import AUDIENCES, FIELDS, NARROWABLE_FIELDS, Card
from myproject.directory.listing.choices import choices, find_manager
from myproject.directory.listing.question import BEST, Filters, Order, Refused, read_place
from myproject.directory.org_chart import atlas, between, find, focus, top
from myproject.directory.plans import make_plan
from myproject.directory.profile import absent, profile
from myproject.directory.search import index
from myproject.directory.search.query import find as search
from myproject.directory.search.suggest import suggest
from myproject.directory.verbs import ChangeAudience, ChangeManager, EditCard, Join, Move
from myproject.request import Request
from tests import company as facts
from tests.conftest import Company, _company

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
WHO = ("colleague", "peer", "self", "manager", "manager2", "other", "people_team", "administrator")
#: Who sees what on Łukasz' own page, vCard and timeline; manager2 is the manager's manager, other that of a branch
#: beside it.
TABLE = """
                    colleague peer self manager manager2 other people_team administrator
phone               -         -    yes  yes     yes      -     yes         yes
mobile              -         -    yes  -       -        -     yes         yes
desk                -         -    yes  -       -        -     -           yes
pronouns            -         -    yes  -       -        -     yes         yes
about               -         -    yes  yes     yes      -     yes         yes
alternative_names   -         -    yes  -       -        -     yes         yes
languages           -         -    yes  -       -        -     -           yes
links               -         -    yes  yes     yes      -     yes         yes
portrait            -         -    yes  -       -        -     yes         yes
date_of_birth       -         -    yes  -       -        -     yes         yes
external_id         -         -    yes  -       -        -     yes         yes
fte                 -         -    yes  yes     yes      -     yes         yes
"""
#: In lists, files and changes no line counts; of changes people see their own.
EVERYWHERE = {"manager": "colleague", "manager2": "colleague"}
#: What each door shows.
DOORS = {
    "profile": tuple(SECRETS),
    "vcard": ("phone", "mobile", "about", "pronouns", "date_of_birth"),
    "timeline": ("fte",),
    "list": ("phone", "portrait"),
    "csv": ("phone",),
    "change": tuple(name for name in SECRETS if name not in ("date_of_birth", "external_id")),
}


def sees(field: str, who: str, door: str) -> bool:
    """What the table says."""
    rows = [line.split() for line in TABLE.strip().splitlines()]
    if door in ("list", "csv", "change"):
        who = EVERYWHERE.get(who, who)
        if who == "self" and door != "change":
            who = "colleague"
    return next(row for row in rows[1:] if row[0] == field)[1 + rows[0].index(who)] == "yes"


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


def write(company: Company, *verbs: Any) -> int:
    with company.engines.begin() as conn:
        return apply(conn, list(verbs), today=facts.TODAY, author="test", source="test").revision or 0


def viewers(ids: dict[str, int]) -> dict[str, Viewer]:
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


@pytest.fixture(scope="module")
def narrowed(company: Company) -> Company:
    """The company in which Łukasz chose; for the whole module, which only reads."""
    narrow(company)
    return company


@pytest.fixture
def conn(narrowed: Company) -> Iterator[Connection]:
    with narrowed.engines.read.connect() as conn:
        yield conn


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


# --- the table ----------------------------------------------------------------------------------------------


def through(door: str, conn: Connection, clock: Clock, viewer: Viewer, him: int) -> str:
    """What a door tells of Łukasz, as text."""
    if door == "profile":
        found = profile(conn, clock, viewer, him)
        assert found is not None
        return repr((found.card, [job.fte for job in found.jobs]))
    if door == "vcard":
        found = profile(conn, clock, viewer, him, around=False)
        assert found is not None
        body = vcard(found, organisation="Larkfield", url="https://larkfield.example/5", uid="5").decode()
        return body.replace("\r\n ", "")
    if door == "timeline":
        return repr([fact.fte for event in timeline(conn, clock, viewer, him) for fact in event.facts])
    if door == "list":
        return repr(people.page(conn, clock, viewer, Filters(), Order(), size=50))
    if door == "csv":
        return b"".join(csv_lines(people.everyone(conn, clock, viewer, Filters(), Order()), viewer)).decode()
    told = [changes.change_lines(conn, clock, viewer, revision) for revision in range(1, clock.newest + 1)]
    return repr((told, [of_people(conn, clock, viewer, revision, [him]) for revision in range(1, clock.newest + 1)]))


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("who", WHO)
def test_the_table(conn: Connection, narrowed: Company, door: str, who: str) -> None:
    viewer = viewers(narrowed.ids)[who]
    for name in ("now", "not rolled", "past", "future"):
        text = through(door, conn, clocks(conn)[name], viewer, narrowed.ids["E05"])
        for field in DOORS[door]:
            if field == "fte" and name == "past" and door == "profile":
                continue
            values = SECRETS[field]
            forms = {values, "datetime.date(1971, 7, 13)"} if field == "date_of_birth" else {values}
            if door != "profile" and field == "date_of_birth":
                forms = {values}
            assert any(form in text for form in forms) == sees(field, who, door), (name, field, text)


@pytest.mark.parametrize("who", WHO)
def test_nobody_finds_anybody_by_what_they_keep_to_themselves(conn: Connection, narrowed: Company, who: str) -> None:
    viewer, him = viewers(narrowed.ids)[who], narrowed.ids["E05"]
    for clock in clocks(conn).values():
        for q in ("Canaryalias", "canaryal", SECRETS["phone"], "4798273645", "81 72 63"):
            assert him not in search(conn, clock, viewer, q).ids
            assert him not in {hit.employee_id for hit in suggest(conn, clock, viewer, q).people}
            found = people.page(conn, clock, viewer, Filters(q=q), BEST, size=50).people
            found += people.page(conn, clock, viewer, Filters(q=q), Order(), size=50).people
            assert him not in {person.id for person in found}
    assert him in search(conn, clocks(conn)["now"], viewer, "lukasz").ids


@pytest.mark.parametrize("who", WHO)
def test_filters_and_orders_obey_what_is_open_of_everyone(conn: Connection, narrowed: Company, who: str) -> None:
    viewer, clock = viewers(narrowed.ids)[who], clock_now(conn, facts.TODAY)
    oslo = 1
    asked: list[Callable[[], Any]] = [
        lambda: people.page(conn, clock, viewer, Filters(location=oslo), Order(), size=5),
        lambda: people.page(conn, clock, viewer, Filters(), Order("location"), size=5),
        lambda: list(people.everyone(conn, clock, viewer, Filters(), Order("location", True))),
    ]
    for ask in asked:
        if who in ("people_team", "administrator"):
            ask()
        else:
            with pytest.raises(Refused, match="not open to you"):
                ask()


def test_a_day_on_which_somebody_was_the_manager_opens_nothing(conn: Connection, narrowed: Company) -> None:
    ids = narrowed.ids
    once = Viewer("colleagues", INI, employee=ids["E04"], manages=True)
    for name, clock in clocks(conn).items():
        if name == "known":
            continue
        text = through("profile", conn, clock, once, ids["E05"])
        assert SECRETS["phone"] not in text
        assert "0.71" not in text
        # Who manages him today sees it on every day.
        assert SECRETS["phone"] in through("profile", conn, clock, viewers(ids)["manager"], ids["E05"])
    chain = profile(conn, clocks(conn)["past"], once, ids["E05"])
    assert chain is not None
    assert chain.around is not None
    assert chain.around.person.manager == ids["E04"]


def test_a_choice_wider_than_the_organisation_changes_nothing(conn: Connection, narrowed: Company) -> None:
    closer = (("phone", "people_team"), ("mobile", "administrators"))
    manager = Viewer("colleagues", closer, employee=narrowed.ids["E03"], manages=True)
    people_team = Viewer("people_team", closer)
    him, clock = narrowed.ids["E05"], clock_now(conn, facts.TODAY)
    assert "phone" not in visible_of(conn, clock, manager, him, CHOSEN)
    assert "phone" in visible_of(conn, clock, people_team, him, CHOSEN)
    assert "mobile" not in visible_of(conn, clock, people_team, him, CHOSEN)


def test_who_can_see_it_and_why(conn: Connection, narrowed: Company) -> None:
    viewer = viewers(narrowed.ids)["self"]
    shown = audiences_of(conn, viewer, narrowed.ids["E05"])
    assert set(shown) == set(FIELDS)
    told = {name: (shown[name].who, shown[name].why) for name in ("phone", "email", "date_of_birth", "desk", "fte")}
    assert told == {
        "phone": ("your managers and the people team", "you chose"),
        "email": ("all colleagues", "set by the organisation"),
        "date_of_birth": ("the people team", "set by the organisation"),
        "desk": ("administrators", "you chose"),
        "fte": ("your managers and the people team", "set by the organisation"),
    }
    assert shown["phone"].choices == ("manager_line", "people_team", "administrators")
    assert shown["email"].choices == ()
    assert choices_of(Viewer("colleagues", (("phone", "people_team"),)), "phone") == ("administrators",)
    wider = audience_of(Viewer("colleagues", (("phone", "administrators"),)), "phone", {"phone": "people_team"})
    assert (wider.audience, wider.rule, wider.chosen) == ("administrators", "organisation", "people_team")
    hidden = audience_of(viewer, "email", None, "people_team")
    assert (hidden.audience, hidden.why) == ("people_team", "you are hidden")
    with pytest.raises(LookupError):
        audiences_of(conn, viewer, 10**9)


def test_age(conn: Connection, narrowed: Company) -> None:
    him = narrowed.ids["E05"]
    day = clocks(conn)
    team = viewers(narrowed.ids)["people_team"]

    def age(clock: Clock, viewer: Viewer) -> int | None:
        found = profile(conn, clock, viewer, him)
        return found.age if found else None

    assert (age(day["now"], team), age(day["past"], team), age(day["future"], team)) == (54, 52, 55)
    assert age(day["now"], viewers(narrowed.ids)["colleague"]) is None
    assert age(day["now"], viewers(narrowed.ids)["self"]) == 54
    # Whoever may see the age and not the day sees that of today only: else trying days would tell it.
    open_age = colleague({"age": "colleagues"})
    assert [age(day[name], open_age) for name in ("now", "past", "future")] == [54, 54, 54]


# --- choosing -----------------------------------------------------------------------------------------------


def test_choices_are_made_taken_back_and_undone(own_company: Company) -> None:
    him = own_company.ids["E05"]
    table = "phone", "mobile"

    def chosen() -> dict[str, Any]:
        with own_company.engines.read.connect() as conn:
            assert present.verify(conn) == []
            assert index.verify(conn) == []
            return {name: audiences_of(conn, colleague(), him)[name].chosen for name in table}

    first = write(own_company, EditCard(employee="E05", audiences={"phone": "people_team", "mobile": "manager_line"}))
    assert chosen() == {"phone": "people_team", "mobile": "manager_line"}
    second = write(own_company, EditCard(employee="E05", audiences={"phone": None}))
    assert chosen() == {"phone": None, "mobile": "manager_line"}
    assert write(own_company, EditCard(employee="E05", audiences={"phone": "colleagues"})) == 0, "that changes nothing"
    with own_company.engines.read.connect() as conn:
        clock = clock_now(conn, facts.TODAY)
        for viewer, told in (
            (Viewer(employee=him), {"audience.phone": ["people_team", None]}),
            (Viewer("people_team"), {"audience.phone": ["people_team", None]}),
            (colleague(), {}),
        ):
            assert [line.changes for line in changes.change_lines(conn, clock, viewer, second)] == [told]
    with own_company.engines.begin() as conn, pytest.raises(PlanRefused, match="who may see phone was changed since"):
        undo(conn, first, today=facts.TODAY, author="test")
    for revision in (second, first):
        with own_company.engines.begin() as conn:
            undo(conn, revision, today=facts.TODAY, author="test")
    assert chosen() == {"phone": None, "mobile": None}


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("skills", "organisation's to say"),
        ("name", "organisation's to say"),
        ("email", "organisation's to say"),
        ("job_title", "organisation's to say"),
        ("fone", "Did you mean phone?"),
        ("nonsense", "The fields are"),
    ],
)
def test_what_nobody_chooses_for(own_company: Company, field: str, message: str) -> None:
    with own_company.engines.begin() as conn:
        plan = make_plan(conn, [EditCard(employee="E05", audiences={field: "people_team"})], today=facts.TODAY)
        assert [problem.field for problem in plan.problems] == [f"audiences.{field}"]
        assert message in str(plan.problems[0])


def test_a_plan_is_told_to_who_may_see_it(own_company: Company) -> None:
    ids = own_company.ids
    write(own_company, ChangeAudience(employee="E03", audience="people_team"))
    edit = {"phone": "+47 11 11 11 11", "date_of_birth": "1980-01-01", "email": "l@larkfield.example"}
    verbs = [
        EditCard(employee="E05", changes=Card.model_validate(edit), audiences={"phone": "people_team"}),
        ChangeManager(employee="E05", manager="E04", on=date(2026, 9, 1)),
    ]
    with own_company.engines.begin() as conn:
        plan = make_plan(conn, verbs, today=facts.TODAY)
        clock = clock_now(conn, facts.TODAY)
        told = [each.text for each in differences(conn, plan, clock, colleague())]
        assert sorted(told) == [
            "from 1 Sep 2026: reports to Bjørn Sørensen (E04) instead of someone",
            "mail e05@larkfield.example → l@larkfield.example",
            "phone +47 22 00 00 05 → +47 11 11 11 11",
        ]
        own = [each.text for each in differences(conn, plan, clock, Viewer(employee=ids["E05"]))]
        assert "phone kept to the people team" in own
        assert "date of birth 13 Jul 1971 → 1 Jan 1980" in own


# --- hidden people ------------------------------------------------------------------------------------------

HIDDEN = ("E03", "E13")
"""A head of department with two reports, and someone who reports and does not lead."""
NAMES = ("Adaeze", "Nwosu", "Rehired", "e03@", "e13@", "00 00 03", "E03", "E13")


def everything(conn: Connection, clock: Clock, viewer: Viewer, ids: dict[str, int]) -> dict[str, Any]:
    """Every answer of the domain to every question that this company allows."""
    everyone = sorted(ids.values())
    tree = departments.seen_tree(conn, clock, viewer)
    told: dict[str, Any] = {
        f"list {key}": people.page(conn, clock, viewer, Filters(), Order.of(key), size=7)
        for key in ("name", "-name", "job_title", "department", "location", "-joined")
    }
    for filters in [Filters(department=node.id) for node in tree] + [
        *(Filters(department=node.id, only=True) for node in tree),
        *(Filters(manager=each) for each in everyone),
        *(
            Filters(q=q)
            for q in ("a", "nwosu", "rehired", "engineer", "python", "e03@larkfield.example", "E13", "oslo")
        ),
        Filters(skills=(1,)),
        Filters(job_title=3),
        Filters(joined_from=date(2017, 1, 1)),
    ]:
        told[f"page {filters}"] = people.page(conn, clock, viewer, filters, Order(), size=3)
        told[f"all {filters}"] = list(people.everyone(conn, clock, viewer, filters, Order("job_title")))
        if filters.q:
            told[f"best {filters}"] = people.page(conn, clock, viewer, filters, BEST, size=3)
            told[f"suggest {filters}"] = suggest(conn, clock, viewer, filters.q)
            told[f"chart {filters}"] = find.find(conn, clock, viewer, filters.q)
    told["some"] = people.some(conn, clock, viewer, everyone)
    told["choices"] = choices(conn, clock, viewer, tree)
    told["tree"] = [(node.name, node.own, node.total) for node in tree]
    told["top"] = top.top(conn, clock, viewer, opened=everyone[:15])
    told["outside"] = top.outside(conn, clock, viewer)
    for each in everyone:
        told[f"profile {each}"] = profile(conn, clock, viewer, each)
        told[f"absent {each}"] = absent(conn, clock, viewer, each)
        told[f"timeline {each}"] = timeline(conn, clock, viewer, each)
        told[f"focus {each}"] = focus.focus(conn, clock, viewer, each, opened=everyone[:15])
        told[f"atlas {each}"] = atlas.atlas(conn, clock, viewer, [each])
        told[f"link {each}"] = between.link(conn, clock, viewer, each, ids["E05"])
    ids_of_departments = [node.id for node in tree]
    told["heads"] = department_people.heads(conn, clock, viewer, ids_of_departments)
    for department in ids_of_departments:
        told[f"second {department}"] = department_people.second_roles(conn, clock, viewer, department)
        told[f"places {department}"] = department_people.places(conn, clock, viewer, tree, department)
        told[f"history {department}"] = history.timeline(conn, clock, viewer, department)
    told["figures"] = figures.figures(conn, clock, viewer)
    told["sets"] = changes.change_sets(conn, clock, viewer)
    for revision in range(1, clock.newest + 1):
        told[f"set {revision}"] = changes.change_set(conn, clock, viewer, revision)
        told[f"lines {revision}"] = changes.change_lines(conn, clock, viewer, revision)
        told[f"facts {revision}"] = of_people(conn, clock, viewer, revision, everyone)
    return told


def hide(company: Company, audience: Any = "people_team") -> int:
    return write(company, *(ChangeAudience(employee=number, audience=audience) for number in HIDDEN))


@pytest.fixture(scope="module")
def hidden(database: Any, ini_settings: Any) -> Iterator[Company]:
    """The company in which two are hidden; for the whole module."""
    with _company(database, ini_settings) as company:
        hide(company)
        yield company


def test_hidden_people_are_nowhere(hidden: Company) -> None:
    ids = hidden.ids
    outsider = Viewer(employee=ids["E05"])
    with hidden.engines.read.connect() as conn:
        assert hidden_from(conn, clock_now(conn, facts.TODAY), outsider) == frozenset(ids[number] for number in HIDDEN)
        for name, clock in clocks(conn).items():
            for question, answer in everything(conn, clock, outsider, ids).items():
                text = repr(answer)
                for secret in NAMES:
                    assert secret not in text, (name, question, text)
            with pytest.raises(Refused):
                find_manager(conn, clock, outsider, ids["E03"])
        every = everything(conn, clocks(conn)["now"], Viewer("people_team"), ids)
        assert all(name in repr(every) for name in ("Nwosu", "Rehired"))


def test_present_and_the_dated_rows_hide_alike(hidden: Company) -> None:
    with hidden.engines.read.connect() as conn:
        day = clocks(conn)
        for viewer in (Viewer(), Viewer("people_team"), Viewer(employee=hidden.ids["E03"], manages=True)):
            now = everything(conn, day["now"], viewer, hidden.ids)
            dated = everything(conn, day["not rolled"], viewer, hidden.ids)
            for question, answer in now.items():
                if not question.startswith(("choices", "suggest")):
                    assert answer == dated[question], question


def test_counts_leave_the_hidden_out_and_the_chain_is_cut(hidden: Company) -> None:
    ids = hidden.ids
    with hidden.engines.read.connect() as conn:
        for name, clock in clocks(conn).items():
            if name in ("past", "known"):
                continue
            for viewer, fewer in ((Viewer(), 2), (Viewer("people_team"), 0)):
                whole = departments.tree(conn, clock).people
                listed = people.page(conn, clock, viewer, Filters(), Order(), size=50)
                tree = departments.seen_tree(conn, clock, viewer)
                assert listed.count.number == len(listed.people) == tree.people == whole - fewer
                assert figures.figures(conn, clock, viewer).headcount == whole - fewer
                shown = top.top(conn, clock, viewer)
                assert shown.placed + shown.outside == whole - fewer
                for node in tree:
                    filters = Filters(department=node.id)
                    assert people.page(conn, clock, viewer, filters, Order(), size=1).count.number == node.total
                    places = department_people.places(conn, clock, viewer, tree, node.id)
                    assert sum(place.people for place in places) == node.total
            grace = focus.focus(conn, clock, Viewer(), ids["E02"])
            assert grace is not None
            assert grace.reports.total == len(grace.reports.items) == grace.person.reports == 1
            lukasz = focus.focus(conn, clock, Viewer(), ids["E05"])
            assert lukasz is not None
            assert (lukasz.chain, lukasz.peers, lukasz.person.manager) == ((), (), None)
            if name in ("now", "not rolled"):
                assert {each.id for each in top.outside(conn, clock, Viewer())} == {ids["E05"], ids["E06"]}
            listed = people.page(conn, clock, Viewer(), Filters(), Order(), size=50)
            assert {each.manager for each in listed.people if each.id == ids["E05"]} == {None}


def test_people_see_themselves_and_those_below_them(own_company: Company) -> None:
    hide(own_company, "manager_line")
    ids = own_company.ids
    with own_company.engines.read.connect() as conn:
        clock = clock_now(conn, facts.TODAY)
        of = {
            "self": Viewer(employee=ids["E03"]),
            "manager": Viewer(employee=ids["E02"], manages=True),
            "of both": Viewer(employee=ids["E01"], manages=True),
            "other": Viewer(employee=ids["E04"], manages=True),
        }
        assert {name: hidden_from(conn, clock, viewer) for name, viewer in of.items()} == {
            "self": frozenset({ids["E13"]}),
            "manager": frozenset({ids["E13"]}),
            "of both": frozenset(),
            "other": frozenset({ids["E03"], ids["E13"]}),
        }
        assert profile(conn, clock, of["self"], ids["E03"]) is not None
        assert ids["E03"] in search(conn, clock, of["manager"], "adaeze").ids
        assert ids["E03"] not in search(conn, clock, of["other"], "adaeze").ids
    hide(own_company, "administrators")
    with own_company.engines.read.connect() as conn:
        clock = clock_now(conn, facts.TODAY)
        assert ids["E03"] in hidden_from(conn, clock, of["of both"])
        assert ids["E03"] in hidden_from(conn, clock, Viewer("people_team"))
        assert hidden_from(conn, clock, Viewer("administrators")) == frozenset()


def test_change_sets_about_the_hidden_are_not_there(hidden: Company) -> None:
    with hidden.engines.read.connect() as conn:
        clock = clock_now(conn, facts.TODAY)
        last = clock.newest
        assert changes.change_set(conn, clock, Viewer(), last) is None
        assert [each.revision for each in changes.change_sets(conn, clock, Viewer())] == [3, 2, 1]
        assert [each.revision for each in changes.change_sets(conn, clock, Viewer("people_team"))] == [last, 3, 2, 1]
        first = changes.change_set(conn, clock, Viewer(), 1)
        whole = changes.change_set(conn, clock, Viewer("people_team"), 1)
        assert first is not None
        assert whole is not None
        assert whole.summary["join"] - first.summary["join"] == 2
        assert "rehire" in whole.summary
        assert "rehire" not in first.summary


def test_hiding_is_undone_and_kept_answers_follow(own_company: Company) -> None:
    ids = own_company.ids

    def listed(known_at: datetime | None = None) -> set[int]:
        with own_company.engines.read.connect() as conn:
            now = clock_now(conn, facts.TODAY)
            clock = make_clock(
                conn, today=facts.TODAY, revision=now.revision, present_day=facts.TODAY, known_at=known_at
            )
            page = people.page(conn, clock, Viewer(), Filters(q="platform"), BEST, size=50)
            counted = departments.seen_tree(conn, clock, Viewer()).find_by_code("PLAT")
            assert counted is not None
            assert counted.total == len(page.people) == page.count.number
            return {person.id for person in page.people}

    once = datetime(2026, 4, 1, tzinfo=UTC)
    assert ids["E03"] in listed() & listed(once)
    revision = hide(own_company)
    assert ids["E03"] not in listed() | listed(once)
    with own_company.engines.begin() as conn:
        undo(conn, revision, today=facts.TODAY, author="test")
    assert ids["E03"] in listed() & listed(once)


def test_an_answer_of_once_forgets_what_is_kept_back_since(own_company: Company) -> None:
    """What was kept in the process for a past state of knowledge is not told any more."""
    him = own_company.ids["E05"]

    def found() -> set[int]:
        with own_company.engines.read.connect() as conn:
            now = clock_now(conn, facts.TODAY)
            once = datetime(2026, 4, 1, tzinfo=UTC)
            clock = make_clock(conn, today=facts.TODAY, revision=now.revision, present_day=None, known_at=once)
            return {each.id for each in people.page(conn, clock, Viewer(), Filters(q="22000005"), BEST, size=9).people}

    assert him in found()
    write(own_company, EditCard(employee="E05", audiences={"phone": "people_team"}))
    assert him not in found()


def test_long_lists_of_reports_lose_nobody_else(own_company: Company) -> None:
    """Pages of reports are counted off without the hidden."""
    joins = [
        Join(
            employee_number=f"N{n:03}", card=Card(given_name="New", family_name=f"Number {n:03}"), on=date(2026, 1, 1),
            department="SALES", manager="E09",
        )
        for n in range(120)
    ]  # fmt: skip
    write(own_company, *joins)
    write(own_company, *(ChangeAudience(employee=f"N{n:03}", audience="people_team") for n in (0, 7, 49, 50, 119)))
    with own_company.engines.read.connect() as conn:
        for clock in (clocks(conn)["now"], clocks(conn)["not rolled"]):
            names: list[str] = []
            for page in (1, 2, 3):
                found = focus.focus(conn, clock, Viewer(), own_company.ids["E09"], page=page)
                assert found is not None
                assert (found.reports.pages, found.reports.total) == (3, 117)
                names += [item.person.name for item in found.reports.items]
            assert len(names) == len(set(names)) == 117
            assert not {"New Number 000", "New Number 007", "New Number 049", "New Number 119"} & set(names)
            opened = focus.branches(conn, clock, Viewer(), [own_company.ids["E09"]])
            assert len(opened[own_company.ids["E09"]]) == focus.BRANCH
            listed: list[int] = []
            after = None
            while True:
                page_of = people.page(conn, clock, Viewer(), Filters(), Order(), size=25, after=after)
                listed += [person.id for person in page_of.people]
                if page_of.next is None:
                    break
                after = read_place(page_of.next, Order(), "after")
            assert len(listed) == len(set(listed)) == page_of.count.number == departments.tree(conn, clock).people - 5


def test_what_is_derived_stays_right_whatever_is_chosen(own_company: Company) -> None:
    chance = Random(4)
    numbers = [number for number in own_company.ids if number != "E14"]
    revisions: list[int] = []
    for _ in range(40):
        number = chance.choice(numbers)
        audiences = {name: chance.choice([None, *AUDIENCES]) for name in chance.sample(NARROWABLE_FIELDS, 3)}
        verb: Any = chance.choice(
            [
                EditCard(employee=number, audiences=audiences),
                EditCard(employee=number, changes=Card(phone=f"+47 {chance.randrange(10**6, 10**7)}")),
                EditCard(employee=number, changes=Card(portrait=f"{chance.randrange(2**64):016x}")),
                ChangeAudience(employee=number, audience=chance.choice(AUDIENCES)),
            ]
        )
        if revisions and chance.random() < 0.2:
            with own_company.engines.begin() as conn:
                undo(conn, chance.choice(revisions), today=facts.TODAY, author="test", partial=True)
        elif revision := write(own_company, verb):
            revisions.append(revision)
    with own_company.engines.begin() as conn:
        assert present.verify(conn) == []
        assert index.verify(conn) == []
        present.rebuild(conn, facts.TODAY)
        index.rebuild(conn)
        assert present.verify(conn) == []
        assert index.verify(conn) == []
        now = clock_now(conn, facts.TODAY)
        for viewer in (Viewer(), Viewer("manager_line"), Viewer("people_team"), Viewer("administrators")):
            one, other = (
                list(people.everyone(conn, clock, viewer, Filters(), Order()))
                for clock in (now, replace(now, present=False))
            )
            assert one == other


# --- cost ---------------------------------------------------------------------------------------------------


def test_what_it_costs(own_company: Company, query_count: Any) -> None:
    ids = own_company.ids
    with own_company.engines.read.connect() as conn:
        clock = clock_now(conn, facts.TODAY)
        plain, boss = Viewer(employee=ids["E10"]), Viewer(employee=ids["E02"], manages=True)

        def queries(viewer: Viewer) -> int:
            with query_count(_App(own_company)) as count:
                people.page(conn, clock, viewer, Filters(), Order(), size=50)
                profile(conn, clock, viewer, ids["E05"])
                timeline(conn, clock, viewer, ids["E05"])
            return len(count)

        queries(plain)
        usual = queries(plain)
        assert queries(boss) == usual + 1, "whether the boss is above is asked for once"
        assert queries(boss) == usual
    hide(own_company)
    with own_company.engines.read.connect() as conn:
        clock = clock_now(conn, facts.TODAY)
        queries(plain)
        # His manager is hidden: there are no peers to look for.
        assert queries(plain) == usual - 1


class _App:
    """What `query_count` asks of an application, with the engines of the test."""

    def __init__(self, company: Company) -> None:
        self.registry = type("Registry", (), {"engines": company.engines})


# --- pages --------------------------------------------------------------------------------------------------


@pytest.fixture
def seen_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[Company, Viewer], None]:
    """``seen_by(company, viewer)``: who looks at its pages from now on."""

    def seen_by(company: Company, viewer: Viewer) -> None:
        monkeypatch.setattr(Request, "viewer", viewer)
        policy = company.app.registry.getUtility(ISecurityPolicy)
        monkeypatch.setattr(policy, "permits", lambda *_args: Allowed("for the test"))

    return seen_by


def test_pages(own_company: Company, seen_by: Any) -> None:
    narrow(own_company)
    hide(own_company)
    get, ids = own_company.testapp.get, own_company.ids
    with own_company.engines.read.connect() as conn:
        newest = clock_now(conn, facts.TODAY).revision
    for who, viewer in viewers(ids).items():
        if who == "manager":
            continue  # She is hidden here.
        seen_by(own_company, viewer)
        page = get(f"/employees/{ids['E05']}").text
        assert (SECRETS["mobile"] in page) == sees("mobile", who, "profile"), who
        assert ("<dt>Age</dt><dd>54</dd>" in page) == sees("date_of_birth", who, "profile"), who
        change = get(f"/changes/{newest - 1}").text
        assert (SECRETS["mobile"] in change) == sees("mobile", who, "change"), who
        assert ("Who may see Mobile" in change) == (who in ("self", "people_team", "administrator")), who
        assert (SECRETS["portrait"] in change) is False
        outside = viewer.reach == "colleagues"
        for path in (
            f"/employees/{ids['E03']}",
            f"/employees/{ids['E03']}.vcf",
            f"/chart/{ids['E03']}",
            f"/changes/{newest}",
        ):
            answer = get(path, status=404 if outside else 200)
            assert not outside or "Adaeze" not in answer.text
        if outside:
            nobody, hidden = (
                get(f"/employees/{number}", status=404)
                .html.main.get_text()
                .replace(f"employee {number}.", "employee N.")
                for number in (10**6, ids["E03"])
            )
            assert hidden.partition("request")[0] == nobody.partition("request")[0]
        for path in (
            "/",
            "/employees",
            "/employees?q=nwosu",
            "/departments/",
            "/chart",
            "/changes",
            "/suggest?q=nwosu",
        ):
            text = get(path).text.replace("q=nwosu", "").replace('value="nwosu"', "").replace('"q":"nwosu"', "")
            assert ("Adaeze" in text and not outside) or "Adaeze" not in text, (path, who)
