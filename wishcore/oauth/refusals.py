"""How a front end's request is refused, in the words of RFC 6749."""

from enum import StrEnum

from wishcore.errors import Invalid


class Reason(StrEnum):
    """The codes of RFC 6749 (4.1.2.1 and 5.2) that we use."""

    INVALID_REQUEST = "invalid_request"
    INVALID_CLIENT = "invalid_client"
    INVALID_GRANT = "invalid_grant"
    INVALID_SCOPE = "invalid_scope"
    UNAUTHORIZED_CLIENT = "unauthorized_client"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
    UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type"
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable"


class OAuthRefused(Invalid):
    """The front end is told why, in the form that its library understands."""

    code = "oauth_refused"
    title = "The front end's request is refused"

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class QuestionRefused(OAuthRefused):
    """A question at the authorization endpoint; the browser goes back with the reason."""

    code = "question_refused"
    title = "The front end's question is refused"

    def __init__(
        self, reason: Reason, detail: str, *, redirect_uri: str, state: str | None
    ) -> None:
        super().__init__(reason, detail)
        self.redirect_uri = redirect_uri
        self.state = state


class NoFrontEnd(Invalid):
    """No registered front end asks so. Nobody is sent to an address that is not registered."""

    code = "no_front_end"
    title = "This front end is not registered"


class PageOutOfDate(Invalid):
    """The sign-in page is too old, was answered, or belongs to another browser."""

    code = "page_out_of_date"
    title = "This page is out of date: go back to where you came from and sign in again"
