"""A row that every table accepts, and for every CHECK a change that only this CHECK refuses."""

from collections.abc import Mapping
from typing import Final

Values = Mapping[str, str | int | bool | None]

AT: Final = "2026-11-20 12:00:00+00:00"
LATER: Final = "2026-12-24 12:00:00+00:00"
HASH: Final = "a" * 64


def uuid(number: int) -> str:
    """Return an id that is easy to tell from others."""
    return f"00000000-0000-7000-8000-{number:012}"


STAMPS: Final = {"created_at": AT, "updated_at": AT}

SENSE: Final[Mapping[str, Values]] = {
    "job_lease": {"name": "close", "holder_id": uuid(1), "until": LATER},
    "account": {
        "id": uuid(2), **STAMPS, "email": "ann@example.org", "username": "ann",
        "first_name": "Ann", "last_name": "Lee", "birthday": "1990-02-03", "password_hash": "x",
    },
    "token_family": {"id": uuid(3), **STAMPS, "expires_at": LATER, "account_id": uuid(2)},
    "token": {
        "hash": HASH, "kind": "access", "created_at": AT, "expires_at": LATER,
        "family_id": uuid(3),
    },
    "visitor": {"id": uuid(4), **STAMPS, "email": "bob@example.org", "name": "Bob"},
    "visitor_pass": {
        "hash": HASH, "created_at": AT, "expires_at": LATER, "visitor_id": uuid(4),
    },
    "ledger_entry": {
        "id": uuid(6), "list_id": uuid(7), "movement": "charge:x", "subject_id": uuid(9),
        "account": "stripe", "amount_minor": -5, "currency": "EUR", "created_at": AT,
    },
    "payment_notice": {
        "id": "evt_1", "kind": "charge.refunded", "created_at": AT, "next_try_at": AT, "tries": 0,
    },
    "wish_list": {
        "id": uuid(7), **STAMPS, "owner_id": uuid(2), "title": "Birthday", "description": "",
        "occasion": "", "currency": "EUR", "deadline": LATER, "state": "active",
        "share_generation": 0,
    },
    "item": {
        "id": uuid(8), **STAMPS, "list_id": uuid(7), "title": "Bicycle", "note": "", "url": "",
        "price_minor": 50_000, "quantity": 1, "priority": 3, "marketplace": "www.amazon.de",
        "asin": "B0916J478T", "price_source": "amazon",
    },
    "product_quote": {
        "id": uuid(12), **STAMPS, "marketplace": "www.amazon.de", "asin": "B0916J478T",
        "asked_at": AT, "checked_at": AT, "expires_at": LATER, "availability": "available",
        "price_minor": 50_000, "currency": "EUR", "quantity_max": 3, "page_url": "https://x",
    },
    "catalogue_access": {
        "name": "credential", "day": AT, "calls": 1, "next_at": AT, "closed_until": LATER,
        "closure": "not_eligible",
    },
    "funding": {
        "item_id": uuid(8), "list_id": uuid(7), "currency": "EUR", "target_minor": 50_000,
        "held_minor": 500, "paid_minor": 400, "state": "open", **STAMPS,
    },
    "pledge": {
        "id": uuid(9), **STAMPS, "list_id": uuid(7), "item_id": uuid(8), "account_id": uuid(2),
        "amount_minor": 500, "currency": "EUR", "state": "held", "version": 0,
        "request_hash": HASH, "message": "", "show_name": True, "giver_name": "Ann",
        "item_title": "Bicycle", "item_url": "", "item_price_minor": 50_000, "holds_room": True,
        "attempts": 0,
    },
    "pledge_event": {
        "id": uuid(10), "list_id": uuid(7), "pledge_id": uuid(9), "version": 0, "state": "held",
        "note": "", "created_at": AT,
    },
    "refund": {
        "id": uuid(11), **STAMPS, "list_id": uuid(7), "pledge_id": uuid(9), "generation": 1,
        "state": "requested", "amount_minor": 500, "currency": "EUR",
    },
}  # fmt: skip
"""One row per table, in an order that foreign keys allow."""

PAID: Final[Values] = {"state": "paid", "intent_id": "pi_1", "paid_at": AT}

