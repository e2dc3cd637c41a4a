"""Every setting of the application, in one table.

A value comes from the environment variable, the file that the variable with ``_FILE`` names, the ini file,
the file that the ini key with ``_file`` names, or the default: the first that is not blank. All problems are
found before any is told, and secret values are never among the words.
"""

from __future__ import annotations

import difflib
import importlib.util
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from myproject.directory.schema.fields import AUDIENCES, FIELDS
from myproject.directory.schema.headings import known_heading
from myproject.settings import types as kinds

PREFIX = "MYPROJECT_"
MASK = "********"

#: Variables of ours that are no settings.
_OTHER_VARIABLES = frozenset({"MYPROJECT_INI", "MYPROJECT_SHARED"})
_OTHER_PREFIXES = ("MYPROJECT_TEST_", "MYPROJECT_BENCH_")
#: Keys of the libraries that may stand in the same section of the ini.
FOREIGN = ("pyramid.", "jinja2.", "tm.", "retry.", "debugtoolbar.", "use", "set ", "get ", "filter-with")


class SettingsError(Exception):
    """The settings can't be used. `problems` holds a line for each thing that is wrong."""

    def __init__(self, problems: list[str], where: str | None = None) -> None:
        super().__init__(problems, where)
        self.problems = problems
        self.where = where

    def __str__(self) -> str:
        lines = [f"{self.where or 'settings'}: invalid settings:"]
        return "\n".join(lines + [f"  - {problem}" for problem in self.problems])


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the table."""

    name: str
    parse: Callable[[str], Any]
    """Text to value; ValueError tells what to give instead, without repeating the text."""
    default: Any
    """The value when none is given; `REQUIRED` when there is none."""
    help: str
    secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + re.sub(r"\W", "_", self.name).upper()


REQUIRED: Any = object()


class SettingSource(NamedTuple):
    """Where a value came from, and the text that stood there."""

    place: str
    text: str


# --- the table ----------------------------------------------------------------------------------------------

SETTINGS: tuple[Setting, ...] = (
    Setting("sqlalchemy.url", kinds.database, REQUIRED, "Database: sqlite:///FILE or postgresql+psycopg://...", True),
    Setting("database.pool_size", kinds.whole(1, 100), 5, "Connections kept open, for reading and for writing."),
    Setting("database.max_overflow", kinds.whole(0, 100), 10, "Connections beyond those in a rush."),
    Setting("organisation.name", kinds.text(80), "Staff directory", "The name at the head of every page."),
    Setting("organisation.time_zone", kinds.time_zone, "UTC", "Where a day begins and ends (IANA name)."),
    Setting("organisation.logo", kinds.picture, None, "A picture beside the name: SVG, PNG, JPEG or WebP file."),
    Setting("organisation.accent", kinds.colour, "oklch(52% .13 250)", "Colour of links and buttons, by day."),
    Setting("organisation.accent_dark", kinds.colour, "oklch(74% .11 250)", "The same by night."),
    Setting("organisation.phone_country", kinds.country, None, "Country of phone numbers without +: GB."),
    Setting("cache.answers", kinds.whole(0, 1024), 8, "MB per process for lists that were asked for; 0: none kept."),
    Setting(
        "pages.languages", kinds.languages, ("en",), "Languages of the pages, the first for want of another: en de."
    ),
    Setting("page.size", kinds.whole(10, 200), 50, "People on one page of a list."),
    Setting("import.leavers_percent", kinds.whole(0, 100), 5, "Of 100 people, how many an import may let leave."),
    Setting("import.leavers_least", kinds.whole(0, 100_000), 5, "How many it may let leave in any case."),
    Setting("security.checks", kinds.one_of("enforce", "relaxed"), "enforce", "Whether it refuses to start unsafely."),
    Setting("security.secret", kinds.secret, None, "What proofs are made with: 50 characters or more.", True),
    Setting("security.allowed_hosts", kinds.hosts, (), "Names it answers to; .example.org for all below it."),
    Setting("security.base_url", kinds.public_address, "http://127.0.0.1:6543", "Its address for browsers and mails."),
    Setting("security.hsts", kinds.whole(0, 63_072_000), 31_536_000, "Seconds that browsers insist on https; 0: not."),
    Setting("session.idle_minutes", kinds.whole(5, 43_200), 720, "Minutes unused after which a sign-in ends."),
    Setting("session.absolute_days", kinds.whole(1, 365), 14, "Days after which a sign-in ends in any case."),
    Setting("session.confirm_minutes", kinds.whole(1, 1440), 15, "Minutes that typing the password holds good for."),
    Setting("password.min_length", kinds.whole(8, 64), 12, "Characters that a new password needs."),
    Setting("throttle.account", kinds.whole(1, 1000), 10, "Failed sign-ins of one account in five minutes."),
    Setting("throttle.address", kinds.whole(1, 100_000), 10, "Failed sign-ins from one address in five minutes."),
    Setting("throttle.everywhere", kinds.whole(1, 100_000), 20, "Failed sign-ins of one account from all addresses."),
    Setting("throttle.searches", kinds.whole(0, 10_000), 5, "Searches on pages a second of one account; 0: any."),
    Setting("throttle.exports", kinds.whole(0, 10_000), 10, "Lists as files in an hour of one account; 0: any."),
    Setting("api.rate_per_minute", kinds.whole(0, 1_000_000), 600, "Requests a minute of one token; 0: any number."),
    Setting("api.rate_per_address", kinds.whole(0, 1_000_000), 1800, "The same from one address, to the API."),
    Setting("api.public_specification", kinds.flag, False, "Whether its specification is open without signing in."),
    Setting("jobs.threads", kinds.whole(0, 64), 2, "Jobs at a time in each web process; 0: `myproject work` alone."),
    Setting(
        "jobs.transport", kinds.one_of("embedded", "celery"), "embedded", "Who does jobs: threads here, or Celery."
    ),
    Setting("jobs.broker", kinds.broker, None, "For Celery: redis://... or amqp://...", True),
    Setting("jobs.queue", kinds.text(60), "myproject", "For Celery: the queue of this installation."),
    Setting("jobs.keep_days", kinds.whole(1, 3650), 30, "Days that finished jobs are kept; those given up stay."),
    Setting("notifications.keep_days", kinds.whole(1, 3650), 90, "Days that notifications are kept."),
    Setting("mail.transport", kinds.one_of("console", "file", "smtp"), "console", "Where mail goes."),
    Setting("mail.sender", kinds.mail_address, None, "Who mail comes from."),
    Setting("mail.folder", kinds.folder, None, "Where mail.transport = file puts each mail."),
    Setting("mail.smtp_host", kinds.host, None, "The mail server."),
    Setting("mail.smtp_port", kinds.whole(1, 65_535), 587, "Its port."),
    Setting("mail.smtp_user", kinds.text(200), None, "The name to sign in to it with."),
    Setting("mail.smtp_password", kinds.secret, None, "The password to it.", True),
    Setting("mail.smtp_tls", kinds.one_of("starttls", "tls", "none"), "starttls", "How the way to it is protected."),
    *(
        Setting(
            f"audience.{name}",
            kinds.audience_of_name if name == "name" else kinds.one_of(*AUDIENCES),
            info.audience,
            f"Who may see: {info.label.lower() if info.label != 'FTE' else info.label}.",
        )
        for name, info in FIELDS.items()
    ),
)
NAMES: dict[str, Setting] = {setting.name: setting for setting in SETTINGS}


class Settings(Mapping[str, Any]):
    """The settings in effect: ``settings["organisation.name"]``. `source` tells where each came from."""

    __slots__ = ("_sources", "_values")

    def __init__(self, values: dict[str, Any], sources: dict[str, SettingSource]) -> None:
        self._values = values
        self._sources = sources

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Settings({ {name: self.shown(name) for name in self._values} })"

    def source(self, name: str) -> str:
        """Where the value came from, in words."""
        found = self._sources.get(name)
        return found.place if found else "default"

    def shown(self, name: str) -> str:
        """The value as text, without what is secret in it."""
        value = self._values[name]
        if value is None:
            return ""
        if name == "sqlalchemy.url":
            return masked(value)
        if NAMES[name].secret:
            return MASK
        return " ".join(value) if isinstance(value, tuple) else str(value)


def load_settings(ini: Mapping[str, str], environ: Mapping[str, str], where: str | None = None) -> Settings:
    """The settings from the ini's section of the application and the environment.

    ``where`` names the ini in messages. Raises `SettingsError` with every problem at once.
    """
    settings, problems = examine(ini, environ)
    if problems:
        raise SettingsError(problems, where)
    return settings


def examine(ini: Mapping[str, str], environ: Mapping[str, str]) -> tuple[Settings, list[str]]:
    """What `load_settings` gives, as far as it goes, and every problem.

    A setting with a problem has its default here, or is missing when it has none.
    """
    problems: list[str] = []
    values: dict[str, Any] = {}
    sources: dict[str, SettingSource] = {}
    for setting in SETTINGS:
        try:
            source = _find(setting, ini, environ)
        except ValueError as error:
            problems.append(str(error))
            continue
        if source is None:
            if setting.default is REQUIRED:
                choice = f"{setting.variable} or {setting.variable}_FILE"
                problems.append(f"{setting.name}: required; set it in the ini, or as {choice}")
            else:
                values[setting.name] = setting.default
            continue
        try:
            values[setting.name] = setting.parse(source.text)
            sources[setting.name] = source
        except ValueError as error:
            if setting.default is not REQUIRED:
                values[setting.name] = setting.default
            problems.append(_complaint(setting, source, str(error)))
    problems.extend(_together(values))
    problems.extend(_unknown_keys(ini))
    problems.extend(_unknown_variables(environ))
    return Settings(values, sources), problems


def _together(values: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with values that are each good by themselves."""
    if values.get("jobs.transport") == "celery":
        if not values.get("jobs.broker"):
            yield "jobs.broker: required by jobs.transport = celery; give redis://HOST/0 or amqp://USER:PASSWORD@HOST//"
        if importlib.util.find_spec("celery") is None:
            yield "jobs.transport = 'celery': celery is not there; run pip install myproject[celery]"


