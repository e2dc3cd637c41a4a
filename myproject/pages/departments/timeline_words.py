"""What happened to a department, in words."""

from __future__ import annotations

from myproject.directory.departments.department_history import DepartmentEvent
from myproject.language.texts import gettext as _
from myproject.pages.people.career_words import Piece, pieces
from myproject.pages.people.values import Links


def event_pieces(event: DepartmentEvent, name: str, links: Links) -> list[Piece]:
    """An event as a sentence; `name` is what the department is called on the day shown."""
    text = _text(event, event.phase == "planned", event.after if event.after != name else "")
    person = Piece(event.after, links.person(event.person)) if event.person is not None else ""
    return pieces(text, before=event.before, after=event.after, person=person)


def _text(event: DepartmentEvent, ahead: bool, other_name: str) -> str:
    match event.what:
        case "created" if other_name:
            return _("Created in %(before)s as %(after)s") if event.before else _("Created as %(after)s")
        case "created":
            return _("Created in %(before)s") if event.before else _("Created")
        case "reopened" if other_name:
            return _("Reopened in %(before)s as %(after)s") if event.before else _("Reopened as %(after)s")
        case "reopened":
            return _("Reopened in %(before)s") if event.before else _("Reopened")
        case "renamed":
            return (
                _("Will be renamed from %(before)s to %(after)s")
                if ahead
                else _("Renamed from %(before)s to %(after)s")
            )
        case "moved":
            return _moved(event, ahead)
        case "closed":
            return _("Closes") if ahead else _("Closed")
        case "head_begins":
            return _("%(person)s becomes head") if ahead else _("%(person)s became head")
        case "head_ends":
            return _("%(person)s steps down as head") if ahead else _("%(person)s stepped down as head")


def _moved(event: DepartmentEvent, ahead: bool) -> str:
    if event.before and event.after:
        return _("Moves from %(before)s to %(after)s") if ahead else _("Moved from %(before)s to %(after)s")
    if event.before:
        return _("Moves from %(before)s to the top level") if ahead else _("Moved from %(before)s to the top level")
    if event.after:
        return _("Moves to %(after)s") if ahead else _("Moved to %(after)s")
    return _("Moves to the top level") if ahead else _("Moved to the top level")
