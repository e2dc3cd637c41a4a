"""Files of jobs: what was sent with one, and what it has made. Kept as long as the job is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, literal, select, update

from myproject.models.job import BackgroundJob
from myproject.models.job_file import JobFile, JobFilePart

_J = BackgroundJob.__table__
_F = JobFile.__table__
_P = JobFilePart.__table__
PART = 1024**2
"""Bytes of a part: what is in memory at a time."""


class JobFileRow(NamedTuple):
    """A file, without its contents."""

    id: int
    job_id: int
    name: str
    media_type: str
    size: int
    is_input: bool


_ROW = [_F.c[name] for name in JobFileRow._fields]
_CONTENT = select(_P.c.content).where(_P.c.file_id == bindparam("file"), _P.c.number == bindparam("number"))


def add(conn: Connection, job: int, name: str, media_type: str, content: BinaryIO, *, is_input: bool = False) -> None:
    """Keep a file, from where it is read to its end."""
    values = {"job_id": job, "name": name, "media_type": media_type, "size": 0, "is_input": is_input}
    file = conn.execute(insert(_F).returning(_F.c.id), values).scalar_one()
    size = number = 0
    while part := content.read(PART):
        conn.execute(insert(_P), {"file_id": file, "number": number, "content": part})
        size, number = size + len(part), number + 1
    conn.execute(update(_F).where(_F.c.id == file).values(size=size))


def share(conn: Connection, job: int, other: int) -> None:
    """Keep the files that were sent with a job with another one too."""
    for file in of_job(conn, job, is_input=True):
        values = {**file._asdict(), "job_id": other}
        del values["id"]
        copy = conn.execute(insert(_F).returning(_F.c.id), values).scalar_one()
        parts = select(literal(copy), _P.c.number, _P.c.content).where(_P.c.file_id == file.id)
        conn.execute(insert(_P).from_select(["file_id", "number", "content"], parts))


def of_job(conn: Connection, job: int, *, is_input: bool = False) -> list[JobFileRow]:
    """The files that a job has made, or those that were sent with it."""
    query = select(*_ROW).where(_F.c.job_id == job, _F.c.is_input == is_input).order_by(_F.c.id)
    return [JobFileRow._make(row) for row in conn.execute(query)]


def content(conn: Connection, file: JobFileRow) -> Iterator[bytes]:
    """What is in a file, in parts."""
    for number in range(-(-file.size // PART)):
        yield conn.execute(_CONTENT, {"file": file.id, "number": number}).scalar_one()


def forget_old(conn: Connection, before: datetime) -> int:
    """Forget the files of jobs that ended before a moment; how many."""
    old = select(_F.c.id).join(_J, _J.c.id == _F.c.job_id).where(_J.c.finished_at < before)
    conn.execute(delete(_P).where(_P.c.file_id.in_(old)))
    return conn.execute(delete(_F).where(_F.c.id.in_(old))).rowcount
