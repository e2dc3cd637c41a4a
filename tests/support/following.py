"""A follower of the change stream: keeps a copy of the directory by applying entries, and compares it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from myproject.models.dated import FOREVER, is_current
from myproject.models.department import Department, DepartmentVersion
from myproject.models.employee import Employee
from myproject.models.employment import Assignment, Employment, ReportingLine
from myproject.models.location import Location
from myproject.models.present import Present
from myproject.models.vocabulary import JobTitle

_P: Any = Present.__table__
_E: Any = Employee.__table__
_T: Any = JobTitle.__table__
_D: Any = Department.__table__
_V: Any = DepartmentVersion.__table__
_L: Any = Location.__table__


class Follower:
    """Today's state by the fields of entries, and every dated row by their rows."""

    def __init__(self, program: Any, *, limit: int = 100) -> None:
        self.program, self.limit = program, limit
        self.place = "0"
        self.tag: str | None = None
        self.things: dict[tuple[str, int], dict[str, Any]] = {}
        self.rows: dict[int, dict[str, Any]] = {}
        self.seen: list[tuple[Any, ...]] = []
        self.entries: list[dict[str, Any]] = []

    def catch_up(self) -> int:
        """Read on to the end; how many entries there were."""
        count = 0
        while True:
            path = f"/changes?after={self.place}&limit={self.limit}"
            response = self.program.get(path, status="*", if_none_match=self.tag)
            if response.status_int == 304:
                return count
            assert response.status_int == 200, response.text
            page = response.json
            for entry in page["items"]:
                self.apply(entry)
            count += len(page["items"])
            self.tag = response.headers["ETag"] if self.place == page["place"] else None
            self.place = page["place"]
            if not page["more"]:
                return count

    def apply(self, entry: dict[str, Any]) -> None:
        """One entry: what it says was before must be what we hold."""
        self.entries.append(entry)
        if entry["type"] == "reload":
            return
        kind = entry["kind"]
        key = (entry["type"], entry["revision"], entry["day"] if entry["type"] == "effective" else "", kind)
        self.seen.append((*key, entry[kind]["id"]))
        mine = self.things.setdefault((kind, entry[kind]["id"]), {})
        for name, values in entry["fields"].items():
            assert mine.get(name) == values["before"], (entry, name, mine.get(name))
            mine[name] = values["after"]
        for name in entry["withdrawn"]:
            mine.pop(name, None)
        for row in entry["rows"]:
            if row["change"] == "removed":
                del self.rows[row["id"]]
            elif row["change"] == "added":
                assert row["id"] not in self.rows
                self.rows[row["id"]] = row
            else:
                assert row["id"] in self.rows

    def differences(self, conn: sa.Connection, today: Any) -> list[str]:
        """How the copy differs from the directory; none where it does not."""
        found = []
        assert len(self.seen) == len(set(self.seen)), "something was told twice"
        for (kind, id_), mine in self._state(conn, today).items():
            copy = self.things.get((kind, id_), {})
            found += [
                f"{kind} {id_}: {name} is {copy.get(name)!r}, should be {value!r}"
                for name, value in mine.items()
                if copy.get(name) != value
            ]
        employed = {id_ for (kind, id_), mine in self.things.items() if kind == "employee" and mine.get("employed")}
        really = set(conn.execute(sa.select(_P.c.employee_id)).scalars())
        found += [f"employed: {employed ^ really}"] if employed != really else []
        rows = {}
        for table in (Employment, Assignment, ReportingLine, DepartmentVersion):
            for row in conn.execute(sa.select(table.__table__).where(is_current(table.__table__))).mappings():
                end = None if row["valid_to"] == FOREVER else row["valid_to"].isoformat()
                rows[row["id"]] = (row["valid_from"].isoformat(), end)
        copies = {id_: (row["valid_from"], row["valid_to"]) for id_, row in self.rows.items()}
        found += [f"rows: {set(rows.items()) ^ set(copies.items())}"] if rows != copies else []
        return found

    def _state(self, conn: sa.Connection, today: Any) -> dict[tuple[str, int], dict[str, Any]]:
        state: dict[tuple[str, int], dict[str, Any]] = {}
        people = (
            sa.select(_P, _E.c.desk, _E.c.mobile, _E.c.date_of_birth, _T.c.name.label("title"))
            .join(_E, _E.c.id == _P.c.employee_id)
            .outerjoin(_T, _T.c.id == _P.c.job_title_id)
        )
        for row in conn.execute(people).mappings():
            born = row["date_of_birth"]
            state["employee", row["employee_id"]] = {
                "employed": True,
                "hired_on": row["hired_on"].isoformat(),
                "job_title": row["title"],
                "date_of_birth": born.isoformat() if born else None,
                **{
                    name: row[name]
                    for name in (
                        "employee_number", "name", "email", "phone", "desk", "mobile", "department_id", "location_id",
                        "fte", "is_head", "manager_id",
                    )
                },
            }  # fmt: skip
        versions = (
            sa.select(_D.c.id, _D.c.code, _D.c.about, _V.c.name, _V.c.parent_id)
            .select_from(_D)
            .join(
                _V,
                (_V.c.department_id == _D.c.id) & is_current(_V) & (_V.c.valid_from <= today) & (_V.c.valid_to > today),
            )
        )
        for row in conn.execute(versions).mappings():
            state["department", row["id"]] = {
                "exists": True,
                **{k: row[k] for k in ("code", "about", "name", "parent_id")},
            }
        for row in conn.execute(sa.select(_L)).mappings():
            state["location", row["id"]] = {name: row[name] for name in ("code", "name", "city", "country", "closed")}
        return state
