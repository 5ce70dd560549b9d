"""As in `nonsense`, for the tables of the life of an account."""

from collections.abc import Mapping
from typing import Final

from tests.operations.nonsense import AT, HASH, LATER, STAMPS, Values, uuid

SENSE: Final[Mapping[str, Values]] = {
    "rate_limit": {"key": f"sign_in:{HASH}", "used": 1, "ends_at": LATER},
    "security_event": {
        "id": uuid(201), "kind": "signed_in", "note": "", "created_at": AT, "network_hash": HASH,
    },
    "confirmation": {
        "id": uuid(202), **STAMPS, "purpose": "reset", "email": "ann@example.org",
        "code_hash": HASH, "expires_at": LATER, "tries": 0,
    },
    "follow": {
        "id": uuid(203), "created_at": AT, "follower_id": uuid(2), "followed_id": uuid(204),
    },
    "erasure": {"account_id": uuid(2), "email": "ann@example.org", "created_at": AT, "due_at": AT},
}  # fmt: skip

NONSENSE: Final[Mapping[str, Values]] = {
    "rate_limit_is_hashed": {"key": "sign_in:ann@example.org"},
    "rate_limit_counts": {"used": -1},
    "security_event_has_kind": {"kind": ""},
    "security_event_network_is_hashed": {"network_hash": "198.51.100.7"},
    "confirmation_has_known_purpose": {"purpose": "fun"},
    "confirmation_email_is_lower_case": {"email": "Ann@example.org"},
    "confirmation_email_has_at": {"email": "ann.example.org"},
    "confirmation_of_sign_up_has_person": {"purpose": "sign_up"},
    "confirmation_of_email_has_account": {"purpose": "new_email"},
    "confirmation_of_guest_has_name": {"guest_name": "Gus"},
    "confirmation_is_hashed": {"code_hash": "K7QM-3XRT"},
    "confirmation_ends_later": {"expires_at": AT},
    "confirmation_counts_tries": {"tries": -1},
    "follow_is_of_somebody_else": {"followed_id": uuid(2)},
    "erasure_email_has_at": {"email": "ann"},
}
