"""Writes by the API in tests: somebody new to hire, and what the database says afterwards."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from myproject.directory.present import present_table
from myproject.directory.search import verification
from myproject.models.change_set import ChangeSet
from tests.conftest import Company

NEW = {
    "employee_number": "N1",
    "given_name": "Ada",
    "family_name": "Newcomer",
    "email": "ada@larkfield.example",
    "job_title": "Engineer",
    "date_of_birth": "1990-02-03",
    "hired_on": "2026-06-01",
    "phone": "+47 22 11 11 11",
}


def department(company: Company, code: str) -> int:
    with company.engines.read.connect() as conn:
        found: int = conn.execute(sa.text("SELECT id FROM department WHERE code = :code"), {"code": code}).scalar_one()
    return found


def new(company: Company, **more: Any) -> dict[str, Any]:
    return {**NEW, "department_id": department(company, "PLAT"), "manager_id": company.ids["E03"], **more}


def sound(company: Company) -> None:
    """What is derived is what the dated rows say."""
    with company.engines.read.connect() as conn:
        assert present_table.verify(conn) == []
        assert verification.verify(conn) == []


def last_set(company: Company) -> Any:
    table = ChangeSet.__table__
    with company.engines.read.connect() as conn:
        return conn.execute(sa.select(table).order_by(table.c.revision.desc()).limit(1)).mappings().one()
