# ruff: noqa: PLC0415 - see wishcli.commands
"""`wish pledge …`: what givers paid."""

from typing import Annotated
from uuid import UUID

import typer

from wishcli.options import Json, Limit, Yes

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Pledges: what givers paid. Nothing of it may reach the owner of the list.",
)

PledgeId = Annotated[UUID, typer.Argument(help="The pledge's id.", show_default=False)]


@app.command()
def show(pledge_id: PledgeId, as_json: Json = False) -> None:
    """Show a pledge with its moves, its refunds and its movements of money."""
    from wishcli import rendering, runtime
    from wishcore import administration

    history = runtime.run(lambda _: administration.history_of(pledge_id))
    rendering.show_pledge(history, as_json=as_json)


@app.command()
def search(
    text: Annotated[
        str,
        typer.Argument(
            help="Part of a giver's address, an item's title, an id (an item's, too) or pi_…."
        ),
    ] = "",
    state: Annotated[str | None, typer.Option(help="Only in this state, as refund_failed.")] = None,
    list_id: Annotated[UUID | None, typer.Option("--list", help="Only of this list.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Search pledges, the newest first."""
    from wishcli import rendering, runtime
    from wishcore import administration

    wanted = rendering.pledge_state(state)
    found = runtime.run(
        lambda _: administration.find_pledges(text, state=wanted, list_id=list_id, limit=limit)
    )
    columns = ("id", "giver", "item_title", "amount", "state", "refund_reason", "created_at")
    rendering.show_many(found, columns, as_json=as_json)


@app.command()
def refund(pledge_id: PledgeId, yes: Yes = False, as_json: Json = False) -> None:
    """Give one pledge back, or try a failed refund again.

    It is planned here and sent by the next `wish refund` (or `wish tick`). A pledge for a
    reserved item is not refunded: the gift is promised.
    """
    from wishcli import output, prompts, runtime
    from wishcore import refunds

    prompts.confirm("Refund the pledge? It cannot be undone.", is_sure=yes)
    runtime.run(lambda session: refunds.refund_by_hand(pledge_id, now=session.now))
    output.print_done("refund_due", pledge_id, as_json=as_json)


@app.command()
def abandon(pledge_id: PledgeId, yes: Yes = False, as_json: Json = False) -> None:
    """Give up a payment in progress that Stripe does not know, and free its room.

    Only for a payment that `wish recover` names: first make sure that STRIPE_SECRET_KEY is that
    of the right account. It moves no money, and is refused if Stripe knows the payment.
    """
    from wishcli import output, prompts, runtime
    from wishcli.runtime import Session
    from wishcore import pledges

    async def give_up(session: Session) -> None:
        await pledges.abandon_by_hand(
            pledge_id, payments=session.integrations.payments, now=session.now
        )

    prompts.confirm("Give the pledge up? A charge at Stripe would not be seen.", is_sure=yes)
    runtime.run(give_up)
    output.print_done("abandoned", pledge_id, as_json=as_json)
