"""``myproject check``: everything that is wrong or unsafe in an ini file, told before it is deployed."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

import click

from myproject.commands.context import Context, in_words, pass_context
from myproject.commands.contrast import ENOUGH, PAPER_DAY, PAPER_NIGHT, contrast
from myproject.security.startup import is_loopback, unsafe
from myproject.settings.ini import app_section, server_sections
from myproject.settings.table import NAMES, SETTINGS, Settings, SettingsError, examine, is_read, subject

if TYPE_CHECKING:
    from sqlalchemy import Connection

#: The kind of a finding that is nothing to mend.
NEXT = "next"
#: Modes of PostgreSQL's TLS in which it is certain who answers.
_CERTAIN_TLS = ("verify-full", "verify-ca")


@click.command()
@click.argument("ini", required=False)
@pass_context
def check(context: Context, ini: str | None) -> None:
    """Tell what is wrong or unsafe in INI, by default the one that every command uses. Status 1 if anything is."""
    ini = ini or context.ini
    findings = list(look_over(ini, os.environ))
    for kind, finding in findings:
        click.echo(f"{kind}: {finding}")
    amiss = sum(kind != NEXT for kind, _ in findings)
    if amiss:
        click.echo(f"{ini}: {amiss} to mend.", err=True)
        sys.exit(1)
    click.echo(f"{ini}: nothing is wrong or unsafe.")


def look_over(ini: str, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each finding: ``wrong`` or ``unsafe``, and what it is and what to do; ``next`` for a step that is left to do."""
    try:
        section = app_section(ini, environ)
        servers = server_sections(ini)
    except SettingsError as error:
        for problem in error.problems:
            yield "wrong", problem
        return
    settings, problems = examine(section, environ)
    for problem in problems:
        yield "wrong", problem
    told = {subject(problem) for problem in problems}
    for key in section:
        if not is_read(key) and key not in told:
            yield "wrong", f"{key}: nothing reads it"
    for finding in unsafe(settings, section, environ):
        if subject(finding) not in told:
            yield "unsafe", finding
    yield from _lenient(settings)
    for name, server in servers.items():
        yield from _listening(name, server)
    yield from _defaults(settings)
    yield from _accents(settings)
    if "sqlalchemy.url" in settings:
        yield from _database(settings, f"myproject --ini {ini}")
    yield from _readable(ini, settings)


