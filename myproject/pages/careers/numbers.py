"""The next employee number, as the newest one goes on."""

from __future__ import annotations

import re

from sqlalchemy import Connection, select

from myproject.directory.visibility.hidden_people import Hidden
from myproject.models.employee import Employee

_E = Employee.__table__
_NEWEST = select(_E.c.id, _E.c.employee_number).order_by(_E.c.id.desc()).limit(5_000)


def next_number(conn: Connection, hidden: Hidden) -> str:
    """The number after the highest of the newest ones that are written alike; "" where it ends in no digits.

    Of numbers that hidden people have nothing is told; one that is taken is refused when it is used.
    """
    numbers = [row.employee_number for row in conn.execute(_NEWEST) if row.id not in hidden]
    ending = re.search(r"[0-9]+$", numbers[0]) if numbers else None
    if ending is None:
        return ""
    before, digits = numbers[0][: ending.start()], len(ending[0])
    alike = re.compile(rf"{re.escape(before)}([0-9]{{{digits}}})").fullmatch
    highest = max(int(found[1]) for number in numbers if (found := alike(number)))
    return f"{before}{highest + 1:0{digits}}"
