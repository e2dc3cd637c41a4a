"""Every setting of the application, in one table.

A value comes from the environment variable, the file that the variable with ``_FILE`` names, the ini file,
the file that the ini key with ``_file`` names, or the default: the first that is not blank. All problems are
found before any is told, and secret values are never among the words.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from myproject.directory.fields import AUDIENCES, FIELDS, heading_key, headings

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


class Source(NamedTuple):
    """Where a value came from, and the text that stood there."""

    place: str
    text: str


# --- parsers: text to value, ValueError with a remedy -------------------------------------------------------


def _text(limit: int) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if len(text) > limit or not text.isprintable():
            raise ValueError(f"give one line of at most {limit} characters")
        return text

    return parse


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise ValueError(f"give a whole number from {low} to {high}")
        return int(text)

    return parse


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"give one of {', '.join(choices)}{nearest(text, choices)}")
        return text

    return parse


def _database(text: str) -> str:
    from sqlalchemy.exc import ArgumentError

    from myproject.db.engines import UnsupportedDatabaseError, engines_for

    example = "give an address such as sqlite:////var/lib/myproject/directory.sqlite or postgresql+psycopg://host/name"
    try:
        engines_for(text)
    except UnsupportedDatabaseError as error:
        raise ValueError(str(error).removeprefix("sqlalchemy.url: ")) from None
    except (ArgumentError, ValueError, TypeError, ImportError):
        # Their messages repeat the address, and with it the password.
        raise ValueError(example) from None
    return text


def _time_zone(text: str) -> str:
    from zoneinfo import ZoneInfo, available_timezones

    try:
        ZoneInfo(text)
    except (ValueError, OSError, LookupError):
        known = available_timezones()
        raise ValueError(f"give an IANA time zone, such as Europe/London{nearest(text, known)}") from None
    return text


def _picture(text: str) -> Path:
    path = Path(text)
    kinds = (".svg", ".png", ".jpg", ".jpeg", ".webp")
    if path.suffix.lower() not in kinds:
        raise ValueError(f"give the path of a picture whose name ends in {', '.join(kinds)}")
    try:
        with path.open("rb"):
            return path.absolute()
    except OSError as error:
        raise ValueError(f"the file can't be read: {error.strerror}") from None


_COLOUR_FUNCTION = re.compile(r"(oklch|oklab|lch|lab|rgba?|hsla?|hwb)\([0-9a-z%., /+-]{1,60}\)", re.IGNORECASE)


def _colour(text: str) -> str:
    from PIL.ImageColor import colormap

    is_hex = re.fullmatch(r"#([0-9a-f]{3}|[0-9a-f]{6})", text, re.IGNORECASE)
    if not (is_hex or text.lower() in colormap or _COLOUR_FUNCTION.fullmatch(text)):
        raise ValueError("give a CSS colour, such as #1f5fae, teal or oklch(52% .13 250)")
    return text


def _country(text: str) -> str:
    from phonenumbers import SUPPORTED_REGIONS

    if text.upper() not in SUPPORTED_REGIONS:
        raise ValueError("give the two letters of a country, such as GB")
    return text.upper()


def _audience_of_name(text: str) -> str:
    if text != "colleagues":
        raise ValueError("a name is always for colleagues: without it there is nobody to find")
    return text


# --- the table ----------------------------------------------------------------------------------------------

SETTINGS: tuple[Setting, ...] = (
    Setting("sqlalchemy.url", _database, REQUIRED, "Database: sqlite:///FILE or postgresql+psycopg://...", True),
    Setting("database.pool_size", _whole(1, 100), 5, "Connections kept open, for reading and for writing."),
    Setting("database.max_overflow", _whole(0, 100), 10, "Connections beyond those in a rush."),
    Setting("organisation.name", _text(80), "Staff directory", "The name at the head of every page."),
    Setting("organisation.time_zone", _time_zone, "UTC", "Where a day begins and ends (IANA name)."),
    Setting("organisation.logo", _picture, None, "A picture beside the name: SVG, PNG, JPEG or WebP file."),
    Setting("organisation.accent", _colour, "oklch(52% .13 250)", "Colour of links and buttons, by day."),
    Setting("organisation.accent_dark", _colour, "oklch(74% .11 250)", "The same by night."),
    Setting("organisation.phone_country", _country, None, "Country of phone numbers without +: GB."),
    Setting("page.size", _whole(10, 200), 50, "People on one page of a list."),
    *(
        Setting(
            f"audience.{name}",
            _audience_of_name if name == "name" else _one_of(*AUDIENCES),
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

    def __init__(self, values: dict[str, Any], sources: dict[str, Source]) -> None:
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
        return masked(str(value)) if NAMES[name].secret else str(value)


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
    sources: dict[str, Source] = {}
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
    problems.extend(_unknown_keys(ini))
    problems.extend(_unknown_variables(environ))
    return Settings(values, sources), problems


def _find(setting: Setting, ini: Mapping[str, str], environ: Mapping[str, str]) -> Source | None:
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
            return Source(place, text)
        try:
            content = Path(text).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            key = place.removeprefix("ini, ")
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise ValueError(f"{key}: the file {text} can't be read: {reason}") from None
        if content:
            return Source(f"{place} ({text})", content)
    return None


def _complaint(setting: Setting, source: Source, message: str) -> str:
    given = "" if setting.secret else f" = {source.text[:80]!r}"
    if source.place == "ini" and (source.text.startswith("$") or "${" in source.text):
        message = f"the ini expands no environment variables; set {setting.variable}, which goes first"
    place = "" if source.place == "ini" else f" (from {source.place})"
    return f"{setting.name}{given}: {message}{place}"


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


def nearest(name: str, known: Any) -> str:
    """`` (did you mean ...?)``, or nothing when no known name is like it."""
    folded = {one.lower(): one for one in known}
    found = difflib.get_close_matches(name.lower(), folded, 1, 0.6)
    return f" (did you mean {folded[found[0]]}?)" if found else ""


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
    field = headings().get(heading_key(tail))
    return names.get(field) if field else None


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
