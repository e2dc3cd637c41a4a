"""The last administrator who can sign in stays, through whichever door somebody would be lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from myproject.accounts import roles, users
from myproject.accounts.errors import AccountError
from myproject.accounts.permissions import Role
from myproject.commands.main import cli
from myproject.directory.changes import change_sets
from myproject.directory.changes.change_sets import ChangeRefused
from myproject.directory.changes.planning.administrators import administrators
from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import Correct, CorrectedFact, Join, Leave
from myproject.models.change_set import ChangeSet
from tests.conftest import NOW, Company
from tests.support import company as facts
from tests.support.accounts import ORIGIN, account, post
from tests.support.api import service
from tests.support.importing import Importer
from tests.support.threads import in_threads

LAST = "e03@larkfield.example"
WHO: dict[str, Any] = {"today": facts.TODAY, "author": "test", "source": "test"}
Step = Callable[[Company, Any], Any]


def make_administrators(company: Company) -> Any:
    """One who can sign in for good, and five who can't, or not for long: the account of the first."""
    engines = company.engines
    last = account(engines, LAST, role="administrator")
    # Gone; not here yet; leaves on 31 July.
    for number in ("E11", "E14", "E12"):
        account(engines, f"{number.lower()}@larkfield.example", role="administrator")
    disabled = account(engines, "disabled@example.org", role="administrator")
    passing = account(engines, "passing@example.org")
    with engines.begin() as conn:
        users.disable(conn, ORIGIN, disabled)
        roles.grant(conn, ORIGIN, passing, Role.ADMINISTRATOR, expires_at=NOW + timedelta(days=10))
    return last


def apply(company: Company, *verbs: Any) -> int:
    with company.engines.begin() as conn:
        return change_sets.apply(conn, verbs, **WHO).revision or 0


def newest(company: Company) -> int:
    with company.engines.read.connect() as conn:
        return int(conn.execute(sa.select(sa.func.max(ChangeSet.__table__.c.revision))).scalar_one())


# --- by accounts and roles ----------------------------------------------------------------------------------


def revoke(conn: Any, who: Any) -> None:
    roles.revoke(conn, ORIGIN, who, Role.ADMINISTRATOR)


def disable(conn: Any, who: Any) -> None:
    users.disable(conn, ORIGIN, who)


def expire(conn: Any, who: Any) -> None:
    roles.grant(conn, ORIGIN, who, Role.ADMINISTRATOR, expires_at=datetime(2030, 1, 1, tzinfo=NOW.tzinfo))


def link_to_a_leaver(conn: Any, who: Any) -> None:
    conn.execute(sa.text("UPDATE user_account SET employee_id = NULL WHERE id <> :id"), {"id": who.id})
    users.link_employee(conn, ORIGIN, who, "E11")


def link_to_somebody_who_will_leave(conn: Any, who: Any) -> None:
    conn.execute(sa.text("UPDATE user_account SET employee_id = NULL WHERE id <> :id"), {"id": who.id})
    # Of nobody, they would administer for good as well.
    conn.execute(sa.text("DELETE FROM role_grant WHERE user_id <> :id"), {"id": who.id})
    users.link_employee(conn, ORIGIN, who, "E12")


ACCOUNT_STEPS = [revoke, disable, expire, link_to_a_leaver, link_to_somebody_who_will_leave]


@pytest.mark.parametrize("step", ACCOUNT_STEPS, ids=lambda step: step.__name__)
def test_no_change_of_an_account_loses_them(own_company: Company, step: Callable[[Any, Any], None]) -> None:
    last = make_administrators(own_company)
    engines = own_company.engines
    if step is link_to_a_leaver:
        # Those of nobody don't count here: nobody else is left at all.
        with engines.begin() as conn:
            conn.execute(sa.text("DELETE FROM role_grant WHERE user_id <> :id"), {"id": last.id})
    with pytest.raises(AccountError, match="last administrator"), engines.begin() as conn:
        step(conn, last)
    account(engines, "another@example.org", role="administrator")
    if step not in (link_to_a_leaver, link_to_somebody_who_will_leave):
        with engines.begin() as conn:
            step(conn, last)


def test_it_says_from_when_there_would_be_none(own_company: Company) -> None:
    last = make_administrators(own_company)
    words = "This is the last administrator from 1 Aug 2026 on"
    with pytest.raises(AccountError, match=words), own_company.engines.begin() as conn:
        revoke(conn, last)


# --- by what is written of the organisation -----------------------------------------------------------------


def leave(company: Company, _: Path) -> str:
    with pytest.raises(ChangeRefused) as refused:
        apply(company, Leave(employee="E03", last_day=date(2026, 6, 30)))
    return str(refused.value)