def _find(setting: Setting, ini: Mapping[str, str], environ: Mapping[str, str]) -> SettingSource | None:
    name, variable = setting.name, setting.variable
    for place, is_file, text in (
        (variable, False, environ.get(variable, "")),
        (f"{variable}_FILE", True, environ.get(f"{variable}_FILE", "")),
        ("ini", False, ini.get(name, "")),
        (f"ini, {name}_file", True, ini.get(f"{name}_file", "")),
    ):
        text = text.strip()
        if not text:
            continue
        if not is_file:
            return SettingSource(place, text)
        try:
            content = Path(text).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            key = place.removeprefix("ini, ")
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise ValueError(f"{key}: the file {text} can't be read: {reason}") from None
        if content:
            return SettingSource(f"{place} ({text})", content)
    return None


def _complaint(setting: Setting, source: SettingSource, message: str) -> str:
    given = "" if setting.secret else f" = {source.text[:80]!r}"
    if source.place == "ini" and (source.text.startswith("$") or "${" in source.text):
        message = f"the ini expands no environment variables; set {setting.variable}, which goes first"
    place = "" if source.place == "ini" else f" (from {source.place})"
    return f"{setting.name}{given}: {message}{place}"


def subject(problem: str) -> str:
    """The name that a problem is about."""
    return problem.split(":", 1)[0].split(" = ", 1)[0]


