"""Mails about accounts, as jobs. A link that a mail holds is made when it is sent: the ledger holds none."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from myproject.jobs import ledger
from myproject.jobs.kinds import Args, job
from myproject.jobs.running import Work
from myproject.language.texts import marked

from . import links, mails, users
from .audit import Event, Origin, record
from .links import Purpose
from .users import Account

LIMIT = timedelta(minutes=2)
"""How long a mail server may take in all."""


class ToAccount(Args):
    """Whom to write to."""

    user: int


class NewEmail(ToAccount):
    """Somebody wants to sign in with another address."""

    email: str


class Forgotten(Args):
    """Somebody who has not signed in asks for a new password."""

    email: str
    """As it was typed: of an account or of none."""
    address: str | None
    request_id: str | None


@job("mail.invitation", marked("Invitation"), ToAccount, time_limit=LIMIT)
def invitation(work: Work, args: ToAccount) -> None:
    """A link with which to choose a first password; none for who has one by now."""
    with work.begin() as conn:
        account = _enabled(conn, args.user)
        if account is None or account.password_hash:
            return
        token = links.make(conn, _origin(work), account, Purpose.INVITE)
    work.mail(mails.invitation(work.settings, account, token))


@job("mail.password_reset", marked("Link for a new password"), ToAccount, time_limit=LIMIT)
def password_reset(work: Work, args: ToAccount) -> None:
    """A link that an administrator sends."""
    with work.begin() as conn:
        account = _enabled(conn, args.user)
        if account is None:
            return
        token = links.make(conn, _origin(work), account, Purpose.RESET)
    work.mail(mails.forgotten(work.settings, account, token))


@job("mail.password_forgotten", marked("Link for a new password"), Forgotten, time_limit=LIMIT)
def password_forgotten(work: Work, args: Forgotten) -> None:
    """A link for who has forgotten theirs, if there is an account that may sign in.

    Looked up here, not in the request: how long that takes would tell whether there is one.
    """
    origin = Origin("nobody", work.now(), args.address, args.request_id)
    today = work.today
    with work.begin() as conn:
        account = users.by_email(conn, args.email)
        if account is None or account.disabled_at is not None:
            return
        if account.employee_id is not None and not users.is_employed(conn, account.employee_id, today):
            return
        token = links.make(conn, origin, account, Purpose.RESET)
        if work.job.progress is None:
            record(conn, origin, Event.PASSWORD_FORGOTTEN, user=account.id, target=account.email)
            ledger.note_progress(conn, work.job, {"recorded": True})
    work.mail(mails.forgotten(work.settings, account, token))


@job("mail.password_changed", marked("Notice of a new password"), ToAccount, time_limit=LIMIT)
def password_changed(work: Work, args: ToAccount) -> None:
    """Tell the owner that the password was changed."""
    with work.engines.read.connect() as conn:
        account = users.by_id(conn, args.user)
    if account is not None:
        work.mail(mails.password_changed(work.settings, account))


@job("mail.email_confirmation", marked("Confirmation of a new email address"), NewEmail, time_limit=LIMIT)
def email_confirmation(work: Work, args: NewEmail) -> None:
    """A link to the new address, unless an account has it."""
    with work.begin() as conn:
        account = _enabled(conn, args.user)
        if account is None or users.by_email(conn, args.email) is not None:
            return
        token = links.make(conn, _origin(work), account, Purpose.EMAIL, new_email=args.email)
    work.mail(mails.confirm_email(work.settings, account, args.email, token))


@job("mail.email_changing", marked("Notice of a new email address"), NewEmail, time_limit=LIMIT)
def email_changing(work: Work, args: NewEmail) -> None:
    """Tell the old address that somebody wants to use another one."""
    with work.engines.read.connect() as conn:
        account = _enabled(conn, args.user)
    if account is not None:
        work.mail(mails.email_changing(work.settings, account, args.email))


def _enabled(conn: Connection, user: int) -> Account | None:
    account = users.by_id(conn, user)
    return None if account is None or account.disabled_at else account


def _origin(work: Work) -> Origin:
    return Origin("jobs", work.now(), None, None)
