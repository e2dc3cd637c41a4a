"""Who may do what: the permissions, and who has which."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """Something that a view lets one do: ``thing:action``."""

    DIRECTORY_READ = "directory:read"
    DIRECTORY_EXPORT = "directory:export"
    CHANGES_READ = "changes:read"


#: What a view asks for that names no permission of its own. Views that write must name one.
DEFAULT = Permission.DIRECTORY_READ

#: What an ordinary signed-in employee may do.
COLLEAGUE = frozenset({Permission.DIRECTORY_READ, Permission.DIRECTORY_EXPORT, Permission.CHANGES_READ})

#: Permissions by the reach of a viewer (`myproject.directory.audience.Viewer`); who is not here has none.
GRANTS: dict[str, frozenset[Permission]] = {"colleagues": COLLEAGUE}
