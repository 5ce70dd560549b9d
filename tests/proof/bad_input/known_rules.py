"""Which refusals of a request that fits the document are right: rules that no schema can tell."""

from collections.abc import Mapping
from typing import Any, Final

from schemathesis import Response
from schemathesis.core.failures import Failure

from tests.support.http import Json

Case = Any  # schemathesis leaves its own types open

RULES_BEYOND_SCHEMAS: Final[Mapping[str, frozenset[str]]] = {
    # An address that letters can be sent to: EmailStr is more than `format: email`.
    "/email": frozenset({"sign_up", "ask_to_change_email", "ask_to_reset", "ask_for_code",
                         "confirm_code"}),
    # Names of people can be printed on a letter: no control characters, not only spaces.
    "/first_name": frozenset({"sign_up", "edit_profile"}),
    "/last_name": frozenset({"sign_up", "edit_profile"}),
    "/display_name": frozenset({"edit_profile"}),
    "/name": frozenset({"ask_for_code"}),
    "/birthday": frozenset({"sign_up", "edit_profile"}),
    "/picture_url": frozenset({"edit_profile"}),
    # Texts are one line, or lines, and not only spaces.
    "/title": frozenset({"create_list", "replace_list", "edit_list", "add_item", "replace_item",
                         "edit_item"}),
    "/description": frozenset({"create_list", "replace_list", "edit_list"}),
    "/occasion": frozenset({"create_list", "replace_list", "edit_list"}),
    "/note": frozenset({"add_item", "replace_item", "edit_item"}),
    "/message": frozenset({"make_pledge"}),
    "/url": frozenset({"add_item", "replace_item", "edit_item", "preview_link"}),
    # A price that follows Amazon's needs a link to Amazon; one currency in a list.
    "/price_source": frozenset({"add_item", "replace_item", "edit_item"}),
    "/price": frozenset({"add_item", "replace_item", "edit_item"}),
    # Either this or that, which is said in the description and not by a schema.
    "": frozenset({"issue_tokens", "make_pledge"}),
    # Cursors are signed: none can be made up.
    "/cursor": frozenset({"public_profiles", "own_lists", "own_items", "own_pledges",
                          "own_sessions", "followers", "following"}),
}  # fmt: skip
"""What `invalid` may say of a request that fits the document: rules that no schema can tell."""


def is_known_rule(failure: Failure, case: Case, response: Response) -> bool:
    """Say whether a request that fits the document was refused by a rule beyond schemas.

    Such a refusal has a code of its own (`bad_deadline`), or points to a field whose rules are
    written down above, to a text that cannot be stored, or to 5.0 for 5.
    """
    if type(failure).__name__ != "RejectedPositiveData":
        return False
    problem: Json = response.json()
    if "error" in problem:
        return problem["error"] in {"invalid_client", "invalid_request", "unsupported_grant_type"}
    if problem["code"] != "invalid":
        return problem["code"] not in {"malformed_json", "unsupported_media_type"}
    name = str(case.operation.definition.raw["operationId"])
    return all(
        name in RULES_BEYOND_SCHEMAS.get(field_of(pointer), ())
        or _is_odd(at_pointer(case.body, pointer))
        for pointer in (fault["pointer"] for fault in problem["errors"])
    )


def field_of(pointer: str) -> str:
    """Return the outermost step of a pointer."""
    return "/" + pointer.split("/")[1] if pointer else ""


def at_pointer(document: Any, pointer: str) -> Any:
    """Return what a pointer (RFC 6901) leads to, if it leads anywhere."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        document = document.get(name) if isinstance(document, dict) else None
    return document


def _is_odd(value: Any) -> bool:
    """Say whether a schema takes what we do not: NUL in a text, 5.0 for 5 (docs/api.md)."""
    return (isinstance(value, str) and "\x00" in value) or isinstance(value, float)
