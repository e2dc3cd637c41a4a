"""Who may change what by the API: by role, by department, by scope; nothing tells of people they may not know."""

from __future__ import annotations

from myproject.accounts.permissions import Role
from myproject.directory.changes.change_sets import apply
from myproject.directory.schema.verbs import ChangeAudience
from tests.conftest import Company
from tests.support.api import personal, service
from tests.support.api_writes import department, new
from tests.support.company import TODAY
from tests.support.problems import problem


def test_a_colleague_changes_what_is_theirs(own_company: Company) -> None:
    mine = personal(own_company.app, "e05@larkfield.example")
    path = f"/employees/{own_company.ids['E05']}"
    program = mine.patch(path, {"desk": "5"}, if_match="*", status=200)
    assert program.json["desk"] == "5"
    problem(mine.patch(path, {"email": "x@larkfield.example"}, if_match="*"), 403, place="/email")
    problem(mine.patch(f"/employees/{own_company.ids['E06']}", {"desk": "5"}, if_match="*"), 403)
    problem(mine.post("/employees", new(own_company)), 403)
    mine.patch(path, {"audiences": {"phone": "people_team"}}, if_match="*", status=200)
    other = personal(own_company.app, "e12@larkfield.example")
    assert other.get(path).json.get("phone") is None
    problem(mine.patch(path, {"audiences": {"email": "people_team"}}, if_match="*"), 403)
    editor = personal(own_company.app, "e13@larkfield.example", role="editor", department="ENG")
    problem(editor.patch(path, {"audiences": {"desk": "people_team"}}, if_match="*"), 403, place="/audiences")


def test_an_editor_changes_what_is_below(own_company: Company) -> None:
    editor = personal(own_company.app, "e13@larkfield.example", role="editor", department="ENG")
    ids = own_company.ids
    editor.post("/employees", new(own_company), status=201)
    sales, web = department(own_company, "SALES"), department(own_company, "WEB")
    problem(editor.post("/employees", new(own_company, employee_number="N2", email=None, department_id=sales)), 403)
    # A move needs both sides.
    move = {"effective": "2026-06-15"}
    editor.post(f"/employees/{ids['E05']}:move", {**move, "department_id": web}, if_match="*", status=200)
    problem(editor.post(f"/employees/{ids['E05']}:move", {**move, "department_id": sales}, if_match="*"), 403)
    problem(editor.post(f"/employees/{ids['E09']}:move", {**move, "department_id": web}, if_match="*"), 403)
    # The second role of E10 is in Web; E10 is of Sales.
    problem(editor.post(f"/employees/{ids['E10']}:leave", {"last_day": "2026-06-30"}, if_match="*"), 403)
    editor.patch(f"/employees/{ids['E05']}", {"desk": "9"}, if_match="*", status=200)
    problem(editor.patch(f"/employees/{ids['E05']}", {"date_of_birth": None}, if_match="*"), 403)
    editor.post(f"/departments/{web}:rename", {"name": "Net", "effective": "2026-06-15"}, if_match="*", status=200)
    problem(editor.post(f"/departments/{web}:move", {"effective": "2026-06-15", "parent_id": sales}, if_match="*"), 403)
    problem(editor.post(f"/departments/{sales}:rename", {"name": "X", "effective": "2026-06-15"}, if_match="*"), 403)
    problem(editor.post("/departments", {"code": "T", "name": "T", "effective": "2026-06-15"}), 403)
    problem(editor.post("/locations", {"code": "T", "name": "T"}), 403)
    problem(editor.post(f"/employees/{ids['E05']}:change-audience", {"audience": "people_team"}, if_match="*"), 403)


def test_whom_nobody_may_know(own_company: Company) -> None:
    ids = own_company.ids
    with own_company.engines.begin() as conn:
        apply(
            conn,
            [ChangeAudience(employee="E06", audience="people_team")],
            today=TODAY,
            author="test",
            source="command",
        )
    editor = personal(own_company.app, "e13@larkfield.example", role="editor", department="ENG")
    missing = problem(editor.patch("/employees/99999", {"desk": "1"}, if_match="*"), 404)
    hidden = problem(editor.patch(f"/employees/{ids['E06']}", {"desk": "1"}, if_match="*"), 404)
    assert missing["detail"] == hidden["detail"]
    body = {"effective": "2026-06-15", "manager_id": ids["E06"]}
    told = problem(editor.post(f"/employees/{ids['E05']}:change-manager", body, if_match="*"), 422, place="/manager_id")
    nobody = problem(
        editor.post(f"/employees/{ids['E05']}:change-manager", {**body, "manager_id": 99999}, if_match="*"),
        422,
    )
    assert told["detail"].replace(str(ids["E06"]), "N") == nobody["detail"].replace("99999", "N")
    told = problem(editor.post("/employees", new(own_company, employee_number="E06", email=None)), 409)
    assert "山田" not in str(told)


def test_a_token_is_good_for_its_scopes(own_company: Company) -> None:
    reads = service(own_company.app, scopes=["employees:read"])
    problem(reads.post("/employees", new(own_company)), 403, kind="insufficient-scope")
    ordinary = service(own_company.app, Role.EMPLOYEE, name="ordinary")
    problem(ordinary.post("/employees", new(own_company)), 403)
