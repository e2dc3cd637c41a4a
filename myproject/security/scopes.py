"""What a token may be used for: a scope narrows what its owner may do, and never adds to it."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """One thing that a token is good for."""

    EMPLOYEES_READ = "employees:read"
    EMPLOYEES_WRITE = "employees:write"
    DEPARTMENTS_READ = "departments:read"
    DEPARTMENTS_WRITE = "departments:write"
    LOCATIONS_READ = "locations:read"
    LOCATIONS_WRITE = "locations:write"
    CHANGES_READ = "changes:read"
    CHANGES_UNDO = "changes:undo"
