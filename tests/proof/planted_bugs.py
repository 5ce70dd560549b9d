"""Money bugs to plant, one at a time, each with the steps of a run in which it must be noticed."""

from typing import Any, Final

import msgspec

from tests.proof.machine.driver import Script, Step
from tests.support.planting import Plant


class PlantedBug(msgspec.Struct, frozen=True, kw_only=True):
    """A bug, and what must notice it: a run of the money machine, or one of our other tests."""

    name: str
    plant: Plant
    script: Script = Script((0, 0), ())
    test: str = ""


VISA: Final = "pm_card_visa"


def _step(name: str, **arguments: Any) -> Step:
    return Step(name, arguments)


def _pledge(wish: str = "half", card: str = VISA, giver: str = "grace") -> Step:
    return _step("pledge", giver=giver, place=0, wish=wish, card=card)


def _while(name: str, call: str, when: str, wish: str = "half") -> Step:
    return _step(name, giver="grace", place=0, wish=wish, card=VISA, call=call, when=when)


def _badly_connected(action: str, path: str) -> Step:
    fault = {"action": action, "method": "POST", "path": path, "times": None}
    return _step(
        "pledge_badly_connected", giver="grace", place=0, wish="half", card=VISA, fault=fault
    )


def _job(job: str) -> Step:
    return _step("run_a_job", job=job, fault=None)


def _kill(call: str, when: str) -> Step:
    return _step("kill_a_job", call=call, when=when)


def _dispute(share: str) -> Step:
    return _step("dispute_a_pledge", number=0, share=share)


def _wait(minutes: int) -> Step:
    return _step("wait", minutes=minutes)


_AGAIN: Final = _step("send_a_pledge_again", number=0, fault=None)
_TAKE_BACK: Final = _step("take_a_pledge_back", number=0, fault=None)
_LET_GO: Final = _step("let_the_paused_one_go")
_FORGET: Final = _step("let_stripe_forget_its_keys")
_SETTLE: Final = _step("let_slow_cards_end")
_BUY: Final = _step("buy_a_gift", place=0)
_WITHDRAW: Final = _step("withdraw_an_item", place=0)
_HEAR: Final = _step("hear_stripe", how="once")
_HEAR_LATE: Final = _step("hear_stripe", how="late")
_REFUSE: Final = _step("answer_the_bank", number=0, answer="refuse")
_WON: Final = _step("close_a_dispute", number=0, outcome="won")
_OLDER_WON: Final = _step("close_a_dispute", number=1, outcome="won")
_LOST: Final = _step("close_a_dispute", number=0, outcome="lost")
_FORGED: Final = _step("hear_a_forger", number=0, kind="payment_intent.succeeded")


def _bug(name: str, module: str, *changes: tuple[str, str], steps: tuple[Step, ...]) -> PlantedBug:
    return PlantedBug(
        name=name,
        plant=Plant(module=f"wishcore.{module}", changes=changes),
        script=Script((1000, 2500), steps),
    )


