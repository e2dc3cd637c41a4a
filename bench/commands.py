"""What commands cost: an import of a sheet, and the way from nothing to the first page."""

from __future__ import annotations

import csv
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.databases import FOLDER, PROGRAM, ROOT, Kind, Target, command, environment
from myproject.db.engines import engines_for
from myproject.models.counter import Counter
from myproject.models.dated import is_current, valid_on
from myproject.models.department import DepartmentVersion
from myproject.models.employee import Employee
from myproject.models.location import Location
from myproject.models.present import Present
from myproject.models.vocabulary import JobTitle

_EMPLOYEE: Any = Employee.__table__
_PRESENT: Any = Present.__table__
_HEADINGS = (
    "Employee number", "Given name", "Family name", "Preferred name", "Mail", "Phone", "Mobile", "Date of birth",
    "Department", "Job title", "Location", "FTE", "Manager", "Hire date",
)  # fmt: skip

_FIRST_PAGE = """
from bench.worker import Worker
assert Worker().call("/employees")[0].startswith("200")
"""


def write_sheet(target: Target) -> Path:
    """Everyone in a directory as a sheet that `myproject import` takes, managers wherever they come."""
    path = FOLDER / f"people_{target.employees}.csv"
    boss = _EMPLOYEE.alias("boss")
    department: Any = DepartmentVersion.__table__
    location: Any = Location.__table__
    title: Any = JobTitle.__table__
    e, p = _EMPLOYEE.c, _PRESENT.c
    today: Any = sa.select(Counter.present_day).scalar_subquery()
    names = (
        sa.select(department.c.department_id, department.c.name)
        .where(is_current(department), valid_on(department, today))
        .subquery()
    )
    query = (
        sa.select(
            e.employee_number, e.given_name, e.family_name, e.preferred_name, e.email, e.phone, e.mobile,
            e.date_of_birth, names.c.name, title.c.name, location.c.name, p.fte, boss.c.employee_number, p.hired_on,
        )
        .select_from(_PRESENT)
        .join(_EMPLOYEE, e.id == p.employee_id)
        .join(names, names.c.department_id == p.department_id)
        .outerjoin(title, title.c.id == p.job_title_id)
        .outerjoin(location, location.c.id == p.location_id)
        .outerjoin(boss, boss.c.id == p.manager_id)
        .order_by(p.sort_name)
    )  # fmt: skip
    engines = engines_for(target.url)
    with engines.read.connect() as conn, path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADINGS)
        writer.writerows(conn.execute(query).tuples())
    engines.dispose()
    return path


def measure_import(kind: Kind, sheet: Path, employees: int) -> dict[str, Any]:
    """Import a sheet into an empty database: seconds, rows per second, and the most memory that the process held."""
    name = f"import_{employees}"
    kind.create(name)
    url = kind.url(name)
    try:
        command(url, "db", "upgrade")
        seconds, megabytes, processor = _timed(url, "import", str(sheet))
        command(url, "db", "verify")
    finally:
        kind.drop(name)
    return {
        "database": kind.kind,
        "employees": employees,
        "seconds": seconds,
        "rows_per_second": employees / seconds,
        "megabytes": megabytes,
        "processor": processor,
    }


def _timed(url: str, *words: str) -> tuple[float, float, float]:
    """Seconds, most megabytes held and seconds of processor time of a command."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [PROGRAM, *words], env=environment(url), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"myproject {' '.join(words)} failed:\n{said}")
    # Linux counts kibibytes, macOS bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return seconds, usage.ru_maxrss * unit / 2**20, usage.ru_utime + usage.ru_stime


def measure_start(target: Target, times: int) -> dict[str, Any]:
    """From starting Python to the first list page, in seconds; half of `times` at least are at most that."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", _FIRST_PAGE], cwd=ROOT, env=environment(target.url), check=True)
        taken.append(time.perf_counter() - began)
    return {"database": target.kind, "employees": target.employees, "seconds": statistics.median(taken)}
