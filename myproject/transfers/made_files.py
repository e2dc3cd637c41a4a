"""To whom the files of imports and exports are open: to who asked for them, as long as they may see the same."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from myproject.accounts.askers import has_asked
from myproject.accounts.identity import Identity
from myproject.accounts.permissions import BY_ROLE, Permission
from myproject.jobs import files
from myproject.jobs.files import JobFileRow
from myproject.jobs.ledger import LedgerRow

SEEN_AS = "seen_as"
"""In the result of a job: as whom the directory was seen when its files were made."""
IMPORT, EXPORT = "transfers.import", "transfers.export"
"""The kinds of job."""
NEEDED = {IMPORT: Permission.DIRECTORY_IMPORT, EXPORT: Permission.DIRECTORY_EXPORT}
"""What one needs to ask for such a job, and to be given its files."""


def seen_as(identity: Identity) -> list[Any]:
    """As whom somebody sees the directory."""
    return [identity.audience, identity.employee, identity.manages, identity.within]


def open_files(conn: Connection, identity: Identity, job: LedgerRow) -> list[JobFileRow]:
    """The files of a job that somebody may have."""
    needed = NEEDED.get(job.kind)
    if needed is None or not has_asked(identity, job.args) or (job.result or {}).get(SEEN_AS) != seen_as(identity):
        return []
    if identity.view_as is not None or not any(needed in BY_ROLE[role] for role in identity.roles):
        return []
    return files.of_job(conn, job.id)
