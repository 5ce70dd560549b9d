"""What Stripe says of a dispute, and what it is to us."""

import pytest

from wishcore.integrations.stripe_answers import dispute_of
from wishcore.money import Money
from wishcore.payments import DisputeStatus


def moved(amount: int, fee: int = 0, currency: str = "usd") -> dict[str, object]:
    return {"id": f"txn_{amount}", "amount": amount, "fee": fee, "currency": currency}


def said(status: str, *moves: dict[str, object]) -> dict[str, object]:
    return {
        "id": "du_1", "status": status, "amount": 4_000, "currency": "usd", "created": 1,
        "balance_transactions": list(moves),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "known", "is_open"),
    [("needs_response", DisputeStatus.OPEN, True), ("under_review", DisputeStatus.OPEN, True),
     ("appeal_under_review", DisputeStatus.OPEN, True), ("lost", DisputeStatus.LOST, False),
     ("prevented", DisputeStatus.LOST, False), ("warning_closed", DisputeStatus.LOST, False),
     ("won", DisputeStatus.WON, True), ("of_tomorrow", DisputeStatus.OPEN, True)],
)  # fmt: skip
def test_what_the_words_of_stripe_mean(status: str, known: DisputeStatus, *, is_open: bool) -> None:
    """Each has taken the money; what is won is open until that is back."""
    found = dispute_of(said(status, moved(-4_000, fee=1_500)))
    assert found is not None
    assert (found.status, found.is_open) == (known, is_open)
    (taking,) = found.takings
    assert (taking.amount, taking.fee) == (Money(4_000, "USD"), Money(1_500, "USD"))


def test_what_only_asks_is_no_dispute() -> None:
    for status in ("warning_needs_response", "warning_under_review", "warning_closed", "prevented"):
        assert dispute_of(said(status)) is None
    ended = dispute_of(said("won", moved(-4_000, fee=1_500), moved(4_000, fee=-500)))
    assert ended is not None
    assert not ended.is_open
    assert [one.fee for one in ended.takings] == [Money(1_500, "USD"), Money(-500, "USD")]


def test_an_account_that_settles_in_another_currency() -> None:
    moves = (moved(-3_700, fee=1_400, currency="eur"), moved(3_650, currency="eur"))
    found = dispute_of(said("won", *moves))
    assert found is not None
    assert [one.amount.amount_minor for one in found.takings] == [4_000, -4_000]
    assert found.takings[0].fee == Money(1_400, "EUR")
