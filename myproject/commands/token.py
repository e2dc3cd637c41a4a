"""``myproject token``: access tokens of the JSON API. Everything done here is in the audit log."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from myproject.accounts.tokens import SERVICE_ROLES
from myproject.commands.context import Context, pass_context
from myproject.commands.user import account_of, doing, in_words
from myproject.security.scopes import Scope

if TYPE_CHECKING:
    from myproject.accounts.tokens import TokenRow


@click.group()
def token() -> None:
    """Make access tokens for the JSON API, list them, revoke them."""


@token.command()
@click.option("--service", metavar="NAME", help="A token of its own, for the program of that name.")
@click.option("--role", type=click.Choice([each.value for each in SERVICE_ROLES]), help="The role of a service token.")
@click.option("--user", metavar="MAIL", help="A personal token: never more than the owner of that account.")
@click.option("--name", metavar="NAME", help="What a personal token is for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([each.value for each in Scope]),
    help="What it is for; repeat it.",
)
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The last day on which it works.")
@click.option("--department", metavar="CODE", help="The department, with all below it, that it is bound to.")
@pass_context
def create(
    context: Context,
    service: str | None,
    role: str | None,
    user: str | None,
    name: str | None,
    scopes: tuple[str, ...],
    expires: Any,
    department: str | None,
) -> None:
    """Make a token and print it, as the last line. It is not shown again.

    A service token belongs to a role, not to a person: it outlives whoever made it.
    """
    from myproject.accounts import tokens
    from myproject.accounts.permissions import Role
    from myproject.accounts.roles import expiry

    if (service is None) == (user is None):
        raise click.UsageError("Give --service NAME with --role ROLE, or --user MAIL.")
    if (service is None) != (role is None):
        raise click.UsageError("A service token needs --role, and only a service token has one.")
    if service is not None and name is not None:
        raise click.UsageError("A service token is named by --service.")
    last: date | None = expires.date() if expires else None
    more: dict[str, Any] = {
        "expires_at": expiry(last, ZoneInfo(context.settings["organisation.time_zone"])),
        "department_code": department,
    }
    with doing(context) as (conn, origin):
        if service is not None and role is not None:
            made = tokens.create_service(conn, origin, Role(role), service, scopes, **more)
        else:
            assert user is not None
            made = tokens.create_personal(conn, origin, account_of(conn, user), name or "command line", scopes, **more)
    click.echo("Keep it like a password: it is not shown again.", err=True)
    click.echo(made)


@token.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that are revoked or have expired.")
@pass_context
def list_(context: Context, everything: bool) -> None:
    """List the tokens: id, state, name, whose, scopes, where, expiry, last use."""
    from myproject.accounts import tokens

    now = datetime.now(UTC)
    with context.database.read.connect() as conn:
        for each in tokens.rows(conn):
            if everything or each.state(now) == "works":
                click.echo("\t".join(_cells(each, now)))


def _cells(each: TokenRow, now: datetime) -> tuple[str, ...]:
    return (
        str(each.id),
        each.state(now),
        each.name,
        each.email or f"service, {each.role}",
        " ".join(each.scopes),
        f"within {each.department_code}" if each.department_code else "everywhere",
        f"until {in_words(each.expires_at)}" if each.expires_at else "no end",
        f"used {in_words(each.used_at)}" if each.used_at else "never used",
    )


@token.command()
@click.argument("token_id", metavar="ID", type=click.IntRange(1, 10**18 - 1))
@pass_context
def revoke(context: Context, token_id: int) -> None:
    """End the token with ID, at once and for good; `list` tells the ids."""
    from myproject.accounts import tokens
    from myproject.accounts.errors import AccountError

    with doing(context) as (conn, origin):
        found = tokens.rows(conn, id_=token_id)
        if not found:
            raise AccountError(f"There is no token {token_id}.", "`myproject token list` shows those there are.")
        done = tokens.revoke(conn, origin, found[0])
    click.echo(f"“{found[0].name}” {'is revoked' if done else 'had been revoked already'}.")
