"""Every step that a run can take: how often, with what, and what it needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from tests.proof.machine.model import MINIMUM, Item, Pledge
from tests.proof.machine.stage import GIVERS
from tests.proof.machine.trouble import TroubledPlay, When, rule_of
from wishcore.pledges.models import IN_FLIGHT

PLEDGES_MAX: Final = 12
"""So many in a run; then the other steps have their turn."""

CARDS: Final = (
    *("pm_card_visa",) * 8, "tok_visa", "pm_card_chargeDeclined", "tok_chargeDeclined",
    "pm_card_authenticationRequired", "pm_card_authenticationRequired",
    "pm_card_threeDSecureRequiredChargeDeclined", "pm_sandbox_processing",
    "pm_sandbox_processingDeclined", "pm_card_pendingRefund", "pm_card_refundFail",
    "pm_card_createDispute", "pm_card_createMultipleDisputes",
)  # fmt: skip
PRICES: Final = (1000, 100, 149, 2500, 9999)
WISHES: Final = (
    "all", "all", "half", "half", "all but a cent", "all but the least", "a cent more", "a cent",
    "100", "333",
)  # fmt: skip
"""How much of an item somebody wants to give."""

Fault = Mapping[str, Any]
Needs = Callable[[TroubledPlay], bool]
Take = Callable[..., None]


@dataclass(frozen=True)
class Kind:
    """One kind of step."""

    take: Take
    weight: int
    needs: tuple[Needs, ...]
    choices: Mapping[str, Sequence[Any]]


STEPS: Final[dict[str, Kind]] = {}


def _step(weight: int, *needs: Needs, **choices: Sequence[Any]) -> Callable[[Take], Take]:
    def add(take: Take) -> Take:
        STEPS[take.__name__] = Kind(take, weight, needs, choices)
        return take

    return add


def has_pledges(play: TroubledPlay) -> bool:
    return bool(play.watch.last.pledges)


def has_room_for_pledges(play: TroubledPlay) -> bool:
    return len(play.watch.last.pledges) < PLEDGES_MAX


def is_unpaused(play: TroubledPlay) -> bool:
    return play.paused is None


def is_paused(play: TroubledPlay) -> bool:
    return play.paused is not None


def has_waited(play: TroubledPlay) -> bool:
    return play.stage.now > play.began


def has_what_may_go_back(play: TroubledPlay) -> bool:
    return any(
        row["state"] in {"paid", "refund_failed"} for row in play.watch.last.pledges.values()
    )


def has_what_is_reserved(play: TroubledPlay) -> bool:
    return any(row["state"] == "reserved" for row in play.watch.last.fundings.values())


def has_what_is_bought(play: TroubledPlay) -> bool:
    return any(item.is_bought for item in play.model.items)


def has_payments_in_progress(play: TroubledPlay) -> bool:
    return any(row["state"] in IN_FLIGHT for row in play.watch.last.pledges.values())


def _faults(*calls: str) -> list[Fault | None]:
    """Return nothing, as often as something that goes wrong in one of these calls."""
    actions = (
        "drop_before", "drop_after", "truncate", "html", "status", "status_after", "status_kept",
    )  # fmt: skip
    failing: list[Fault | None] = [
        rule_of(action, call, times=times, status=status)
        for action in actions
        for call in calls
        for times in (None, 1)
        for status in ((500, 429, 409) if action.startswith("status") else (500,))
    ]
    return [None] * len(failing) + failing


def _item(play: TroubledPlay, place: int) -> Item:
    return play.model.items[place]


def _pledge(play: TroubledPlay, number: int) -> Pledge:
    """Return an earlier pledge, the newest for 0."""
    pledges = list(play.model.pledges.values())
    known = [pledge for pledge in pledges if pledge.id in play.watch.last.pledges]
    return known[-1 - number % len(known)]


def _amount(play: TroubledPlay, place: int, wish: str) -> int | None:
    item = _item(play, place)
    room = item.room(play.watch.last.held(item.id))
    wanted = {
        "all": None,
        "half": room // 2,
        "all but a cent": room - 1,
        "all but the least": room - MINIMUM,
        "a cent more": room + 1,
        "a cent": 1,
    }.get(wish, int(wish) if wish.isdigit() else 0)
    return None if wanted is None else max(wanted, 1)


_PLEDGING: Final = {"giver": GIVERS, "place": (0, 1), "wish": WISHES, "card": CARDS}
_NUMBERS: Final = range(PLEDGES_MAX)
_WHENS: Final = ("before", "after")
_CHARGING: Final = ("create", "confirm", "confirm", "method")


@_step(10, has_room_for_pledges, **_PLEDGING)
def pledge(play: TroubledPlay, *, giver: str, place: int, wish: str, card: str) -> None:
    play.pledge(giver, _item(play, place), _amount(play, place, wish), card, None)


@_step(6, has_room_for_pledges, is_unpaused, **_PLEDGING,
       fault=_faults("create", "confirm", "method")[1:])  # fmt: skip
def pledge_badly_connected(
    play: TroubledPlay, *, giver: str, place: int, wish: str, card: str, fault: Fault | None
) -> None:
    play.pledge(giver, _item(play, place), _amount(play, place, wish), card, fault)


@_step(3, has_room_for_pledges, **_PLEDGING)
def pledge_twice_at_once(
    play: TroubledPlay, *, giver: str, place: int, wish: str, card: str
) -> None:
    play.twice_at_once(giver, _item(play, place), _amount(play, place, wish), card)


@_step(1, place=(0, 1))
def pledge_as_the_owner(play: TroubledPlay, *, place: int) -> None:
    play.pledge_as_owner(_item(play, place))


@_step(4, has_pledges, is_unpaused, number=_NUMBERS, fault=_faults("create", "confirm", "read"))
def send_a_pledge_again(play: TroubledPlay, *, number: int, fault: Fault | None) -> None:
    play.repeat(_pledge(play, number), fault)


@_step(1, has_pledges, number=_NUMBERS, amount=(100, 50))
def use_an_id_again(play: TroubledPlay, *, number: int, amount: int) -> None:
    play.reuse_id(_pledge(play, number), amount)


@_step(4, has_pledges, is_unpaused, number=_NUMBERS, fault=_faults("cancel", "read"))
def take_a_pledge_back(play: TroubledPlay, *, number: int, fault: Fault | None) -> None:
    play.take_back(_pledge(play, number), fault)


@_step(4, has_pledges, number=_NUMBERS, answer=("approve", "approve", "refuse"))
def answer_the_bank(play: TroubledPlay, *, number: int, answer: str) -> None:
    play.answer_challenge(_pledge(play, number), answer)


@_step(4, place=(0, 1), price=(*PRICES, 50, 99, 500, 700, 1234, 3000))
def change_a_price(play: TroubledPlay, *, place: int, price: int) -> None:
    play.reprice(_item(play, place), price)


@_step(1, has_pledges, hours=(1, 2, 5))
def move_the_deadline(play: TroubledPlay, *, hours: int) -> None:
    play.move_deadline(hours)


@_step(1, has_pledges, place=(0, 1))
def withdraw_an_item(play: TroubledPlay, *, place: int) -> None:
    play.withdraw(_item(play, place))


@_step(1, has_pledges, has_waited)
def delete_the_list(play: TroubledPlay) -> None:
    play.delete_list()


@_step(4, has_pledges, minutes=(3, 3, 11, 11, 31, 200))
def wait(play: TroubledPlay, *, minutes: int) -> None:
    play.wait(timedelta(minutes=minutes))


@_step(3, has_pledges)
def let_slow_cards_end(play: TroubledPlay) -> None:
    play.stage.order("settle")


@_step(1, has_pledges)
def let_stripe_forget_its_keys(play: TroubledPlay) -> None:
    play.stage.order("keys/forget")
    play.proof.inject("keys forgotten")


@_step(2, has_pledges, number=_NUMBERS, share=("all", "all", "half"))
def dispute_a_pledge(play: TroubledPlay, *, number: int, share: str) -> None:
    play.dispute(_pledge(play, number), share)


@_step(1, has_pledges, number=_NUMBERS, outcome=("won", "lost"))
def close_a_dispute(play: TroubledPlay, *, number: int, outcome: str) -> None:
    play.close_dispute(number, outcome)


@_step(1, has_pledges, number=_NUMBERS)
def overturn_a_dispute(play: TroubledPlay, *, number: int) -> None:
    play.overturn_dispute(number)


@_step(2, has_what_may_go_back, number=_NUMBERS)
def refund_by_hand(play: TroubledPlay, *, number: int) -> None:
    play.refund_by_hand(_pledge(play, number))


@_step(1, has_payments_in_progress, number=_NUMBERS)
def abandon_by_hand(play: TroubledPlay, *, number: int) -> None:
    play.abandon_by_hand(_pledge(play, number))


@_step(8, has_what_is_reserved, place=(0, 1))
def buy_a_gift(play: TroubledPlay, *, place: int) -> None:
    play.buy(_item(play, place))


@_step(2, has_what_is_bought, place=(0, 1))
def bring_a_gift_back(play: TroubledPlay, *, place: int) -> None:
    play.bring_back(_item(play, place))


@_step(1, has_pledges, has_waited)
def close_the_list_by_hand(play: TroubledPlay) -> None:
    play.close_by_hand()


@_step(5, has_pledges, how=("once", "doubled", "reversed", "late", "lost"))
def hear_stripe(play: TroubledPlay, *, how: str) -> None:
    play.hear(how)


@_step(1, has_pledges, number=_NUMBERS, kind=("payment_intent.succeeded", "charge.refunded"))
def hear_a_forger(play: TroubledPlay, *, number: int, kind: str) -> None:
    play.forge(_pledge(play, number), kind)


@_step(5, has_pledges, is_unpaused, job=("tick", "tick", "expire", "recover", "refund"),
       fault=_faults("refund", "refund", "read", "cancel", "refunds"))  # fmt: skip
def run_a_job(play: TroubledPlay, *, job: str, fault: Fault | None) -> None:
    play.run_job(job, fault)


@_step(4, has_pledges, is_paused, job=("tick", "recover"))
def run_a_job_meanwhile(play: TroubledPlay, *, job: str) -> None:
    play.run_job(job, None)


@_step(2, has_pledges, is_unpaused, call=("refund", "refund", "cancel", "read", "refunds"),
       when=_WHENS)  # fmt: skip
def kill_a_job(play: TroubledPlay, *, call: str, when: When) -> None:
    play.kill_job("tick", call, when)


@_step(1, has_pledges)
def kill_the_server(play: TroubledPlay) -> None:
    play.crash()


@_step(2, has_room_for_pledges, is_unpaused, **_PLEDGING, call=_CHARGING, when=_WHENS)
def kill_the_server_during_a_pledge(
    play: TroubledPlay, *, giver: str, place: int, wish: str, card: str, call: str, when: When
) -> None:
    pledging = (giver, _item(play, place), _amount(play, place, wish), card)
    play.crash_during(pledging, call, when)


@_step(3, has_room_for_pledges, is_unpaused, **_PLEDGING, call=_CHARGING, when=_WHENS)
def pause_a_pledge(
    play: TroubledPlay, *, giver: str, place: int, wish: str, card: str, call: str, when: When
) -> None:
    pledging = (giver, _item(play, place), _amount(play, place, wish), card)
    play.pause_during(pledging, call, when)


@_step(4, is_paused)
def let_the_paused_one_go(play: TroubledPlay) -> None:
    play.let_go()