NONSENSE: Final[Mapping[str, Values]] = {
    "job_lease_has_name": {"name": ""},
    "account_email_is_lower_case": {"email": "Ann@example.org"},
    "account_email_has_at": {"email": "ann.example.org"},
    "account_username_is_lower_case": {"username": "Ann"},
    "account_has_password": {"password_hash": ""},
    "token_family_ends_later": {"expires_at": AT},
    "token_is_hashed": {"hash": "secret"},
    "token_has_known_kind": {"kind": "bearer"},
    "token_ends_later": {"expires_at": AT},
    "token_used_is_refresh": {"used_at": AT},
    "visitor_email_is_lower_case": {"email": "Bob@example.org"},
    "visitor_email_has_at": {"email": "bob@"},
    "visitor_pass_is_hashed": {"hash": "secret"},
    "visitor_pass_ends_later": {"expires_at": AT},
    "ledger_entry_names_movement": {"movement": "charge"},
    "ledger_entry_has_known_account": {"account": "pocket"},
    "ledger_entry_moves_money": {"amount_minor": 0},
    "ledger_entry_has_currency": {"currency": "eur"},
    "payment_notice_has_id": {"id": ""},
    "payment_notice_has_kind": {"kind": ""},
    "payment_notice_counts_tries": {"tries": -1},
    "payment_notice_outcome_is_handled": {"outcome": "done"},
    "wish_list_has_title": {"title": "  "},
    "wish_list_has_currency": {"currency": "EU"},
    "wish_list_ends_later": {"deadline": AT},
    "wish_list_has_known_state": {"state": "closed"},
    "wish_list_counts_links": {"share_generation": -1},
    "wish_list_link_is_hashed": {"share_hash": "secret"},
    "item_has_title": {"title": ""},
    "item_has_price": {"price_minor": 0},
    "item_has_quantity": {"quantity": 0},
    "item_can_be_paid": {"price_minor": 50_000_000, "quantity": 2},
    "item_has_priority": {"priority": 6},
    "item_product_is_whole": {"marketplace": None},
    "item_has_asin": {"asin": "B0916J478"},
    "item_has_known_price_source": {"price_source": "guess"},
    "product_quote_has_marketplace": {"marketplace": "www.amazn.de"},
    "product_quote_has_asin": {"asin": "B0916J478"},
    "product_quote_has_known_availability": {"availability": "perhaps"},
    "product_quote_has_price": {"price_minor": 0},
    "product_quote_has_currency": {"currency": "eur"},
    "product_quote_price_has_currency": {"currency": None},
    "product_quote_has_quantity": {"quantity_max": 0},
    "product_quote_ends": {"expires_at": None},
    "product_quote_ends_later": {"expires_at": AT},
    "product_quote_is_empty_before": {"checked_at": None, "expires_at": None},
    "catalogue_access_has_name": {"name": ""},
    "catalogue_access_counts_calls": {"calls": -1},
    "catalogue_access_has_known_closure": {"closure": "whim"},
    "catalogue_access_closure_ends": {"closed_until": None},
    "funding_has_currency": {"currency": "€"},
    "funding_has_target": {"target_minor": 100_000_000},
    "funding_holds_target_at_most": {"held_minor": 50_001},
    "funding_paid_is_held": {"paid_minor": 501},
    "funding_paid_is_not_negative": {"paid_minor": -1},
    "funding_has_known_state": {"state": "full"},
    "funding_bought_is_reserved": {"bought_at": AT},
    "pledge_has_one_giver": {"visitor_id": uuid(4)},
    "pledge_has_amount": {"amount_minor": -500},
    "pledge_has_currency": {"currency": "EUr"},
    "pledge_has_known_state": {**PAID, "state": "gone"},
    "pledge_counts_moves": {"version": -1},
    "pledge_has_request_hash": {"request_hash": ""},
    "pledge_has_intent": {"state": "confirming"},
    "pledge_keeps_item_title": {"item_title": ""},
    "pledge_keeps_item_price": {"item_price_minor": 0},
    "pledge_has_known_reason": {"refund_reason": "whim"},
    "pledge_refund_has_reason": {**PAID, "state": "refund_due"},
    "pledge_refunding_has_lease": {**PAID, "state": "refunding", "refund_reason": "giver"},
    "pledge_counts_attempts": {"attempts": -1},
    "pledge_knows_when_paid": {**PAID, "paid_at": None},
    "pledge_knows_when_refunded": {**PAID, "state": "refunded", "refund_reason": "giver"},
    "pledge_event_counts_moves": {"version": -1},
    "pledge_event_has_known_state": {"state": "gone"},
    "refund_has_generation": {"generation": 0},
    "refund_has_known_state": {"state": "done", "provider_id": "re_1"},
    "refund_has_amount": {"amount_minor": 0},
    "refund_has_currency": {"currency": "E1R"},
    "refund_is_known_to_provider": {"state": "pending"},
}
"""For every CHECK, by its name, a change of its table's row above."""

ALLOWED: Final[Mapping[str, Values]] = {
    "pledge_has_one_giver": {"account_id": None, "visitor_id": uuid(4)},
    "pledge_has_intent": PAID,
    "pledge_refunding_has_lease": {
        **PAID, "state": "refunding", "refund_reason": "giver", "lease_until": LATER,
    },
    "pledge_knows_when_refunded": {
        **PAID, "state": "refunded", "refund_reason": "giver", "refunded_at": LATER,
    },
    "account_has_password": {"password_hash": "", "email": "", "deleted_at": AT, "username": None},
    "funding_holds_target_at_most": {"held_minor": 50_000, "paid_minor": 50_000},
    "funding_bought_is_reserved": {"state": "reserved", "bought_at": AT},
    "item_can_be_paid": {"price_minor": 100_100, "quantity": 999},
    "item_product_is_whole": {"marketplace": None, "asin": None},
    "product_quote_is_empty_before": {
        "checked_at": None, "expires_at": None, "availability": None, "price_minor": None,
        "currency": None, "page_url": None,
    },
    "catalogue_access_closure_ends": {"closed_until": None, "closure": None},
    "refund_is_known_to_provider": {"state": "succeeded", "provider_id": "re_1"},
}  # fmt: skip
"""Neighbours of the nonsense, which are right."""


def literal(value: str | int | bool | None) -> str:
    """Return the value as both databases read it in a statement."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).upper()
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
