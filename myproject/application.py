"""What every request of a process shares: settings, engines, the time, the write that follows midnight.

It hangs on the registry: ``app_settings``, ``engines``, ``session_factory``, ``zone``, ``now``,
``roll_forward``, ``paths``, ``sessions``, ``tokens``, ``jobs``, ``live``, ``load``, ``rates``, ``answers``.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pyramid.config import Configurator

from myproject.accounts.sessions import Limits, Sessions
from myproject.accounts.tokens import TokenIdentities
from myproject.cache.answers import answers_in_memory
from myproject.db.answer_limit import ANSWER_LIMIT
from myproject.db.engines import Engines, make_engines
from myproject.db.retry import is_busy
from myproject.db.sessions import make_session_factory
from myproject.directory.present import present_table
from myproject.jobs.pool import Pool
from myproject.live.thread import GatewayThread
from myproject.routes import ROUTES
from myproject.security.rates import Rates
from myproject.web.request import Request
from myproject.web.request_load import RequestLoad
from myproject.web.resources import Root

log = logging.getLogger(__name__)

#: After a roll-forward that failed, seconds before the next attempt of this process.
PAUSE = 10.0
#: Days that a request makes up for by itself: few dates lie in them.
SHORT_SLEEP = 7

_FIXED = {
    "tm.manager_hook": "pyramid_tm.explicit_manager",
    "tm.annotate_user": "false",
    "tm.activate_hook": "myproject.web.outermost_tween.may_write",
    "retry.attempts": "5",
    "retry.activate_hook": "myproject.web.outermost_tween.attempts",
}


def utc_now() -> datetime:
    """The time; tests put another function on ``registry.now``."""
    return datetime.now(UTC)


class RollForward:
    """Takes `present` to a new day, once, for whichever request comes first."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._resting_until = 0.0
        self._rebuild: threading.Thread | None = None

    def __call__(self, today: date, present_day: date | None) -> date | None:
        """The day that `present` has now. Never waits and never fails: the dated rows answer as well.

        A few days are made up at once. After a longer sleep the whole table is made anew, beside the requests.
        """
        days = (today - present_day).days if present_day else None
        if present_table.is_ahead(present_day, today) or time.monotonic() < self._resting_until:
            return present_day
        if days is not None and 0 < days <= SHORT_SLEEP:
            return self._roll(today) or present_day
        if self._rebuild is None or not self._rebuild.is_alive():
            self._rebuild = threading.Thread(
                target=self._roll, args=(today,), kwargs={"unlimited": True}, name="rebuild-present", daemon=True
            )
            self._rebuild.start()
        return present_day

    def wait(self) -> None:
        """Wait for a rebuild that is under way: for tests."""
        if self._rebuild is not None:
            self._rebuild.join()

    def _roll(self, today: date, *, unlimited: bool = False) -> date | None:
        """The day that the table is of afterwards; None where that failed."""
        try:
            with self._engines.begin(wait=0, unlimited=unlimited) as conn:
                present_table.roll_forward(conn, today)
                day = present_table.day_of(conn)
        except Exception as error:  # the page must come, whatever this is
            self._resting_until = time.monotonic() + PAUSE
            known = is_busy(error)
            log.log(
                logging.INFO if known else logging.ERROR,
                "present could not be taken to %s",
                today,
                exc_info=None if known else error,
            )
            return None
        log.info("present is of %s now", day)
        return day


def link_formats() -> dict[str, str]:
    """Route name -> its pattern as a format string, for `Request.link`."""
    return {
        route.name: re.sub(r"\{(\w+):[^{}]*(?:\{[^{}]*\})?[^{}]*\}", r"{\1}", route.pattern).replace(
            "*traverse", "{traverse}"
        )
        for route in ROUTES
    }


def share(registry: Any, settings: Mapping[str, Any]) -> None:
    """Hang everything that is shared on the registry of an application."""
    engines = make_engines(settings, answer_limit=ANSWER_LIMIT)
    registry.app_settings = settings
    registry.engines = engines
    registry.session_factory = make_session_factory(engines.write)
    registry.zone = ZoneInfo(settings["organisation.time_zone"])
    registry.now = utc_now
    registry.roll_forward = RollForward(engines)
    registry.paths = link_formats()
    registry.session_limits = Limits(
        timedelta(minutes=settings["session.idle_minutes"]), timedelta(days=settings["session.absolute_days"])
    )
    registry.sessions = Sessions(engines, registry.session_limits)
    registry.tokens = TokenIdentities(engines)
    registry.jobs = Pool(engines, settings, lambda: registry.now())  # noqa: PLW0108 - tests put another there
    registry.live = GatewayThread(registry)
    registry.load = RequestLoad()
    registry.rates = Rates(settings)
    size = settings["cache.answers"]
    registry.answers = answers_in_memory(size * 1024**2) if size else None


def includeme(config: Configurator) -> None:
    """Our request and its transactions."""
    config.add_settings(_FIXED)
    config.set_request_factory(Request)
    config.set_root_factory(Root)
    config.include("pyramid_retry")