def masked(address: str) -> str:
    """A database address without its password and without the parameters that may hold one."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        return MASK
    secret = [key for key in url.query if "password" in key.lower()]
    return url.difference_update_query(secret).render_as_string(hide_password=True).replace("***", MASK)


# --- names that nobody knows --------------------------------------------------------------------------------


def is_read(key: str) -> bool:
    """Whether a key of the ini's section of the application is a setting, or belongs to a library we use."""
    return key in NAMES or key.removesuffix("_file") in NAMES or key.startswith(FOREIGN)


def _unknown_keys(ini: Mapping[str, str]) -> list[str]:
    """Keys that look like ours and are not. What looks like nobody's may belong to an add-on of Pyramid's."""
    groups: dict[str, dict[str, str]] = {}
    for name in NAMES:
        group, _, tail = name.partition(".")
        groups.setdefault(group, {})[tail] = name
    tails = {tail: name for group, names in groups.items() if group != "audience" for tail, name in names.items()}
    problems = []
    for key in ini:
        if is_read(key):
            continue
        group, dot, tail = key.lower().partition(".")
        if dot:
            alike = difflib.get_close_matches(group, groups, 1, 0.75)
            meant = _closest(tail, groups[alike[0]], 0.6) or tails.get(tail) if alike else None
        else:
            # A setting that has lost its group: ``time_zone``.
            meant = _closest(group, tails, 0.85)
            alike = [group] if meant else []
        if alike:
            problems.append(f"{key}: unknown setting" + (f" (did you mean {meant}?)" if meant else ""))
    return problems


def _closest(tail: str, names: Mapping[str, str], cutoff: float) -> str | None:
    alike = difflib.get_close_matches(tail, names, 1, cutoff)
    if alike:
        return names[alike[0]]
    # A field by another of its names: ``audience.birthdate``.
    heading = known_heading(tail)
    return names.get(heading.field) if heading else None


def _unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Variables of our prefix that are one slip away from a setting.

    Others pass: a container platform makes ``MYPROJECT_SERVICE_HOST`` and the like of its own accord.
    """
    known = {setting.variable for setting in SETTINGS}
    known |= {f"{variable}_FILE" for variable in known} | _OTHER_VARIABLES
    problems = []
    for variable in environ:
        if not variable.startswith(PREFIX) or variable in known or variable.startswith(_OTHER_PREFIXES):
            continue
        alike = difflib.get_close_matches(variable, known, 1, 0.88)
        if alike:
            problems.append(f"{variable}: unknown environment variable (did you mean {alike[0]}?)")
    return problems
