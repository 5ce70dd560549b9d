from datetime import timedelta
from uuid import UUID

from wishcore.mail import letters
from wishcore.money import Money

PLEDGE = UUID("01900000-0000-7000-8000-000000000001")


def test_money_letters_name_nothing_but_amount_reference_and_link() -> None:
    amount = Money(250_000, "USD")
    link = "https://wish.example/pledges/1"
    receipt = letters.pledge_receipt("ann@example.com", amount=amount, pledge_id=PLEDGE, link=link)
    refunds = [
        letters.pledge_refunded(
            "ann@example.com",
            amount=amount,
            is_whole=is_whole,
            pledge_id=PLEDGE,
            reason=reason,
            link=link,
        )
        for reason in ("unfunded", "withdrawn", "giver", "operator", "a new one")
        for is_whole in (True, False)
    ]

    for letter in (receipt, *refunds):
        assert "2,500.00 USD" in letter.subject
        for needed in ("2,500.00 USD", str(PLEDGE), link):
            assert needed in letter.text
        assert max(map(len, letter.text.splitlines())) <= 120
    assert len({letter.text for letter in refunds}) == 10, "Each says why, and what."


def test_the_code_is_in_the_text_and_not_in_the_subject() -> None:
    code = letters.visitor_code("ann@example.com", code="K7QM-3XRT", lifetime=timedelta(minutes=30))
    instead = letters.sign_in_instead("ann@example.com")

    assert "K7QM-3XRT" in code.text
    assert "30 minutes" in code.text
    assert "K7QM-3XRT" not in code.subject
    assert code.subject == instead.subject, "The list of letters does not tell who has an account."
