"""Who has which portrait, as far as a viewer may see it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select

from myproject.db.ids import id_list
from myproject.directory.schema.clock import Clock
from myproject.directory.visibility.audience import Viewer, knows, visible_by_audience, visible_of
from myproject.models.employee import Employee

_E = Employee.__table__
_ONE = select(_E.c.portrait, _E.c.narrowed).where(_E.c.id == bindparam("id"))
_SOME = select(_E.c.id, _E.c.portrait, _E.c.narrowed).where(_E.c.id.in_(id_list("ids")), _E.c.portrait.is_not(None))


def portrait_for(conn: Connection, clock: Clock, viewer: Viewer, employee: int) -> str | None:
    """The name of the picture of an employee; None where there is none, or where the viewer may not see it, even on
    the person's own page.
    """
    row = conn.execute(_ONE, {"id": employee}).first()
    if row is None or row.portrait is None or not knows(conn, clock, viewer, employee):
        return None
    seen = "portrait" in visible_of(conn, clock, viewer, employee, row.narrowed)
    return str(row.portrait) if seen else None


def portraits_of(conn: Connection, viewer: Viewer, employees: Iterable[int]) -> dict[int, str]:
    """Employee -> the name of their picture, of those who have one that the viewer may see wherever they come up.

    One query. Whom the viewer may not know of is nobody's to ask about here.
    """
    ids = sorted(set(employees))
    if not ids:
        return {}
    return {
        row.id: row.portrait
        for row in conn.execute(_SOME, {"ids": ids})
        if "portrait" in visible_by_audience(viewer, row.id, row.narrowed)
    }
