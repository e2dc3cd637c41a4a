"""``myproject user``: accounts, named by their mail address. Everything done here is in the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from myproject.accounts.permissions import GRANTED
from myproject.commands.context import Context, pass_context

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from myproject.accounts.audit import Origin
    from myproject.accounts.users import Account

_role = click.option(
    "--role", type=click.Choice([role.value for role in GRANTED]), help="A role to have beyond that of any employee."
)
_department = click.option("--department", metavar="CODE", help="The department, for a role that is for one.")
_until = click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The last day of the role.")


@click.group()
def user() -> None:
    """Add accounts, look at them, grant roles, disable them."""


@contextmanager
def doing(context: Context) -> Iterator[tuple[Connection, Origin]]:
    """A transaction, and who does what is done in it; what can't be done is told in words."""
    from myproject.accounts.audit import Origin
    from myproject.accounts.errors import AccountError

    try:
        with context.database.begin() as conn:
            yield conn, Origin(context.author, datetime.now(UTC))
    except AccountError as error:
        raise click.ClickException(str(error)) from None


def account_of(conn: Connection, mail: str) -> Account:
    from myproject.accounts.errors import AccountError
    from myproject.accounts.users import by_email

    found = by_email(conn, mail)
    if found is None:
        raise AccountError(f"There is no account for {mail}.", "`myproject user list` shows those there are.")
    return found


def _grant(
    context: Context, conn: Connection, origin: Origin, account: Account, role: str, department: str | None, until: Any
) -> None:
    from myproject.accounts.permissions import Role
    from myproject.accounts.roles import expiry, grant

    last: date | None = until.date() if until else None
    zone = ZoneInfo(context.settings["organisation.time_zone"])
    grant(conn, origin, account, Role(role), department_code=department, expires_at=expiry(last, zone))


@user.command()
@click.argument("mail")
@_role
@_department
@click.option("--employee", metavar="NUMBER", help="The employee whose account it is; else whoever has this address.")
@pass_context
def add(context: Context, mail: str, role: str | None, department: str | None, employee: str | None) -> None:
    """Add an account for MAIL. It has no password: `link` or `invite` lets its owner in."""
    from myproject.accounts.users import add as add_account

    with doing(context) as (conn, origin):
        account = add_account(conn, origin, mail, employee_number=employee)
        if role:
            _grant(context, conn, origin, account, role, department, None)
    whose = f", of {account.employee_name} ({account.employee_number})" if account.employee_name else ""
    click.echo(f"{account.email} has an account{whose}.")
    if account.employee_id is None and role is None:
        click.echo(
            "It belongs to no employee and has no role, so it sees nothing yet: grant one, or link it.", err=True
        )
    click.echo(f"To let them in: `{context.command(f'user invite {account.email}')}`.", err=True)


_printed = click.option("--print", "printed", is_flag=True, help="Print the link instead of sending it.")


@user.command()
@click.argument("mail")
@_printed
@pass_context
def invite(context: Context, mail: str, printed: bool) -> None:
    """Send MAIL a link with which to choose a password; an account is added if there is none."""
    from myproject.accounts import links, mails
    from myproject.accounts.invitations import invite_address
    from myproject.jobs.mail import send

    with doing(context) as (conn, origin):
        account = invite_address(conn, origin, mail)
        token = links.make(conn, origin, account, links.Purpose.INVITE)
    if printed:
        click.echo(mails.address(context.settings, "invite", token))
        return
    send(context.settings, mails.invitation(context.settings, account, token))
    click.echo(f"An invitation is on its way to {account.email}.")


@user.command("list")
@click.option("--disabled", is_flag=True, help="Only those that are disabled.")
@pass_context
def list_(context: Context, disabled: bool) -> None:
    """List the accounts: address, state, roles, name."""
    from myproject.accounts.roles import grants
    from myproject.accounts.users import page

    with context.database.read.connect() as conn:
        held: dict[int, list[str]] = {}
        for each in grants(conn):
            held.setdefault(each.user_id, []).append(_role_words(each))
        after = ""
        while found := page(conn, state="disabled" if disabled else "", after=after, limit=500):
            for account in found:
                roles = ", ".join(held.get(account.id, [])) or "-"
                click.echo(f"{account.email}\t{account.state}\t{roles}\t{account.employee_name or '-'}")
            after = found[-1].email


def _role_words(grant: Any) -> str:
    words = f"{grant.role} of {grant.department_code}" if grant.department_code else str(grant.role)
    return f"{words} until {grant.expires_at:%Y-%m-%d %H:%M} UTC" if grant.expires_at else words


@user.command()
@click.argument("mail")
@pass_context
def show(context: Context, mail: str) -> None:
    """Show an account: whose it is, its roles, where it is signed in."""
    from myproject.accounts import sessions
    from myproject.accounts.roles import grants

    with context.database.read.connect() as conn:
        try:
            account = account_of(conn, mail)
        except ValueError as error:
            raise click.ClickException(str(error)) from None
        lines = [("account", account.email), ("state", account.state)]
        lines.append(
            ("employee", f"{account.employee_name} ({account.employee_number})" if account.employee_id else "-")
        )
        lines += [
            ("role", f"{_role_words(each)}, granted by {each.granted_by}") for each in grants(conn, user=account.id)
        ]
        lines.append(("added", in_words(account.created_at)))
        lines.append(("last sign-in", in_words(account.signed_in_at) if account.signed_in_at else "never"))
        for each in sessions.of_user(conn, account.id, _limits(context), datetime.now(UTC)):
            lines.append(
                (
                    "signed in",
                    f"since {in_words(each.created_at)}, last used {in_words(each.used_at)}, {each.address}",
                )
            )
    for name, value in lines:
        click.echo(f"{name:>12}  {value}")


