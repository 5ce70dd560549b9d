# ruff: noqa: PLC0415 - see wishcli.commands
"""`wish gift …`: what an operator buys with the money of reserved items."""

from typing import Annotated
from uuid import UUID

import typer

from wishcli.options import Json, Limit, Yes

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Gifts to buy for reserved items. Nothing of it may reach the owner of the list.",
)

ItemId = Annotated[UUID, typer.Argument(help="The item's id.", show_default=False)]

Bought = Annotated[
    bool, typer.Option("--bought", help="List those that were bought instead, the newest first.")
]


@app.command(name="list")
def show_list(bought: Bought = False, limit: Limit = 50, as_json: Json = False) -> None:
    """List the gifts that are reserved and not bought yet, the first deadline first.

    Title, link, price and quantity are as the owner has them now; `target` is the whole price when
    the item was reserved, and `paid` is what there is to buy the gift with.
    """
    from wishcli import rendering, runtime
    from wishcore import gifts

    read = gifts.gifts_bought if bought else gifts.gifts_to_buy
    found = runtime.run(lambda _: read(limit=limit))
    when = "bought_at" if bought else "deadline"
    columns = ("item_id", "title", "url", "price", "quantity", "target", "paid", when)
    rendering.show_many(found, columns, as_json=as_json)


@app.command()
def bought(item_id: ItemId, as_json: Json = False) -> None:
    """Say that you buy a gift. Say so first, and pay the shop afterwards.

    From then on its pledges stay, even if the owner removes the item, the list or the account. It
    is refused if the item is not reserved, was removed, or is bought already: then do not buy it.
    """
    from wishcli import rendering, runtime
    from wishcore import gifts

    gift = runtime.run(lambda session: gifts.mark_bought(item_id, now=session.now))
    rendering.show_one(gift, as_json=as_json)


@app.command()
def returned(item_id: ItemId, yes: Yes = False, as_json: Json = False) -> None:
    """Say that a gift was not bought after all, or went back to its shop.

    If its owner removed it meanwhile, the next `wish tick` plans the refunds of its pledges.
    """
    from wishcli import prompts, rendering, runtime
    from wishcore import gifts

    prompts.confirm("Is the gift not bought? Its pledges may go back, for good.", is_sure=yes)
    gift = runtime.run(lambda session: gifts.mark_returned(item_id, now=session.now))
    rendering.show_one(gift, as_json=as_json)
