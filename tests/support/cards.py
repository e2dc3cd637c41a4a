"""The form of a card in tests: where it is, what is stored of it, and what a page says."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from webtest import TestApp

from myproject.directory.changes import change_sets
from myproject.models.change_set import ChangeSet
from myproject.models.employee import Employee
from tests.conftest import Company
from tests.support import company as facts

E: Any = Employee.__table__
S: Any = ChangeSet.__table__
WHO: dict[str, Any] = {"today": facts.TODAY, "author": "test", "source": "test"}


def edit(company: Company, number: str = "E03") -> str:
    """The address of the form."""
    return f"/employees/{company.ids[number]}/edit"


def the_form(client: TestApp, where: str) -> Any:
    """The form at an address, filled as it is shown."""
    page = client.get(where)
    return next(form for key, form in page.forms.items() if isinstance(key, int) and form.action == where)


def stored(company: Company, number: str = "E03") -> Any:
    """Somebody's row."""
    with company.engines.read.connect() as conn:
        return conn.execute(sa.select(E).where(E.c.employee_number == number)).mappings().one()


def revision(company: Company) -> int:
    """The last change set."""
    with company.engines.read.connect() as conn:
        return int(conn.execute(sa.select(sa.func.max(S.c.revision))).scalar_one())


def write(company: Company, *verbs: Any) -> None:
    """Change something without the form."""
    with company.engines.begin() as conn:
        change_sets.apply(conn, verbs, **WHO)


def text(response: Any, selector: str = "main") -> str:
    """The text of a part of a page, its spaces single."""
    found = response.html.select_one(selector)
    return re.sub(r"\s+", " ", found.get_text(" ")).strip() if found else ""
