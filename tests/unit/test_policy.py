"""Which pledges go back: every state, and every outcome at the deadline."""

from hypothesis import given
from hypothesis import strategies as st

from wishcore.pledges.models import FundingState, RefundReason
from wishcore.pledges.policy import outcome_at_deadline, refund_reason

amounts = st.integers(0, 1_000)


def test_why_paid_pledges_go_back() -> None:
    assert {state: refund_reason(state) for state in FundingState} == {
        FundingState.OPEN: None,
        FundingState.CLOSING: None,
        FundingState.RESERVED: None,
        FundingState.UNFUNDED: RefundReason.UNFUNDED,
        FundingState.WITHDRAWN: RefundReason.WITHDRAWN,
    }


def outcome(price: int, held: int, paid: int, in_flight: int = 0) -> FundingState:
    return outcome_at_deadline(
        price_minor=price, held_minor=held, paid_minor=paid, in_flight=in_flight
    )


def test_the_outcomes() -> None:
    assert outcome(1_000, 1_000, 1_000) is FundingState.RESERVED
    assert outcome(1_000, 1_200, 1_200) is FundingState.RESERVED
    assert outcome(1_000, 999, 999) is FundingState.UNFUNDED
    assert outcome(1_000, 0, 0) is FundingState.UNFUNDED
    assert outcome(1_000, 1_000, 0) is FundingState.UNFUNDED
    assert outcome(1_000, 1_200, 1_000) is FundingState.CLOSING
    assert outcome(0, 0, 0) is FundingState.UNFUNDED


@given(st.integers(1, 1_000), amounts, amounts, st.integers(0, 3))
def test_nothing_is_kept_that_is_not_whole_and_nothing_whole_goes_back(
    price: int, held: int, paid: int, in_flight: int
) -> None:
    held = max(held, paid)
    decided = outcome(price, held, paid, in_flight)
    if in_flight:
        assert decided is FundingState.CLOSING
    elif paid < price:
        assert decided is FundingState.UNFUNDED
    else:
        assert decided is (FundingState.RESERVED if held == paid else FundingState.CLOSING)