CHARGING: Final = (
    _bug(
        "a time-out releases the room",
        "pledges.operations",
        (
            "        return None  # Nobody knows; recovery asks.",
            "        await _decline(pledge, BadPaymentMethod(), now=now,\n"
            "                       source=PledgeState.CONFIRMING)\n        return None",
        ),
        steps=(_badly_connected("status_after", "/v1/payment_intents/*/confirm"),),
    ),
    _bug(
        "recovery gives up what it did not cancel",
        "pledges.recovery",
        ("if before.intent_id is None:", "if before.state is PledgeState.CONFIRMING:"),
        ("sources={PledgeState.HELD}", "sources={PledgeState.CONFIRMING}"),
        steps=(
            _while("pause_a_pledge", "confirm", "before"),
            _wait(11),
            _step("run_a_job_meanwhile", job="recover"),
            _LET_GO,
        ),
    ),
    _bug(
        "recovery confirms what it finds",
        "pledges.recovery",
        (
            "        intent = await payments.cancel_intent(pledge.intent_id)",
            "        intent = await payments.confirm_intent(\n"
            '            pledge.intent_id, key=f"late:{pledge.id}", return_url="https://x.test")',
        ),
        steps=(
            _badly_connected("drop_before", "/v1/payment_intents/*/confirm"),
            _wait(11),
            _job("recover"),
        ),
    ),
    _bug(
        "a payment that was canceled is booked as paid",
        "pledges.settling",
        (
            "            await _settle_ended(current, intent, now)",
            "            await _settle_paid(current, intent, now)",
        ),
        steps=(_pledge(card="pm_card_authenticationRequired"), _REFUSE, _HEAR),
    ),
    _bug(
        "a payment in progress is booked as paid",
        "pledges.settling",
        ("case IntentStatus.SUCCEEDED:", "case IntentStatus.SUCCEEDED | IntentStatus.PROCESSING:"),
        steps=(_pledge(card="pm_sandbox_processingDeclined"),),
    ),
    _bug(
        "a decline keeps its room",
        "pledges.operations",
        ("        await release(pledge, now=now)\n", "        pass\n"),
        steps=(_pledge(card="pm_card_chargeDeclined"),),
    ),
    _bug(
        "all that is left is the whole price",
        "pledges.funding",
        ("wanted = self.remaining if amount", "wanted = self.price if amount"),
        steps=(_pledge(), _pledge("all")),
    ),
    _bug(
        "the card is charged what the item costs",
        "integrations.stripe",
        ('"amount": amount.amount_minor,', '"amount": amount.amount_minor * 2,'),
        steps=(_pledge(),),
    ),
    _bug(
        "a notice without a signature is believed",
        "integrations.stripe",
        (
            "            stripe.WebhookSignature.verify_header(\n"
            "                payload.decode(), signature, self._webhook_secret, TOLERANCE_SECONDS\n"
            "            )\n",
            "",
        ),
        steps=(_pledge(), _FORGED),
    ),
    _bug(
        "each notice books a dispute's fee",
        "pledges.disputes",
        ('f"dispute_fee:{taking.id}"', "f\"dispute_fee:{__import__('uuid').uuid4()}\""),
        steps=(_pledge(card="pm_card_createDispute"), _HEAR, _HEAR_LATE),
    ),
)
REFUNDING: Final = (
    _bug(
        "what is withdrawn is not refunded",
        "closing",
        ("    await _plan_refunds(item_id, FundingState.WITHDRAWN, now)\n", ""),
        steps=(_pledge(), _WITHDRAW, _job("tick")),
    ),
    _bug(
        "what is reserved is refunded",
        "pledges.policy",
        ("FundingState.RESERVED: None,", "FundingState.RESERVED: RefundReason.UNFUNDED,"),
        steps=(_pledge("all"),),
    ),
    _bug(
        "what was bought is refunded",
        "closing",
        ("funding.bought_at IS NULL", "TRUE"),
        (" or await _is_bought(item_id)", ""),
        steps=(_pledge("all"), _BUY, _WITHDRAW, _job("tick")),
    ),
    _bug(
        "what was removed is bought",
        "gifts",
        ("WHERE item.id = :item AND item.withdrawn_at IS NULL AND", "WHERE item.id = :item AND"),
        steps=(_pledge("all"), _WITHDRAW, _BUY),
    ),
    _bug(
        "a giver takes back what is reserved",
        "pledges.operations",
        ("or state is not FundingState.OPEN or not", "or not"),
        steps=(_pledge("all"), _TAKE_BACK),
    ),
    _bug(
        "an item is decided while a card is being charged",
        "pledges.policy",
        ("    if in_flight:\n", "    if in_flight < 0:\n"),
        steps=(_pledge("all", "pm_sandbox_processing"), _wait(200), _job("tick"), _SETTLE, _HEAR),
    ),
    _bug(
        "room is released twice",
        "pledges.steps",
        ("WHERE id = :id AND holds_room = TRUE RETURNING", "WHERE id = :id RETURNING"),
        steps=(
            _pledge(card="pm_card_refundFail"),
            _pledge(),
            _TAKE_BACK,
            _step("take_a_pledge_back", number=1, fault=None),
            _job("tick"),
            _SETTLE,
            _HEAR,
        ),
    ),
    _bug(
        "a refund on its way is told as done",
        "refunds.operations",
        ("case RefundStatus.SUCCEEDED:", "case RefundStatus.SUCCEEDED | RefundStatus.PENDING:"),
        ("case RefundStatus.PENDING | RefundStatus", "case RefundStatus"),
        steps=(_pledge(card="pm_card_pendingRefund"), _TAKE_BACK, _job("tick")),
    ),
    _bug(
        "a refund whose sender died is forgotten",
        "refunds.operations",
        (
            "OR (state = 'refunding' AND (lease_until <= :now OR lease_until > :impossible))",
            "AND created_at <= :now AND created_at <= :impossible",
        ),
        steps=(_pledge(), _TAKE_BACK, _kill("refund", "before")),
    ),
    _bug(
        "a refund that was sent before is taken for refused",
        "refunds.operations",
        ("is_again = pledge.attempts > 1", "is_again = pledge.attempts > 99"),
        ('if refused.code == "charge_already_refunded" and', 'if refused.code == "nothing" and'),
        steps=(_pledge(), _TAKE_BACK, _kill("refund", "after"), _FORGET),
    ),
    _bug(
        "a won dispute forgets that the pledge goes back",
        "pledges.disputes",
        ("await _let_go(pledge, _S.REFUND_DUE, now)", "await _let_go(pledge, _S.PAID, now)"),
        steps=(
            _pledge(card="pm_card_createDispute"),
            _HEAR,
            _wait(200),
            _job("tick"),
            _WON,
            _HEAR,
        ),
    ),
    _bug(
        "a part of a charge is disputed as the whole",
        "pledges.disputes",
        (
            "        amount = taking.amount.amount_minor\n",
            "        amount = taking.amount.amount_minor and pledge.amount_minor\n",
        ),
        steps=(_pledge(), _dispute("half"), _HEAR, _LOST, _HEAR),
    ),
    _bug(
        "of several disputes the newest alone is read",
        "integrations.stripe",
        (
            "disputes = tuple(one for one in found if one is not None)",
            "disputes = tuple(one for one in found if one is not None)[:1]",
        ),
        steps=(_pledge(), _dispute("half"), _dispute("all"), _OLDER_WON, _HEAR_LATE),
    ),
    _bug(
        "a bank's word does not wait for the answer to a refund",
        "pledges.disputes",
        (" or await _may_have_gone_back(pledge)", ""),
        steps=(_pledge(), _TAKE_BACK, _kill("refund", "after"), _dispute("all"), _LOST, _HEAR),
    ),
    _bug(
        "a refund is booked twice",
        "refunds.operations",
        (
            '    await _post(f"refund:{pledge.id}:{refund.generation}", pledge, legs, now)\n',
            '    await _post(f"refund:{pledge.id}:{refund.generation}", pledge, legs, now)\n'
            '    await _post(f"refund:{pledge.id}:{refund.generation}+", pledge, legs, now)\n',
        ),
        steps=(_pledge(), _TAKE_BACK, _job("tick")),
    ),
    _bug(
        "a price cut sends paid pledges back",
        "closing",
        (
            "    await shift(item_id, now=now)\n    return True\n",
            "    await shift(item_id, now=now)\n"
            "    await _plan_refunds(item_id, FundingState.UNFUNDED, now)\n    return True\n",
        ),
        steps=(_pledge(), _step("change_a_price", place=0, price=700), _job("tick")),
    ),
)
BUGS: Final = (*CHARGING, *REFUNDING)
"""Noticed by a run. They are planted in processes that use SQLite."""

