"""Pages of the web that people name: anybody's address, so nothing in it is trusted."""

from dataclasses import dataclass
from typing import Protocol

from wishcore.errors import Invalid


class PageUnreadable(Invalid):
    """The page cannot be read. It never says why: that would tell what runs in our network."""

    code = "page_unreadable"
    title = "This page could not be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """The source of a page, and the address that it was found at in the end."""

    url: str
    content: bytes
    charset: str
    """What the server says; empty where it says nothing."""


class Web(Protocol):
    """Reads from public servers only, whatever an address resolves to."""

    async def read_page(self, url: str) -> WebPage:
        """Read a page of HTML, over a few redirects.

        Raises:
            PageUnreadable: for every reason alike.
        """
        ...

    async def find_redirect(self, url: str) -> str | None:
        """Return the absolute address that the server redirects to; it is not followed.

        `None`: it leads nowhere, and will not tomorrow.

        Raises:
            PageUnreadable: for every reason alike.
        """
        ...
