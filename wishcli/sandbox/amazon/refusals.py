"""Refusals in the API's own shape."""

from collections.abc import Mapping

Json = dict[str, object]


class Refusal(Exception):
    """A request that is answered with an error body."""

    def __init__(
        self,
        kind: str,
        message: str,
        *,
        status: int,
        reason: str | None = None,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})
        self.body: Json = {"message": message, "type": kind}
        if reason is not None:
            self.body["reason"] = reason
        if fields:
            self.body["fieldList"] = [
                {"name": name, "message": fault} for name, fault in fields.items()
            ]


class TokenRefusal(Exception):
    """A token request that is answered in the shape of OAuth."""

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        super().__init__(description)
        self.status = status
        self.body: Json = {"error": error, "error_description": description}


def invalid(fields: Mapping[str, str]) -> Refusal:
    """Say which fields are wrong."""
    message = f"{len(fields)} validation errors detected."
    return Refusal(
        "ValidationException", message, status=400, reason="FieldValidationFailed", fields=fields
    )


def unauthorized(reason: str) -> Refusal:
    """Say that the token is not good."""
    return Refusal("UnauthorizedException", "The token is not valid.", status=401, reason=reason)


def not_eligible() -> Refusal:
    """Say that the partner has too few sales: recorded live."""
    return Refusal(
        "AccessDeniedException",
        "Your account does not currently meet the eligibility requirements.",
        status=403,
        reason="AssociateNotEligible",
    )


def invalid_associate() -> Refusal:
    """Say that credential and partner tag do not belong together: recorded live."""
    return Refusal(
        "ValidationException",
        "Your credential is not linked to the partner tag in the request for the given "
        "Marketplace.",
        status=400,
        reason="InvalidAssociate",
    )


def throttled(retry_after: int | None = None, pause: int | None = None) -> Refusal:
    """Say that there were too many requests, and in the header or the body for how long."""
    refusal = Refusal(
        "ThrottleException",
        "Request rate limit exceeded.",
        status=429,
        headers={} if retry_after is None else {"Retry-After": str(retry_after)},
    )
    if pause is not None:
        refusal.body["retryAfterSeconds"] = pause
    return refusal


def internal() -> Refusal:
    """Say nothing."""
    return Refusal("InternalServerException", "An internal error occurred.", status=500)
