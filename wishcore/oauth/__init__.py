"""Front ends sign people in here (OAuth 2, RFC 6749 and 9700), and get our own tokens.

A registered front end sends the browser with a question; the person answers on our page, with a
password or through another company; the front end exchanges the code, once, for tokens. Of every
secret on this way only the hash is stored.
"""

from wishcore.oauth.answering import Newcomer, approve_account, join, sign_in
from wishcore.oauth.codes import Approval, challenge_of, redeem
from wishcore.oauth.providers import (
    Came,
    Providers,
    Visit,
    arrive,
    leave,
    provider_named,
    renew_page,
    take_visit,
)
from wishcore.oauth.pruning import PrunedRequests, prune_requests
from wishcore.oauth.questions import (
    OpenRequest,
    Page,
    Question,
    find_open,
    keep_open,
    open_page,
    read_question,
    rotate_browser,
)
from wishcore.oauth.refusals import (
    NoFrontEnd,
    OAuthRefused,
    PageOutOfDate,
    QuestionRefused,
    Reason,
)
from wishcore.oauth.tokens import Granted, authenticate, grant_tokens, revoke_for

__all__ = [
    "Approval",
    "Came",
    "Granted",
    "Newcomer",
    "NoFrontEnd",
    "OAuthRefused",
    "OpenRequest",
    "Page",
    "PageOutOfDate",
    "Providers",
    "PrunedRequests",
    "Question",
    "QuestionRefused",
    "Reason",
    "Visit",
    "approve_account",
    "arrive",
    "authenticate",
    "challenge_of",
    "find_open",
    "grant_tokens",
    "join",
    "keep_open",
    "leave",
    "open_page",
    "provider_named",
    "prune_requests",
    "read_question",
    "redeem",
    "renew_page",
    "revoke_for",
    "rotate_browser",
    "sign_in",
    "take_visit",
]
