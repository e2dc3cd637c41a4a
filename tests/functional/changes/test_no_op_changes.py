"""Changes that change nothing: every verb restating what is so, alone and mixed, and the write that follows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from myproject.directory.changes import change_sets, counter
from myproject.directory.present import present_table
from myproject.directory.schema import verbs
from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import CorrectedFact
from myproject.directory.search import verification
from myproject.models.change_set import ChangeItem, ChangeSet
from myproject.models.counter import Counter
from tests.conftest import Company
from tests.support.api import service
from tests.support.company import TODAY
from tests.support.examples import examples

WHO: dict[str, Any] = {"today": TODAY, "author": "test", "source": "test"}
REVISION = sa.select(Counter.__table__.c.revision)


def sound(conn: sa.Connection) -> None:
    """Every change set has the items that it counts, and all that is derived is right."""
    items = dict(conn.execute(sa.select(ChangeItem.revision, sa.func.count()).group_by(ChangeItem.revision)).all())
    for revision, summary in conn.execute(sa.select(ChangeSet.revision, ChangeSet.summary)):
        assert items.get(revision, 0) == sum(summary.values()) > 0, f"change set {revision}"
    assert counter.verify(conn) == []
    assert present_table.verify(conn) == []
    assert verification.verify(conn) == []


@contextmanager
def untouched(company: Company) -> Iterator[sa.Connection]:
    """The company, for one example: a transaction that is rolled back."""
    with company.engines.write.connect() as conn, conn.begin() as transaction:
        try:
            yield conn
        finally:
            transaction.rollback()


# --- verbs ----------------------------------------------------------------------------------------------------

JULY = date(2026, 7, 1)
CARD = Card(given_name="Łukasz", phone="+47 22 00 00 05", desk=None, skills=["python"])

#: Each restates what `tests.support.company` says of the day that it names.
RESTATING: list[verbs.Verb] = [
    verbs.EditCard(employee="E05"),
    verbs.EditCard(employee="E05", changes=CARD, employee_number="E05", audiences={"phone": None}),
    verbs.ChangeAudience(employee="E05", audience="colleagues"),
    verbs.Move(employee="E05", on=TODAY, department="PLAT", job_title="Senior engineer", location="OSL", fte=1.0),
    verbs.Move(employee="E07", on=TODAY, department="WEB", also_later=False),
    verbs.ChangeManager(employee="E05", on=TODAY, manager="E03"),
    verbs.ChangeManager(employee="E08", on=TODAY, manager="E02", kind="dotted"),
    verbs.EndReportingLine(employee="E07", manager="E04", kind="solid", last_day=date(2026, 6, 30)),
    verbs.EndAssignment(employee="E13", assignment=13, last_day=date(2020, 12, 31)),
    verbs.Correct(employee="E12", fact="employment", on=TODAY, changes=CorrectedFact(valid_to=date(2026, 8, 1))),
    verbs.Correct(employee="E05", fact="assignment", on=TODAY, changes=CorrectedFact(department="PLAT", fte=1.0)),
    verbs.Correct(employee="E05", fact="reporting_line", on=TODAY, changes=CorrectedFact(manager="E03", kind="solid")),
    verbs.RenameDepartment(department="WEB", on=TODAY, name="Web"),
    verbs.MoveDepartment(department="WEB", on=TODAY, parent="ENG"),
    verbs.CloseDepartment(department="OLD", last_day=date(2024, 12, 31)),
    verbs.EditDepartment(department="PLAT", about=None, email=None),
    verbs.CorrectDepartment(department="WEB", on=TODAY, name="Web", parent="ENG"),
    verbs.ChangeLocation(location="OSL", name="Oslo", city="Oslo", country="NO", time_zone="Europe/Oslo"),
]
#: Each is refused, because it is so already.
REFUSED: list[verbs.Verb] = [
    verbs.Join(employee_number="E05", card=Card(family_name="Żak"), on=TODAY, department="PLAT"),
    verbs.Rehire(employee="E05", on=TODAY, department="PLAT"),
    verbs.Leave(employee="E12", last_day=date(2026, 7, 31)),
    verbs.MakePrimary(employee="E05", assignment=5, on=TODAY),
    verbs.CreateDepartment(code="WEB", name="Web", on=TODAY),
    verbs.CreateLocation(code="OSL", name="Oslo"),
]
#: Each changes something, and the next takes it back.
BACK_AND_FORTH: list[tuple[verbs.Verb, ...]] = [
    (
        verbs.EditCard(employee="E05", changes=Card(desk="3", skills=["Go"])),
        verbs.EditCard(employee="E05", changes=Card(desk=None, skills=["Python"])),
    ),
    (
        verbs.EditCard(employee="E05", audiences={"phone": "manager_line"}),
        verbs.EditCard(employee="E05", audiences={"phone": "colleagues"}),
    ),
    (
        verbs.ChangeAudience(employee="E05", audience="people_team"),
        verbs.ChangeAudience(employee="E05", audience="colleagues"),
    ),
    (
        verbs.Move(employee="E05", on=TODAY, department="WEB"),
        verbs.Correct(employee="E05", fact="assignment", on=TODAY, changes=CorrectedFact(department="PLAT")),
    ),
    (
        verbs.AddAssignment(employee="E06", on=TODAY, department="WEB"),
        verbs.Correct(employee="E06", fact="assignment", on=TODAY, assignment=17, remove=True),
    ),
    (
        verbs.EditDepartment(department="PLAT", about="x", email="p@larkfield.example"),
        verbs.EditDepartment(department="PLAT", about=None, email=None),
    ),
    (
        verbs.ChangeLocation(location="OSL", name="Kristiania", country="SE"),
        verbs.ChangeLocation(location="OSL", name="Oslo", country="NO"),
    ),
]
#: Each changes something.
REAL: list[verbs.Verb] = [
    verbs.EditCard(employee="E06", changes=Card(desk="7")),
    verbs.Move(employee="E10", on=JULY, job_title="Key account manager"),
    verbs.ChangeManager(employee="E06", on=JULY, manager="E04"),
    verbs.EditDepartment(department="SALES", about="We sell."),
    verbs.ChangeLocation(location="LOS", city="Ikeja"),
    verbs.Join(employee_number="N1", card=Card(family_name="New"), on=JULY, department="PLAT", job_title="Novice"),
]
LAST: verbs.Verb = verbs.EditCard(employee="E02", changes=Card(desk="the next write"))


def test_no_verb_is_forgotten() -> None:
    assert {type(verb) for verb in RESTATING + REFUSED} | {verbs.AddAssignment} == set(verbs.VERBS.values())


def applied(conn: sa.Connection, wanted: list[verbs.Verb]) -> change_sets.Applied:
    before = conn.execute(REVISION).scalar_one()
    done = change_sets.apply(conn, wanted, skip_bad=True, **WHO)
    assert conn.execute(REVISION).scalar_one() == (done.revision or before)
    return done


def check_the_next_write(conn: sa.Connection) -> None:
    sound(conn)
    before = conn.execute(REVISION).scalar_one()
    done = change_sets.apply(conn, [LAST], **WHO)
    assert done.revision == before + 1
    assert change_sets.undo(conn, before + 1, today=TODAY, author="test").revision == before + 2
    sound(conn)


@pytest.mark.parametrize(
    "wanted",
    [*([verb] for verb in RESTATING + REFUSED), *map(list, BACK_AND_FORTH)],
    ids=lambda wanted: "-".join(verb.verb for verb in wanted),
)
def test_a_verb_that_changes_nothing_writes_nothing(company: Company, wanted: list[verbs.Verb]) -> None:
    with untouched(company) as conn:
        done = applied(conn, wanted)
        assert bool(done.plan.problems) == (wanted[0] in REFUSED), done.plan.problems
        assert done.revision is None
        check_the_next_write(conn)


@pytest.mark.long
@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    groups=st.lists(
        st.one_of(
            st.sampled_from([(verb,) for verb in RESTATING + REFUSED]),
            st.sampled_from(BACK_AND_FORTH[:-3] + BACK_AND_FORTH[-2:]),
            st.sampled_from([(verb,) for verb in REAL]),
        ),
        min_size=2,
        max_size=6,
    )
)
def test_verbs_that_change_nothing_mixed_with_others(company: Company, groups: list[tuple[verbs.Verb, ...]]) -> None:
    """Whatever is mixed: a change set with the items that change something, or none; it is undone; writing goes on."""
    wanted = [verb for group in groups for verb in group]
    changing = [verb for verb in wanted if verb in REAL]
    with untouched(company) as conn:
        done = applied(conn, wanted)
        assert (done.revision is not None) == bool(changing)
        if done.revision is not None:
            kept = conn.execute(sa.select(ChangeItem.verb).where(ChangeItem.revision == done.revision)).scalars().all()
            assert set(kept) >= {verb.verb for verb in changing}
            sound(conn)
            assert change_sets.undo(conn, done.revision, today=TODAY, author="test").revision == done.revision + 1
        check_the_next_write(conn)


def test_only_what_changes_something_is_kept(company: Company) -> None:
    with untouched(company) as conn:
        done = applied(conn, [*RESTATING, REAL[0], RESTATING[0], REAL[4]])
        table = ChangeItem.__table__
        kept = conn.execute(sa.select(table.c.verb, table.c.details).where(table.c.revision == done.revision)).all()
        assert [tuple(row) for row in kept] == [
            ("edit_card", {"changes": {"desk": [None, "7"]}}),
            ("change_location", {"changes": {"city": ["Lagos", "Ikeja"]}}),
        ]


# --- the doors ------------------------------------------------------------------------------------------------


def location(company: Company) -> int:
    with company.engines.read.connect() as conn:
        return int(conn.execute(sa.text("SELECT id FROM location WHERE code = 'OSL'")).scalar_one())


def department(company: Company, code: str = "PLAT") -> int:
    with company.engines.read.connect() as conn:
        return int(conn.execute(sa.text("SELECT id FROM department WHERE code = :code"), {"code": code}).scalar_one())


Request = tuple[str, str, dict[str, Any]]


def requests(company: Company) -> list[Request]:
    """Requests that restate what is so."""
    e05, plat, web = company.ids["E05"], department(company), department(company, "WEB")
    today = TODAY.isoformat()
    return [
        ("PATCH", f"/locations/{location(company)}", {"name": "Oslo"}),
        ("PATCH", f"/departments/{plat}", {"about": None}),
        ("PATCH", f"/employees/{e05}", {"phone": "+47 22 00 00 05"}),
        ("PATCH", f"/employees/{e05}", {}),
        ("PUT", "/employees/by-number/E09", {"family_name": "Itō"}),
        ("POST", f"/employees/{e05}:move", {"effective": today, "department_id": plat}),
        ("POST", f"/employees/{e05}:change-manager", {"effective": today, "manager_id": company.ids["E03"]}),
        ("POST", f"/employees/{e05}:change-audience", {"audience": "colleagues"}),
        ("POST", f"/departments/{web}:rename", {"effective": today, "name": "Web"}),
        ("POST", f"/departments/{web}:move", {"effective": today, "parent_id": department(company, "ENG")}),
    ]


def test_a_request_that_restates_does_not_stop_the_next(own_company: Company) -> None:
    program = service(own_company.app)
    restating = requests(own_company)
    assert program.put("/employees/by-number/E09", {"family_name": "Itō"}, if_match="*").headers["Revision"] == "4"
    asked = [{"method": method, "path": path, "body": body, "if_match": "*"} for method, path, body in restating]

    def next_write(text: str) -> None:
        done = program.patch(f"/employees/{own_company.ids['E06']}", {"desk": text}, if_match="*")
        assert done.status_int == 200, done.text
        with own_company.engines.read.connect() as conn:
            sound(conn)

    for method, path, body in restating:
        answer = program.send(method, path, body, if_match="*")
        assert answer.status_int == 200, (method, path, answer.text)
        assert "Revision" not in answer.headers
        next_write(path)
    for atomic in (True, False):
        answer = program.post("/batch", {"operations": asked, "atomic": atomic})
        assert answer.json["revision"] is None, answer.json
        assert {each["status"] for each in answer.json["results"]} == {200}
        mixed = [*asked, {**asked[0], "body": {"city": f"Oslo {atomic}"}}, *asked]
        answer = program.post("/batch", {"operations": mixed, "atomic": atomic})
        assert answer.json["applied"] is True, answer.json
        next_write(f"batch {atomic}")


def test_a_form_that_restates_does_not_stop_the_next(own_company: Company) -> None:
    client = own_company.client("e08@larkfield.example", role="people_team")
    address = f"/department/{department(own_company)}/edit"
    for about in ("", "We keep it running.", "We keep it running."):
        form = next(each for each in client.get(address).forms.values() if "about" in each.fields)
        form["about"] = about
        form.submit(status=303)
    with own_company.engines.read.connect() as conn:
        sound(conn)


# --- a counter that is not where it should be -----------------------------------------------------------------


@pytest.mark.parametrize("step", [-1, 3])
def test_a_counter_that_differs_is_told_and_mended(own_company: Company, step: int) -> None:
    table = Counter.__table__
    with own_company.engines.begin() as conn:
        conn.execute(sa.update(table).values(revision=table.c.revision + step))
        (problem,) = counter.verify(conn)
        assert "revision" in problem
        counter.rebuild(conn)
        assert counter.verify(conn) == []
        assert change_sets.apply(conn, [LAST], **WHO).revision == 4 + max(step, 0)
    client = own_company.client("e08@larkfield.example", role="people_team")
    assert client.get("/changes").status_int == 200
    assert service(own_company.app).get("/changes?after=0~2015-01-01").status_int in (200, 410)


@pytest.mark.parametrize("name", [name for name in counter._HIGHEST if name != "revision"])
def test_a_series_that_is_behind_is_told_and_mended(company: Company, name: str) -> None:
    with untouched(company) as conn:
        conn.execute(sa.update(Counter.__table__).values({name: 0}))
        (problem,) = counter.verify(conn)
        assert name in problem
        counter.rebuild(conn)
        assert counter.verify(conn) == []