def _listening(name: str, server: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    given = server.get("listen") or server.get("bind") or server.get("host")
    if given is None and not {"unix_socket", "fd", "sockets"} & server.keys():
        given = "0.0.0.0" if "waitress" in server.get("use", "") else ""  # noqa: S104 - what it does by itself
    for address in (given or "").replace(",", " ").split():
        if not is_loopback(address):
            remedy = "listen on 127.0.0.1, or name the proxy as trusted_proxy"
            if not server.get("trusted_proxy", "").strip():
                yield "unsafe", f"[{name}] listens on {address}: without TLS, which a proxy speaks for it; {remedy}"
    if server.get("trusted_proxy", "").strip() == "*":
        yield "unsafe", f"[{name}] trusted_proxy: believes whatever any client says of itself; name the proxy"
    for complaint in _complaints_of(server):
        yield "unsafe", f"[{name}] {complaint}"


def _complaints_of(server: Mapping[str, str]) -> list[str]:
    """What the server that a section names says of the section: its factory may have a function `look_over` for it."""
    package, _, name = server.get("use", "").removeprefix("egg:").partition("#")
    for entry in entry_points(group="paste.server_factory", name=name or "main"):
        if entry.dist is not None and entry.dist.name == package:
            look_over: Callable[[Mapping[str, str]], list[str]] | None = getattr(entry.load(), "look_over", None)
            return look_over(server) if look_over else []
    return []


def _lenient(settings: Settings) -> Iterator[tuple[str, str]]:
    """Choices that are allowed, and weaker than those that come with it."""
    if settings["security.checks"] == "relaxed":
        yield "unsafe", "security.checks = 'relaxed': it starts whatever is unsafe; leave it out"
    if settings["security.hsts"] == 0:
        yield "unsafe", "security.hsts = 0: browsers may be led to plain http; leave it out once https works"
    for name, usual in (("session.absolute_days", "days"), ("session.idle_minutes", "minutes")):
        most = NAMES[name].default * 4
        if settings[name] > most:
            yield "unsafe", f"{name} = {settings[name]}: a stolen sign-in lasts long; give at most {most} {usual}"
    if settings["session.idle_minutes"] > settings["session.absolute_days"] * 1440:
        yield "wrong", "session.idle_minutes: is longer than session.absolute_days, which ends every sign-in first"
    if settings["session.confirm_minutes"] > 60:
        yield "unsafe", "session.confirm_minutes: a screen left alone opens everything for long; give at most 60"
    if settings["password.min_length"] < NAMES["password.min_length"].default:
        yield "unsafe", f"password.min_length = {settings['password.min_length']}: is easily guessed; leave it out"
    for name in ("throttle.account", "throttle.address", "throttle.everywhere"):
        most = NAMES[name].default * 10
        if settings[name] > most:
            yield "unsafe", f"{name} = {settings[name]}: leaves time to guess passwords; give at most {most}"


def _defaults(settings: Settings) -> Iterator[tuple[str, str]]:
    name = settings["organisation.name"]
    if name in (NAMES["organisation.name"].default, "Larkfield"):
        yield "wrong", f"organisation.name: is still {name}; give the organisation's own name"


def _accents(settings: Settings) -> Iterator[tuple[str, str]]:
    for name, paper, way in (
        ("organisation.accent", PAPER_DAY, "darker"),
        ("organisation.accent_dark", PAPER_NIGHT, "lighter"),
    ):
        found = contrast(settings[name], paper)
        if found is not None and found < ENOUGH:
            yield (
                "wrong",
                f"{name} = {settings[name]}: too faint for links (contrast {found:.1f} of {ENOUGH}); give a {way} one",
            )


def _database(settings: Settings, program: str) -> Iterator[tuple[str, str]]:
    """`program`: how to call the command line with the ini that is looked at."""
    from sqlalchemy.engine import make_url

    from myproject.db.engines import make_engines
    from myproject.db.migrations import current, head

    remedy = f"run `{program} db upgrade`"
    url = make_url(settings["sqlalchemy.url"])
    if url.get_backend_name() == "sqlite":
        file = Path(url.database or "")
        if not file.is_absolute():
            yield "unsafe", "sqlalchemy.url: the file depends on where the program is started; write its whole path"
        if not file.exists():
            # Looking would make an empty one, as the wrong user perhaps.
            yield "wrong", f"the database {file} does not exist yet: {remedy}"
            return
        if file.stat().st_mode & stat.S_IROTH:
            yield "unsafe", f"{file}: every user of this machine can read it; chmod o-r"
    elif url.host and not is_loopback(url.host) and url.query.get("sslmode") not in _CERTAIN_TLS:
        yield "unsafe", f"sqlalchemy.url: add sslmode=verify-full, or anyone on the way to {url.host} can read along"
    engines = make_engines(settings)
    try:
        with engines.read.connect() as conn:
            at = current(conn)
            steps = list(_first_steps(conn, program)) if at == head() else []
    except Exception as error:
        message = in_words(error)
        if message is None:
            raise
        absent = f'database "{url.database}" does not exist' in message
        advice = "; make it with createdb (docs/operating.md, Databases)" if absent else ""
        yield "wrong", f"sqlalchemy.url: {message}{advice}"
        return
    finally:
        engines.dispose()
    if at is None:
        yield "wrong", f"the database is empty: {remedy}"
    elif at != head():
        yield "wrong", f"the database is at {at}, the newest is {head()}: {remedy}"
    yield from steps


def _first_steps(conn: Connection, program: str) -> Iterator[tuple[str, str]]:
    """What to do with a database in which nobody is."""
    from sqlalchemy import select

    from myproject.models.account import User
    from myproject.models.employee import Employee

    if conn.execute(select(Employee.id).limit(1)).first() is None:
        yield NEXT, f"nobody is in the directory yet: run `{program} import people.csv --dry-run`"
    if conn.execute(select(User.id).limit(1)).first() is None:
        yield NEXT, f"nobody can sign in yet: run `{program} user add you@example.org --role administrator`"


def _readable(ini: str, settings: Settings) -> Iterator[tuple[str, str]]:
    """Secrets in files that everyone on the machine can read: the ini, and those that hold one secret each."""
    from sqlalchemy.engine import make_url

    file = Path(ini.partition("#")[0])
    in_ini = []
    for setting in SETTINGS:
        if not setting.secret or setting.name not in settings:
            continue
        if setting.name == "sqlalchemy.url" and not make_url(settings[setting.name]).password:
            continue
        source = settings.source(setting.name)
        if source == "ini":
            in_ini.append(setting.name)
        elif source.endswith(")") and _is_public(Path(source.rpartition(" (")[2][:-1])):
            yield "unsafe", _open(source, setting.name)
    if in_ini and _is_public(file):
        yield "unsafe", _open(file, " and ".join(in_ini))
    folder = settings["mail.folder"]
    if settings["mail.transport"] == "file" and folder and _is_public(folder):
        yield "unsafe", f"{folder}: every user of this machine can read the mails in it; chmod o-rx"


def _open(file: str | Path, what: str) -> str:
    return f"{file}: holds {what}, and every user of this machine can read it; chmod o-r"


def _is_public(file: Path) -> bool:
    return bool(file.stat().st_mode & stat.S_IROTH)
