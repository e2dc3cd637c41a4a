"""What an access token may be made for. A scope opens nothing by itself: it says how much of the rights of its owner,
or of its role, a token has.
"""

from __future__ import annotations

from enum import StrEnum

from myproject.language.texts import marked


class Scope(StrEnum):
    """What a token can be made for: ``thing:what``."""

    EMPLOYEES_READ = "employees:read"
    EMPLOYEES_WRITE = "employees:write"
    DEPARTMENTS_READ = "departments:read"
    DEPARTMENTS_WRITE = "departments:write"
    LOCATIONS_READ = "locations:read"
    LOCATIONS_WRITE = "locations:write"
    CHANGES_READ = "changes:read"
    CHANGES_UNDO = "changes:undo"
    IMPORTS_WRITE = "imports:write"


MEANING: dict[Scope, str] = {
    Scope.EMPLOYEES_READ: marked("Read people: cards, assignments, reporting lines, the chart; search."),
    Scope.EMPLOYEES_WRITE: marked("Change people: hire, edit, move, end employments."),
    Scope.DEPARTMENTS_READ: marked("Read the departments."),
    Scope.DEPARTMENTS_WRITE: marked("Change the departments."),
    Scope.LOCATIONS_READ: marked("Read the locations."),
    Scope.LOCATIONS_WRITE: marked("Change the locations."),
    Scope.CHANGES_READ: marked("Read changes and follow the change stream."),
    Scope.CHANGES_UNDO: marked("Undo changes."),
    Scope.IMPORTS_WRITE: marked("Import files, which may change people, departments and locations."),
}
"""What each lets a token do, where its owner or its role may do it too."""
