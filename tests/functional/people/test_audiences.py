"""Who sees what of whom: the table of fields, viewers and doors; canaries; what it costs, and what pages show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pyramid.interfaces import ISecurityPolicy
from pyramid.security import Allowed
from sqlalchemy import Connection

from myproject.directory.changes import change_history
from myproject.directory.people import people_list
from myproject.directory.people.career.differences import of_people
from myproject.directory.people.career.timeline import timeline
from myproject.directory.people.exporting import reading
from myproject.directory.people.exporting.people_csv import lines as csv_lines
from myproject.directory.people.exporting.vcard import vcard
from myproject.directory.people.listing.filters import BEST, Filters, ListQueryError, Order
from myproject.directory.people.profile import profile
from myproject.directory.schema.clock import Clock, clock_now
from myproject.directory.schema.fields import FIELDS
from myproject.directory.search.query import find as search
from myproject.directory.search.suggest import suggest
from myproject.directory.visibility.audience import (
    Viewer,
    audience_of,
    audiences_of,
    choices_of,
    colleague,
    visible_of,
)
from myproject.web.request import Request
from tests.conftest import Company
from tests.support import company as facts
from tests.support.audiences import CHOSEN, INI, SECRETS, clocks, hide, narrow, viewers

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


@pytest.fixture(scope="module")
def narrowed(company: Company) -> Company:
    """The company in which Łukasz chose; for the whole module, which only reads."""
    narrow(company)
    return company


@pytest.fixture
def conn(narrowed: Company) -> Iterator[Connection]:
    with narrowed.engines.read.connect() as conn:
        yield conn


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
        return repr(people_list.page(conn, clock, viewer, Filters(), Order(), size=50).people)
    if door == "csv":
        return b"".join(csv_lines(reading.everyone(conn, clock, viewer, Filters(), Order()), viewer)).decode()
    told = [change_history.change_lines(conn, clock, viewer, revision) for revision in range(1, clock.newest + 1)]
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
            found = [*people_list.page(conn, clock, viewer, Filters(q=q), BEST, size=50).people]
            found += people_list.page(conn, clock, viewer, Filters(q=q), Order(), size=50).people
            assert him not in {person.id for person in found}
    assert him in search(conn, clocks(conn)["now"], viewer, "lukasz").ids


@pytest.mark.parametrize("who", WHO)
def test_filters_and_orders_obey_what_is_open_of_everyone(conn: Connection, narrowed: Company, who: str) -> None:
    viewer, clock = viewers(narrowed.ids)[who], clock_now(conn, facts.TODAY)
    oslo = 1
    asked: list[Callable[[], Any]] = [
        lambda: people_list.page(conn, clock, viewer, Filters(location=oslo), Order(), size=5),
        lambda: people_list.page(conn, clock, viewer, Filters(), Order("location"), size=5),
        lambda: list(people_list.chunks(conn, clock, viewer, Filters(), Order("location", True))),
    ]
    for ask in asked:
        if who in ("people_team", "administrator"):
            ask()
        else:
            with pytest.raises(ListQueryError, match="not open to you"):
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


# --- cost ---------------------------------------------------------------------------------------------------


def test_what_it_costs(own_company: Company, query_count: Any) -> None:
    ids = own_company.ids
    with own_company.engines.read.connect() as conn:
        clock = clock_now(conn, facts.TODAY)
        plain, boss = Viewer(employee=ids["E10"]), Viewer(employee=ids["E02"], manages=True)

        def queries(viewer: Viewer) -> int:
            with query_count(_App(own_company)) as count:
                people_list.page(conn, clock, viewer, Filters(), Order(), size=50)
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
        assert ("Who may see “Mobile”" in change) == (who in ("self", "people_team", "administrator")), who
        assert (SECRETS["portrait"] in change) is False
        outside = viewer.audience == "colleagues"
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
