"""Every model, imported in one place: what the migrations compare the database with."""

from . import (
    access_token,
    account,
    change_set,
    counter,
    department,
    employee,
    employment,
    idempotency,
    job,
    job_file,
    location,
    notification,
    picture,
    present,
    report,
    search,
    vocabulary,
)
from .meta import Base

__all__ = [
    "Base",
    "access_token",
    "account",
    "change_set",
    "counter",
    "department",
    "employee",
    "employment",
    "idempotency",
    "job",
    "job_file",
    "location",
    "notification",
    "picture",
    "present",
    "report",
    "search",
    "vocabulary",
]
metadata = Base.metadata
