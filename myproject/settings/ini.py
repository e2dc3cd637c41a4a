"""Reads an ini file outside the server: for the command line, the migrations, and to look it over.

pserve reads the ini by itself. Whoever else does reads it here, so that whatever is wrong with it becomes the same
list of problems as wrong settings: never a traceback, never a value that may be secret.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from myproject.settings.table import PREFIX, Settings, SettingsError, examine, load_settings

_LONE_PERCENT = re.compile(r"%(?!%|\([^)]*\)s)")
_REFERENCE = re.compile(r"%\(([^)]*)\)s")


def settings_of(ini: str, environ: Mapping[str, str]) -> Settings:
    """The settings for an ini file and the environment; `SettingsError` with all that is wrong with either."""
    return load_settings(app_section(ini, environ), environ, ini)


@contextmanager
def exit_on_settings_errors() -> Iterator[None]:
    """Ends the program with the list of problems and status 1 when the settings inside are wrong."""
    try:
        yield
    except SettingsError as error:
        raise SystemExit(str(error)) from None


def app_section(ini: str, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the ini says to the application, as pserve would hand it over.

    ``ini`` may end in ``#name`` for another section than ``[app:main]``. The environment only serves to tell further
    problems along with one that keeps the file from being read.
    """
    path, _, name = ini.partition("#")
    raw = _raw(path)
    section = f"app:{name or 'main'}"
    if not raw.has_section(section):
        raise SettingsError([f"there is no section [{section}]"], ini)
    _check_percents(raw, section, ini, environ or {})

    from plaster import PlasterError, get_loader

    try:
        return dict(get_loader(ini).get_wsgi_app_settings())
    except (configparser.Error, PlasterError, LookupError, ImportError, OSError, ValueError, AssertionError) as error:
        raise SettingsError([f"[{section}] can't be read: {_one_line(error)}"], ini) from None


def server_sections(ini: str) -> dict[str, dict[str, str]]:
    """The sections that begin with ``server:``, by their names, as they stand there."""
    raw = _raw(ini.partition("#")[0])
    return {name: dict(raw.items(name)) for name in raw.sections() if name.startswith("server:")}


def set_up_logging(ini: str) -> None:
    """Log as the ini says; `SettingsError` when it can't be done."""
    from plaster import get_loader

    try:
        get_loader(ini).setup_logging()
    except (ValueError, KeyError, OSError, ImportError, configparser.Error) as error:
        raise SettingsError([f"the logging sections can't be used: {_one_line(error)}"], ini) from None


def _raw(path: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(default_section="DEFAULT", inline_comment_prefixes=None)
    try:
        with Path(path).open(encoding="utf-8") as lines:
            parser.read_file(lines)
    except FileNotFoundError:
        raise SettingsError(["there is no such file; name one with --ini or in MYPROJECT_INI"], path) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise SettingsError([f"the file can't be read: {reason}"], path) from None
    except configparser.MissingSectionHeaderError as error:
        problem = f"line {error.lineno}: there is no [section] before it; the application's is [app:main]"
        raise SettingsError([problem], path) from None
    except configparser.ParsingError as error:
        # Its own message repeats the lines, and a line may hold a password.
        problems = [f"line {number}: write `name = value`, or begin a comment with #" for number, _ in error.errors]
        raise SettingsError(problems, path) from None
    except configparser.Error as error:
        raise SettingsError([_one_line(error)], path) from None
    return parser


def _check_percents(raw: configparser.RawConfigParser, section: str, ini: str, environ: Mapping[str, str]) -> None:
    """Raise for each value that the ini reader would stumble over because of a percent sign in it."""
    items = dict(raw.items(section))
    known = items.keys() | {"here", "__file__"}
    problems = {}
    for key, value in items.items():
        variable = PREFIX + re.sub(r"\W", "_", key).upper()
        rest = value.replace("%%", "")
        unknown = [name for name in _REFERENCE.findall(rest) if name.lower() not in known]
        if _LONE_PERCENT.search(rest):
            problems[key] = (
                f"{key}: write every percent sign twice (%40 in an address becomes %%40), "
                f"or set {variable}, where nothing is doubled"
            )
        elif unknown:
            problems[key] = (
                f"{key}: %({unknown[0]})s is not defined; the ini knows %(here)s, and the environment goes first "
                f"by itself as {variable}"
            )
    if not problems:
        return
    others = {key: value.replace("%%", "%") for key, value in items.items() if key not in problems}
    _, further = examine({key: value for key, value in others.items() if "%(" not in value}, environ)
    told_already = tuple(f"{key}:" for key in items if key in problems or "%(" in items[key])
    raise SettingsError(
        [*problems.values(), *(problem for problem in further if not problem.startswith(told_already))], ini
    )


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())