def correct_the_end(company: Company, _: Path) -> str:
    changes = CorrectedFact(valid_to=date(2026, 6, 1))
    with pytest.raises(ChangeRefused) as refused:
        apply(company, Correct(employee="E03", fact="employment", on=date(2026, 1, 1), changes=changes))
    return str(refused.value)


def by_program(company: Company, _: Path) -> str:
    program, path = service(company.app), f"/employees/{company.ids['E03']}:leave"
    body = {"last_day": "2026-06-30"}
    assert program.post(f"{path}?dry_run=1", body, status=200).json["possible"] is False
    told = program.post(path, body, if_match="*", status=422).json
    assert told["problems"][0]["remedy"] == "Make someone else an administrator first."
    return str(told["detail"])


def by_batch(company: Company, _: Path) -> str:
    change = {"method": "POST", "path": f"/employees/{company.ids['E03']}:leave", "if_match": "*"}
    body = {"atomic": False, "operations": [{**change, "body": {"last_day": "2026-06-30"}}]}
    return str(service(company.app).post("/batch", body, status=422).json["results"][0]["detail"])


def by_import(company: Company, folder: Path) -> str:
    rows = "Employee number,Name\nE01,Omar Haddad\nE12,Ines Pereira\n"
    outcome = Importer(company.engines, folder)(rows, leavers="end")
    assert not outcome.written
    (finding,) = [each for each in outcome.result.findings.kept if "administrator" in each.reason]
    return finding.reason


STEPS: list[Step] = [leave, correct_the_end, by_program, by_batch, by_import]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_no_change_of_the_organisation_loses_them(own_company: Company, tmp_path: Path, step: Step) -> None:
    make_administrators(own_company)
    before = newest(own_company)
    assert "Adaeze Nwosu (E03) is the last administrator from 1 Aug 2026 on." in step(own_company, tmp_path)
    assert newest(own_company) == before


def test_they_leave_once_somebody_else_is_one(own_company: Company) -> None:
    make_administrators(own_company)
    account(own_company.engines, "another@example.org", role="administrator")
    revision = apply(own_company, Leave(employee="E03", last_day=date(2026, 6, 14)))
    with own_company.engines.begin() as conn:
        assert {each.employee for each in administrators(conn, facts.TODAY)} == {own_company.ids["E12"], None}
        change_sets.undo(conn, revision, today=facts.TODAY, author="test")


def _hired(company: Company) -> int:
    """Somebody new, who becomes the only administrator; the change set that hired them."""
    card = Card(given_name="Ada", family_name="New", email="new@larkfield.example")
    join = Join(employee_number="N1", card=card, on=date(2026, 6, 1), department="PEOPLE")
    revision = apply(company, join)
    account(company.engines, "new@larkfield.example", role="administrator")
    return revision


def undo_by_page(company: Company, revision: int) -> str:
    people = company.client("e08@larkfield.example", role="people_team")
    return str(post(people, f"/changes/{revision}/undo", {"reason": ""}, status=409).text)


def undo_by_program(company: Company, revision: int) -> str:
    program, path = service(company.app), f"/change-sets/{revision}:undo"
    assert program.post(f"{path}?dry_run=1", {}, status=200).json["possible"] is False
    return str(program.post(path, {}, status=409).json["detail"])


def undo_by_command(company: Company, revision: int) -> str:
    url = company.engines.write.url.render_as_string(hide_password=False)
    environ = {"MYPROJECT_INI": str(Path(__file__).parents[3] / "testing.ini"), "MYPROJECT_SQLALCHEMY_URL": url}
    result = CliRunner().invoke(cli, ["changes", "undo", str(revision)], env={**os.environ, **environ})
    assert result.exit_code == 1
    return result.output


@pytest.mark.parametrize("undo", [undo_by_page, undo_by_program, undo_by_command], ids=lambda step: step.__name__)
def test_no_undo_loses_them(own_company: Company, undo: Callable[[Company, int], str]) -> None:
    revision = _hired(own_company)
    assert "Ada New (N1) is the last administrator." in undo(own_company, revision)
    assert newest(own_company) == revision


def test_of_two_who_go_at_once_one_stays(own_company: Company) -> None:
    """A leave and a revoked role, side by side: whoever comes second is told."""
    account(own_company.engines, LAST, role="administrator")
    other = account(own_company.engines, "other@example.org", role="administrator")

    def go(number: int) -> bool:
        try:
            if number:
                apply(own_company, Leave(employee="E03", last_day=date(2026, 6, 14)))
            else:
                with own_company.engines.begin() as conn:
                    revoke(conn, other)
        except (AccountError, ChangeRefused):
            return False
        return True

    assert sorted(in_threads(go, 2, 1)) == [False, True]