BETWEEN_STATEMENTS: Final = (
    PlantedBug(
        name="another worker's intent is overwritten",
        plant=Plant(
            module="wishcore.pledges.operations",
            changes=(
                (
                    "    return await move(\n        pledge_id,\n"
                    "        sources=[PledgeState.HELD],\n        to=PledgeState.CONFIRMING,\n"
                    "        now=now,\n        intent_id=intent_id,\n    )\n",
                    '    await db.change("UPDATE pledge SET intent_id = :intent, "\n'
                    "                    \"state = 'confirming' WHERE id = :id RETURNING id\",\n"
                    "                    intent=intent_id, id=pledge_id)\n    return True\n",
                ),
            ),
        ),
        test="tests/operations/test_paused_workers.py::test_two_workers_with_an_intent_each",
    ),
    PlantedBug(
        name="room is looked at, and then taken",
        plant=Plant(
            module="wishcore.pledges.holding",
            changes=(
                ("          AND funding.held_minor < wanted.price_minor\n", ""),
                ("AND (wanted.price_minor - funding.held_minor = :amount\n", "AND (TRUE\n"),
            ),
        ),
        test="tests/races/test_pledging_at_once.py::test_fifty_pledgers_fill_an_item_exactly",
    ),
)
"""Noticed where two workers meet between two statements: on PostgreSQL, in tests of our own."""
