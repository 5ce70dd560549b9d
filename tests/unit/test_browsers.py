"""What a person sees when something goes wrong on a page."""

import pytest

from wishapi.browsers import browser_page
from wishapi.http import Answer
from wishcore.errors import Conflict, TooManyRequests, Unauthenticated


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (Conflict("Taken by <b>Eve</b>"), 409, "Taken by &lt;b&gt;Eve&lt;/b&gt;"),
        (Unauthenticated("Closed"), 400, "Closed"),
        (TooManyRequests(retry_after_seconds=7), 429, ""),
        (ZeroDivisionError("a secret"), 500, "on our side"),
    ],
)
async def test_a_refusal_and_a_bug_are_pages(error: Exception, status: int, said: str) -> None:
    @browser_page
    async def handler() -> Answer:
        raise error

    shown = await handler()

    assert (shown.status, shown.media_type) == (status, "text/html; charset=utf-8")
    assert shown.headers is not None
    assert "frame-ancestors 'none'" in shown.headers["Content-Security-Policy"]
    text = bytes(shown.value).decode()  # type: ignore[call-overload] # a page is bytes
    assert said in text
    assert "a secret" not in text
