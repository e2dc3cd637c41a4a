"""Celery as the transport of jobs: a message says which job is due; the ledger remains the truth.

    jobs.transport = celery
    jobs.broker = redis://localhost/0        (or amqp://guest:guest@localhost//)

Needs `pip install myproject[celery]`. Who has written a job announces it to the broker, beside the request; every
worker (`myproject work`) looks for what is due as well, so a message that was lost, or could not be sent because the
broker was away, is sent again. A message that comes twice finds nothing to claim. So nothing is asked of a broker but
to carry messages now and then; retries, due times and what became of a job are the ledger's.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from celery import Celery

if TYPE_CHECKING:
    from .pool import Pool

log = logging.getLogger(__name__)

TASK = "myproject.job"
RESEND = 10.0
"""Seconds after which a job that is still due is announced again."""
EXPIRES = 60
"""Seconds after which nobody need read a message: the job has been announced again by then."""


def celery_app(settings: Mapping[str, Any]) -> Celery:
    """The application of Celery for a broker. Makes no connection."""
    app = Celery("myproject", broker=settings["jobs.broker"], set_as_current=False)
    app.conf.update(
        task_default_queue=settings["jobs.queue"],
        task_ignore_result=True,
        # A message is done with when its job is: a worker that dies gives it back.
        task_acks_late=True,
        worker_prefetch_multiplier=1,
        # Else Celery asks the broker, after a lost connection, for more messages at a time from the threads that do the
        # jobs, beside the one that reads: with RabbitMQ bytes get lost between them, and the worker reads for ever.
        worker_enable_prefetch_count_reduction=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        # Nobody asks workers anything, and RabbitMQ refuses two of one name.
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_timeout=2,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={"socket_timeout": 5, "socket_connect_timeout": 2},
    )
    return app


class Announcer:
    """Sends messages about jobs that are due, each once in a while."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._app = celery_app(settings)
        self._sent: dict[int, float] = {}

    def announce(self, due: Sequence[int]) -> int:
        """Tell the broker of jobs that it was not told of lately; how many. Raises what the broker's client raises."""
        now = time.monotonic()
        self._sent = {job: at for job, at in self._sent.items() if now - at < RESEND}
        new = [job for job in due if job not in self._sent]
        for job in new:
            self._app.send_task(TASK, args=(job,), retry=False, expires=EXPIRES)
            self._sent[job] = now
        return len(new)

    def close(self) -> None:
        """Let go of the broker."""
        self._app.close()


def work(pool: Pool, settings: Mapping[str, Any], threads: int) -> None:
    """Be a worker, until a signal ends it: Celery's, with so many threads."""
    app = celery_app(settings)

    @app.task(name=TASK)
    def do(job: int) -> None:
        """Do a job, unless somebody else does."""
        pool.do(job)

    try:
        app.worker_main([
            "worker", "--pool=threads", f"--concurrency={threads}", "--without-gossip", "--without-mingle",
            "--loglevel=WARNING", "--hostname=work@%h",
        ])  # fmt: skip
    finally:
        app.close()
