"""Many who write at once, by the API: hire, edit, move, let go, take back."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa


class Writers:
    """A thread for each program; what any of them was refused is no failure, what broke is."""

    def __init__(self, company: Any, programs: Sequence[Any]) -> None:
        self._programs = programs
        self._ids = list(company.ids.values())
        self._end = threading.Event()
        self._threads = [
            threading.Thread(target=self._write, args=(number, program)) for number, program in enumerate(programs)
        ]
        self.done = 0
        self.failures: list[str] = []
        with company.engines.read.connect() as conn:
            rows = conn.execute(sa.text("SELECT id FROM department WHERE code IN ('PLAT', 'WEB', 'SALES', 'ENG')"))
            self._departments = list(rows.scalars())

    def start(self) -> None:
        """Let them write."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each finish what it does."""
        self._end.set()
        for thread in self._threads:
            thread.join()

    def _write(self, number: int, program: Any) -> None:
        chance = random.Random(number)
        hired: list[int] = []
        turn = 0
        while not self._end.is_set():
            turn += 1
            try:
                response = self._one(chance, program, f"W{number}-{turn}", hired)
            except Exception as error:  # noqa: BLE001 - told at the end
                self.failures.append(repr(error))
                return
            if response.status_int >= 500 and response.status_int != 503:
                self.failures.append(response.text)
            self.done += response.status_int in (200, 201)

    def _one(self, chance: random.Random, program: Any, name: str, hired: list[int]) -> Any:
        who = chance.choice(hired or self._ids)
        department = chance.choice(self._departments)
        day = chance.choice(["2026-06-01", "2026-06-15", "2026-07-01", "2026-09-01"])
        what = chance.randrange(8)
        if what <= 1 or not hired:
            body = {
                "employee_number": name, "given_name": "New", "family_name": name, "email": f"{name}@larkfield.example",
                "hired_on": day, "department_id": department, "job_title": chance.choice(["Engineer", name]),
            }  # fmt: skip
            response = program.post("/employees", body)
            if response.status_int == 201:
                hired.append(response.json["id"])
            return response
        if what == 2:
            return program.patch(f"/employees/{who}", {"desk": name, "skills": [name, "Python"]}, if_match="*")
        if what == 3:
            body = {"effective": day, "department_id": department, "job_title": name, "fte": 0.5}
            return program.post(f"/employees/{who}:move", body, if_match="*")
        if what == 4:
            body = {"effective": day, "manager_id": chance.choice(hired + self._ids)}
            return program.post(f"/employees/{who}:change-manager", body, if_match="*")
        if what == 5:
            return program.post(f"/employees/{who}:leave", {"last_day": day}, if_match="*")
        if what == 6:
            path = f"/departments/{department}:rename"
            return program.post(path, {"name": f"Team {name}", "effective": day}, if_match="*")
        revision = program.get("/changes?after=now").json["place"].partition("~")[0]
        return program.post(f"/change-sets/{revision}:undo", {})
