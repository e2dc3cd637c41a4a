"""What an access token may be made for. A scope opens nothing by itself: it says how much of the rights of its owner,
or of its role, a token has.
"""

from __future__ import annotations

from enum import StrEnum


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


MEANING: dict[Scope, str] = {
    Scope.EMPLOYEES_READ: "Read people: cards, assignments, reporting lines, the chart; search.",
    Scope.EMPLOYEES_WRITE: "Change people: hire, edit, move, let go.",
    Scope.DEPARTMENTS_READ: "Read the departments.",
    Scope.DEPARTMENTS_WRITE: "Change the departments.",
    Scope.LOCATIONS_READ: "Read the locations.",
    Scope.LOCATIONS_WRITE: "Change the locations.",
    Scope.CHANGES_READ: "Read what was changed, and follow the change stream.",
    Scope.CHANGES_UNDO: "Take changes back.",
}
"""What each lets a token do, where its owner or its role may do it too."""
