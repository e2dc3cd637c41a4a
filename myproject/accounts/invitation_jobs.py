"""Inviting everybody who has no account, beside the pages."""

from __future__ import annotations

from datetime import timedelta

from myproject.directory.schema.clock import clock_now
from myproject.directory.visibility.audience import hidden_from
from myproject.jobs import ledger
from myproject.jobs.kinds import job
from myproject.jobs.running import LostError, Work
from myproject.language.texts import marked

from . import invitations, mail_jobs, notifications
from .askers import Asked
from .mail_jobs import ToAccount
from .permissions import Permission

AT_ONCE = 100
"""Invitations per step: each step is one write, which others wait for."""
UNIQUE = "invite everyone"


class InviteEveryone(Asked):
    """How many they agreed to."""

    count: int


@job("accounts.invite_everyone", marked("Invitations for everyone"), InviteEveryone, time_limit=timedelta(hours=1))
def invite_everyone(work: Work, args: InviteEveryone) -> None:
    """Invite step by step, each with its progress in one transaction, so that the next attempt goes on there.

    Whoever asked must still be allowed to: at each step, and as far as they may know of people then.
    """
    known = work.job.progress or {}
    done, skipped, after = known.get("done", 0), known.get("skipped", 0), known.get("after", 0)
    left = True
    while left:
        now, today = work.now(), work.today
        with work.begin() as conn:
            viewer = args.still_with(conn, work, Permission.USER_INVITE).viewer()
            hidden = hidden_from(conn, clock_now(conn, today), viewer)
            step = invitations.invite_everyone(conn, args.origin(now), after=after, limit=AT_ONCE, hidden=hidden)
            for account in step.invited:
                mail_jobs.invitation.enqueue(conn, ToAccount(user=account.id), now=now)
            done, skipped, after = done + len(step.invited), skipped + step.skipped, step.last
            left = bool(step.invited or step.skipped)
            progress = {"done": done, "of": max(args.count, done + skipped), "skipped": skipped, "after": after}
            if not ledger.note_progress(conn, work.job, progress):
                raise LostError
            if not left:
                about = {"job": work.job.kind, "id": work.job.id}
                notifications.notify(conn, "job_done", users=[args.user], args=about, now=now)
                work.finish(conn, {"invited": done, "skipped": skipped})
