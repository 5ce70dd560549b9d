"""Refusals in Stripe's own shape."""

from collections.abc import Mapping

Json = dict[str, object]

INVALID_REQUEST = "invalid_request_error"


class Refusal(Exception):
    """A request the sandbox answers with an error body.

    `began` tells whether the operation had begun when it was refused. Only then is the refusal
    kept for its idempotency key; a request that fails validation may be corrected under the
    same key.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = INVALID_REQUEST,
        code: str | None = None,
        param: str | None = None,
        began: bool = False,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.began = began
        self._error: Json = {"message": message, "type": kind}
        if code is not None:
            self._error["code"] = code
            self._error["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
        if param is not None:
            self._error["param"] = param
        self._error.update(details or {})

    def body(self, request_id: str) -> Json:
        """Give the JSON body of the answer."""
        log_url = f"https://dashboard.stripe.com/test/logs/{request_id}"
        return {"error": {**self._error, "request_log_url": log_url}}


def no_such(thing: str, name: str, *, param: str, in_path: bool = False) -> Refusal:
    """Say that an id, in the path or in a parameter, names nothing."""
    return Refusal(
        f"No such {thing}: '{name}'",
        status=404 if in_path else 400,
        code="resource_missing",
        param=param,
        began=True,
    )


def missing(param: str) -> Refusal:
    """Say that a required parameter is absent."""
    return Refusal(f"Missing required param: {param}.", code="parameter_missing", param=param)


def unsupported(what: str, *, param: str | None = None) -> Refusal:
    """Say that Stripe knows this but the sandbox does not, rather than silently ignore it."""
    return Refusal(
        f"{what} is valid at Stripe but not supported by this sandbox.",
        code="sandbox_unsupported",
        param=param,
    )
