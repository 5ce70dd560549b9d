# ruff: noqa: PLC0415 - see wishcli.commands
"""`wish account …`: people."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from wishcli.options import Json, Limit, Yes

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="People who signed up.")

Who = Annotated[str, typer.Argument(help="The account's id, e-mail address or username.")]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]
RoleName = Annotated[str, typer.Argument(help="seller or staff.")]
Birthday = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="As 1990-12-31.")]


@app.command()
def create(
    *,
    email: Annotated[str, typer.Option()],
    first_name: Annotated[str, typer.Option()],
    last_name: Annotated[str, typer.Option()],
    birthday: Birthday,
    username: Annotated[str | None, typer.Option()] = None,
    password_stdin: PasswordStdin = False,
    as_json: Json = False,
) -> None:
    """Make an account.

    The password is asked for, or read from standard input; it is never an argument, which other
    people of this machine could read.
    """
    from wishcli import prompts, rendering, runtime
    from wishcore import accounts

    password = prompts.read_password(from_stdin=password_stdin)
    profile = runtime.run(
        lambda session: accounts.register(
            email=email,
            password=password,
            first_name=first_name,
            last_name=last_name,
            birthday=birthday.date(),
            username=username,
            confirmed_at=session.now,  # The operator vouches for the address.
            hasher=session.integrations.hasher,
            now=session.now,
        )
    )
    rendering.show_one(profile, as_json=as_json)


@app.command()
def show(who: Who, as_json: Json = False) -> None:
    """Show one account."""
    from wishcli import rendering, runtime
    from wishcore import administration

    profile = runtime.run(lambda _: administration.account_named(who))
    rendering.show_one(profile, as_json=as_json)


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="Part of an address, username, name or id.")] = "",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Search accounts."""
    from wishcli import rendering, runtime
    from wishcore import accounts

    found = runtime.run(lambda _: accounts.find_accounts(text, limit=limit))
    columns = ("id", "email", "username", "first_name", "last_name")
    rendering.show_many(found, columns, as_json=as_json)


@app.command()
def edit(
    who: Who,
    *,
    first_name: Annotated[str | None, typer.Option()] = None,
    last_name: Annotated[str | None, typer.Option()] = None,
    username: Annotated[
        str | None, typer.Option(help="An empty text removes it.", show_default=False)
    ] = None,
    birthday: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As 1990-12-31.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Change what an account says; what is not given stays."""
    from wishcli import rendering, runtime
    from wishcli.runtime import Session
    from wishcore import accounts, administration

    changes = accounts.ProfileChanges()
    if first_name is not None:
        changes["first_name"] = first_name
    if last_name is not None:
        changes["last_name"] = last_name
    if username is not None:
        changes["username"] = username or None
    if birthday is not None:
        changes["birthday"] = birthday.date()

    async def change(session: Session) -> accounts.Profile:
        account = await administration.account_named(who)
        return await accounts.edit_profile(account.id, changes=changes, now=session.now)

    rendering.show_one(runtime.run(change), as_json=as_json)


@app.command()
def set_password(who: Who, password_stdin: PasswordStdin = False, as_json: Json = False) -> None:
    """Set another password, and sign the account out everywhere."""
    from wishcli import output, prompts, runtime
    from wishcli.runtime import Session
    from wishcore import accounts, administration

    password = prompts.read_password(from_stdin=password_stdin)

    async def change(session: Session) -> accounts.Profile:
        account = await administration.account_named(who)
        hasher = session.integrations.hasher
        await accounts.set_password(account.id, new=password, hasher=hasher, now=session.now)
        return account

    output.print_done("password_set", runtime.run(change).id, as_json=as_json)


@app.command()
def close(who: Who, yes: Yes = False, as_json: Json = False) -> None:
    """Close an account, for ever: its tokens, lists and personal data are gone at once.

    What its person paid for other people's items stays there, without the name; what others paid
    for items on its lists goes back by the usual jobs, unless the gift was bought.
    """
    from wishcli import output, prompts, runtime
    from wishcli.runtime import Session
    from wishcore import administration, leaving

    prompts.confirm("Close the account? It cannot be undone.", is_sure=yes)

    async def change(session: Session) -> UUID:
        account = await administration.account_named(who)
        await leaving.close_account(account.id, now=session.now)
        return account.id

    output.print_done("closed", runtime.run(change), as_json=as_json)


@app.command()
def give_role(who: Who, role: RoleName, as_json: Json = False) -> None:
    """Let an account be a seller, or staff, from its next request on."""
    _set_role(who, role, is_held=True, as_json=as_json)


@app.command()
def take_role(who: Who, role: RoleName, as_json: Json = False) -> None:
    """Take a role from an account, from its next request on."""
    _set_role(who, role, is_held=False, as_json=as_json)


@app.command()
def events(
    who: Annotated[
        str, typer.Argument(help="An account's id, address or username; none: everybody.")
    ] = "",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Show what happened at the doors: sign-ins, refusals, changes of passwords and roles."""
    from wishcli import rendering, runtime
    from wishcli.runtime import Session
    from wishcore import administration, security_events

    async def find(_: Session) -> list[security_events.SecurityEventShown]:
        if not who:
            return await security_events.find_events(limit=limit)
        account_id = await administration.account_id_of(who)
        return await security_events.events_of(account_id, limit=limit)

    columns = ("created_at", "kind", "account_id", "note")
    rendering.show_many(runtime.run(find), columns, as_json=as_json)


def _set_role(who: str, role: str, *, is_held: bool, as_json: bool) -> None:
    from wishcli import rendering, runtime
    from wishcli.runtime import Session
    from wishcore import accounts, administration

    change = accounts.give_role if is_held else accounts.take_role

    async def set_role(session: Session) -> accounts.Profile:
        account = await administration.account_named(who)
        await change(account.id, role, by=None, now=session.now)
        return await accounts.own_profile(account.id)

    rendering.show_one(runtime.run(set_role), as_json=as_json)