def in_words(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _limits(context: Context) -> Any:
    from datetime import timedelta

    from myproject.accounts.sessions import Limits

    settings = context.settings
    return Limits(
        timedelta(minutes=settings["session.idle_minutes"]), timedelta(days=settings["session.absolute_days"])
    )


@user.command()
@click.argument("mail")
@pass_context
def disable(context: Context, mail: str) -> None:
    """Disable an account: its sessions end at once."""
    from myproject.accounts.users import disable as disable_account

    with doing(context) as (conn, origin):
        disable_account(conn, origin, account_of(conn, mail))
    click.echo(f"{mail} is disabled.")


@user.command()
@click.argument("mail")
@pass_context
def enable(context: Context, mail: str) -> None:
    """Enable an account again."""
    from myproject.accounts.users import enable as enable_account

    with doing(context) as (conn, origin):
        enable_account(conn, origin, account_of(conn, mail))
    click.echo(f"{mail} is enabled.")


@user.command()
@click.argument("mail")
@pass_context
def link(context: Context, mail: str) -> None:
    """Print a link that signs MAIL in, once, within a day; then a password can be chosen on the page of the account."""
    click.echo(make_link(context, mail))


def make_link(context: Context, mail: str) -> str:
    """A fresh single-use sign-in link for an account; it is in the audit log."""
    from myproject.accounts import links, mails
    from myproject.accounts.audit import Event, record
    from myproject.accounts.errors import AccountError

    with doing(context) as (conn, origin):
        account = account_of(conn, mail)
        if account.disabled_at:
            raise AccountError(f"{account.email} is disabled.", "Enable it first.")
        token = links.make(conn, origin, account, links.Purpose.SIGN_IN)
        record(conn, origin, Event.LINK_MADE, user=account.id, target=account.email)
    return mails.address(context.settings, "link", token)


@user.command()
@click.argument("mail")
@pass_context
def session(context: Context, mail: str) -> None:
    """Print the Cookie header of a fresh session of MAIL: for tests and benchmarks."""
    from myproject.accounts import sign_in
    from myproject.accounts.errors import AccountError
    from myproject.accounts.users import is_employed
    from myproject.security.cookies import SESSION, cookie_name

    with doing(context) as (conn, origin):
        account = account_of(conn, mail)
        if account.disabled_at:
            raise AccountError(f"{account.email} is disabled.", "Enable it first.")
        if account.employee_id is not None and not is_employed(conn, account.employee_id, context.today):
            raise AccountError(f"{account.name} does not work here today.", "Their account can't be used.")
        token = sign_in.begin(conn, origin, account, user_agent=context.author, how="command")
    click.echo(f"{cookie_name(context.settings, SESSION)}={token}")


@user.command()
@click.argument("mail")
@click.argument("role", type=click.Choice([role.value for role in GRANTED]))
@_department
@_until
@pass_context
def grant(context: Context, mail: str, role: str, department: str | None, until: Any) -> None:
    """Grant a role to MAIL: everywhere, or on a department and all below it."""
    with doing(context) as (conn, origin):
        _grant(context, conn, origin, account_of(conn, mail), role, department, until)
    click.echo(f"{mail} is {role}{f' of {department}' if department else ''} now.")


@user.command()
@click.argument("mail")
@click.argument("role", type=click.Choice([role.value for role in GRANTED]))
@_department
@pass_context
def revoke(context: Context, mail: str, role: str, department: str | None) -> None:
    """Take a role from MAIL, at once."""
    from myproject.accounts.permissions import Role
    from myproject.accounts.roles import revoke as take

    with doing(context) as (conn, origin):
        take(conn, origin, account_of(conn, mail), Role(role), department_code=department)
    click.echo(f"{mail} is no longer {role}{f' of {department}' if department else ''}.")


@user.command("link-employee")
@click.argument("mail")
@click.argument("number", required=False)
@pass_context
def link_employee(context: Context, mail: str, number: str | None) -> None:
    """Say whose account MAIL is: the employee with NUMBER, or nobody's."""
    from myproject.accounts.users import link_employee as link_account

    with doing(context) as (conn, origin):
        link_account(conn, origin, account_of(conn, mail), number)
    click.echo(f"{mail} belongs to {number or 'nobody'} now.")


@user.command()
@click.argument("mail")
@_printed
@pass_context
def reset(context: Context, mail: str, printed: bool) -> None:
    """Send MAIL a link with which to choose another password, and end every session."""
    from myproject.accounts import links, mails, sessions
    from myproject.accounts.audit import Event, record
    from myproject.jobs.mail import send

    with doing(context) as (conn, origin):
        account = account_of(conn, mail)
        sessions.end_all(conn, origin, account.id)
        token = links.make(conn, origin, account, links.Purpose.RESET)
        record(conn, origin, Event.PASSWORD_FORGOTTEN, user=account.id, target=account.email)
    if printed:
        click.echo(mails.address(context.settings, "reset", token))
        return
    send(context.settings, mails.forgotten(context.settings, account, token))
    click.echo(f"A link is on its way to {account.email}.")
