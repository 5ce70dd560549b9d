"""Rules for values that several operations share."""

from urllib.parse import urlsplit

from wishcli.sandbox.stripe.model.refusals import Refusal
from wishcli.sandbox.stripe.wire.arguments import Arguments

_METADATA_KEYS_MAX = 50
_METADATA_KEY_LENGTH_MAX = 40
_METADATA_VALUE_LENGTH_MAX = 500
_DESCRIPTION_LENGTH_MAX = 1000
_SUFFIX_LENGTH_MAX = 22
_SUFFIX_FORBIDDEN = frozenset("<>\\'\"*")
_SCRIPT_SCHEMES = frozenset({"javascript", "data", "vbscript", "file"})


def metadata(arguments: Arguments) -> dict[str, str]:
    """Give the metadata within Stripe's limits."""
    values = arguments.mapping("metadata")
    if len(values) > _METADATA_KEYS_MAX:
        raise Refusal(
            f"You may only have up to {_METADATA_KEYS_MAX} metadata keys.", param="metadata"
        )
    for key, value in values.items():
        if len(key) > _METADATA_KEY_LENGTH_MAX or not key:
            raise Refusal(
                f"Metadata keys can be at most {_METADATA_KEY_LENGTH_MAX} characters long.",
                param="metadata",
            )
        if len(value) > _METADATA_VALUE_LENGTH_MAX:
            raise Refusal(
                f"Metadata values can be at most {_METADATA_VALUE_LENGTH_MAX} characters long.",
                param=f"metadata[{key}]",
            )
    return values


def description(arguments: Arguments) -> str | None:
    """Give the description within Stripe's limit."""
    text = arguments.text("description")
    if text is not None and len(text) > _DESCRIPTION_LENGTH_MAX:
        raise Refusal(
            f"Invalid string; must be at most {_DESCRIPTION_LENGTH_MAX} characters",
            param="description",
        )
    return text


def statement_suffix(arguments: Arguments) -> str | None:
    """Give the suffix for the cardholder's statement; a whole descriptor is not for cards."""
    if arguments.text("statement_descriptor") is not None:
        raise Refusal(
            "The statement_descriptor parameter is not supported for charges with "
            "payment_method_type=card. Use statement_descriptor_suffix instead.",
            param="statement_descriptor",
        )
    suffix = arguments.text("statement_descriptor_suffix")
    if suffix is None:
        return None
    if len(suffix) > _SUFFIX_LENGTH_MAX:
        raise Refusal(
            f"The statement descriptor suffix must be at most {_SUFFIX_LENGTH_MAX} characters.",
            param="statement_descriptor_suffix",
        )
    if _SUFFIX_FORBIDDEN & set(suffix) or not any(letter.isalpha() for letter in suffix):
        raise Refusal(
            "The statement descriptor suffix must contain at least one letter and none of the "
            "characters < > \\ ' \" *",
            param="statement_descriptor_suffix",
        )
    return suffix


def return_url(arguments: Arguments) -> str | None:
    """Give an absolute address to return to; an app's own scheme is fine."""
    address = arguments.text("return_url")
    if address is None:
        return None
    try:
        parts = urlsplit(address)
    except ValueError as problem:
        raise Refusal("Not a valid URL", code="url_invalid", param="return_url") from problem
    if not parts.scheme or not parts.netloc or parts.scheme.lower() in _SCRIPT_SCHEMES:
        raise Refusal("Not a valid URL", code="url_invalid", param="return_url")
    return address
