# ruff: noqa: PLC0415 - see wishcli.commands
"""`wish list …`: wish lists, whoever owns them."""

from typing import Annotated
from uuid import UUID

import typer

from wishcli.options import Json, Limit, Yes

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Wish lists.")

ListId = Annotated[UUID, typer.Argument(help="The list's id.", show_default=False)]
_LOST = (
    "The link was made with another secret than this one. Put back the WISH_SECRET that the server"
    " had (or run this in its folder, which has its var/secret); or take --new: then the link that"
    " people have ends"
)
DEADLINE_HELP = "A span from now (30d) or an instant (2026-12-24T18:00Z)."


@app.command()
def create(
    *,
    owner: Annotated[str, typer.Option(help="The account's id, e-mail address or username.")],
    title: Annotated[str, typer.Option()],
    deadline: Annotated[str, typer.Option(help=DEADLINE_HELP)],
    currency: Annotated[str, typer.Option(help="ISO 4217, as USD.")],
    description: Annotated[str, typer.Option()] = "",
    occasion: Annotated[str, typer.Option()] = "",
    as_json: Json = False,
) -> None:
    """Make a list for an account."""
    from wishcli import moments, rendering, runtime
    from wishcli.runtime import Session
    from wishcore import administration, lists

    async def make(session: Session) -> lists.ListForOwner:
        account = await administration.account_named(owner)
        content = lists.ListContent(
            title=title,
            description=description,
            occasion=occasion,
            deadline=moments.ahead(deadline, now=session.now),
        )
        return await lists.create_list(
            owner_id=account.id, content=content, currency=currency.upper(), now=session.now
        )

    rendering.show_one(runtime.run(make), as_json=as_json)


@app.command()
def show(
    list_id: ListId,
    with_funding: Annotated[
        bool, typer.Option("--with-funding", help="Show what is pledged: never to the owner.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show a list with its items.

    What givers pledged is hidden unless it is asked for: an owner may be looking over your
    shoulder, or get what you paste.
    """
    from wishcli import rendering, runtime
    from wishcli.rendering import WholeList
    from wishcli.runtime import Session
    from wishcore import administration

    async def read(session: Session) -> WholeList:
        return WholeList(
            head=await administration.find_list(list_id, now=session.now),
            items=await administration.items_of(list_id),
            fundings=await administration.fundings_of(list_id) if with_funding else None,
        )

    rendering.show_whole_list(runtime.run(read), as_json=as_json)


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="Part of a title, owner's address or id.")] = "",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Search lists, the newest first."""
    from wishcli import rendering, runtime
    from wishcore import administration

    found = runtime.run(
        lambda session: administration.find_lists(text, now=session.now, limit=limit)
    )
    columns = ("id", "title", "owner_email", "currency", "state", "deadline", "deleted_at")
    rendering.show_many(found, columns, as_json=as_json)


@app.command()
def edit(
    list_id: ListId,
    *,
    title: Annotated[str | None, typer.Option()] = None,
    description: Annotated[str | None, typer.Option()] = None,
    occasion: Annotated[str | None, typer.Option()] = None,
    deadline: Annotated[str | None, typer.Option(help=DEADLINE_HELP)] = None,
    as_json: Json = False,
) -> None:
    """Change an active list, as its owner would; what is not given stays."""
    from wishcli import moments, rendering, runtime
    from wishcli.runtime import Session
    from wishcore import administration, lists

    changes = lists.ListChanges()
    if title is not None:
        changes["title"] = title
    if description is not None:
        changes["description"] = description
    if occasion is not None:
        changes["occasion"] = occasion

    async def change(session: Session) -> lists.ListForOwner:
        owned = await administration.as_operator(list_id)
        if deadline is not None:
            changes["deadline"] = moments.ahead(deadline, now=session.now)
        return await lists.edit_list(owned, changes=changes, now=session.now)

    rendering.show_one(runtime.run(change), as_json=as_json)


@app.command()
def close(list_id: ListId, yes: Yes = False, as_json: Json = False) -> None:
    """Make an active list inactive now, before its deadline.

    What is not fully paid is then refunded by the jobs (`wish tick`), which cannot be undone.
    """
    from wishcli import output, prompts, runtime
    from wishcore import closing

    prompts.confirm("Close the list? What is not fully paid goes back, for good.", is_sure=yes)
    runtime.run(lambda session: closing.close_list(list_id, now=session.now))
    output.print_done("closed", list_id, as_json=as_json)


@app.command()
def share(
    list_id: ListId,
    new: Annotated[
        bool, typer.Option("--new", help="Make a new link, and switch off the one before.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show the list's share link; make one if there is none.

    Whoever has the link can look at the list, so treat it as a secret.
    """
    from wishcli import output, runtime
    from wishcli.runtime import Session
    from wishcore import administration, lists

    async def find_or_make(session: Session) -> tuple[str, str]:
        owned = await administration.as_operator(list_id)
        secret = session.integrations.server_secret
        try:
            token = None if new else await lists.find_share_token(owned, server_secret=secret)
        except lists.ShareLinkLost:
            raise lists.ShareLinkLost(_LOST) from None
        if token is None:
            token = await lists.share(owned, server_secret=secret, now=session.now)
        return token, session.settings.share_url(token)

    token, url = runtime.run(find_or_make)
    if as_json:
        output.print_json({"list_id": list_id, "token": token, "url": url})
    else:
        output.print_line(url)


@app.command()
def unshare(list_id: ListId, as_json: Json = False) -> None:
    """Switch off the list's share link; pledges stay as they are."""
    from wishcli import output, runtime
    from wishcli.runtime import Session
    from wishcore import administration, lists

    async def switch_off(session: Session) -> None:
        owned = await administration.as_operator(list_id)
        await lists.unshare(owned, now=session.now)

    runtime.run(switch_off)
    output.print_done("unshared", list_id, as_json=as_json)


@app.command()
def delete(list_id: ListId, yes: Yes = False, as_json: Json = False) -> None:
    """Remove a list for everybody.

    All pledges for its items go back by the jobs (`wish tick`), which cannot be undone; those for
    gifts that were bought stay.
    """
    from wishcli import output, prompts, runtime
    from wishcli.runtime import Session
    from wishcore import administration, lists

    prompts.confirm(
        "Delete the list? Its pledges go back, for good, unless the gift was bought.", is_sure=yes
    )

    async def remove(session: Session) -> None:
        owned = await administration.as_operator(list_id)
        await lists.delete_list(owned, now=session.now)

    runtime.run(remove)
    output.print_done("deleted", list_id, as_json=as_json)
