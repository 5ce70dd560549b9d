"""The few tags of a page that may say something of a product.

A page may be written to keep us busy: a tree of a hundred thousand nested tags takes an HTML parser
minutes. So what matters is picked first, in one pass, and the parser gets it side by side.
"""

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

TEXT_LENGTH_MAX: Final = 2000
_SCRIPTS_MAX: Final = 20
_TAGS_MAX: Final = 50_000
_PICKED_MAX: Final = 500
# Possessive throughout: it never goes back.
_TAG: Final = re.compile(
    r"""<([a-z][a-z0-9]*+)\b[^<>"']*+(?:(?:"[^"]{0,4000}+"|'[^']{0,4000}+')[^<>"']*+)*+>""",
    re.IGNORECASE | re.ASCII,
)
_SCRIPT_END: Final = re.compile("</script", re.IGNORECASE)
_PRODUCT: Final = re.compile(r"""itemtype=["']?https?://schema\.org/Product\b""")
_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}charset=[\"' ]{0,2}([\w-]{1,40})", re.IGNORECASE)
# Those of the web. Python knows others, which take minutes for a long text.
_CHARSETS: Final = re.compile(
    r"utf-?(8|16)|us-ascii|iso-8859-\d+|latin-?1|windows-\d+|shift_jis|euc-(jp|kr)|iso-2022-jp"
    r"|gbk|gb2312|gb18030|big5|koi8-[ru]",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Picked:
    """What was picked, in the order of the page."""

    tags: list[str] = field(default_factory=list)
    """`meta` tags, and the properties of the first product as `i` tags, none inside another."""
    scripts: list[str] = field(default_factory=list)
    """The contents of scripts of JSON-LD."""
    title: str = ""
    """What stands in the page's own title, with its entities."""
    is_product: bool = False
    """Whether microdata of a product has begun."""

    def take(self, match: re.Match[str]) -> None:
        """Keep the tag, or what it begins, if it matters."""
        name = match.group(1).lower()
        if name == "meta":
            self.tags.append(match.group())
        elif name == "title":
            self.title = self.title or _text_after(match)
        elif name == "script":
            self._take_script(match)
        if "item" in match.group():
            self._take_property(match)

    def _take_script(self, match: re.Match[str]) -> None:
        if "ld+json" in match.group() and len(self.scripts) < _SCRIPTS_MAX:
            end = _SCRIPT_END.search(match.string, match.end())
            self.scripts.append(match.string[match.end() : end.start()] if end else "")

    def _take_property(self, match: re.Match[str]) -> None:
        tag = match.group()
        self.is_product = self.is_product or _PRODUCT.search(tag) is not None
        if self.is_product:
            # Under one name, so that the parser moves none to where it belongs in a table.
            self.tags.append(f"<i{tag[1 + len(match.group(1)) :]}{_text_after(match)}</i>")


def pick(content: bytes, *, charset: str) -> Picked:
    """Walk over the tags of a page once; it never raises, whatever the source is."""
    source = _without_comments(_decoded(content, charset))
    picked = Picked()
    for match in islice(_TAG.finditer(source), _TAGS_MAX):
        picked.take(match)
        if len(picked.tags) >= _PICKED_MAX:
            break
    return picked


def _decoded(content: bytes, charset: str) -> str:
    declared = _CHARSET.search(content, 0, 4096)
    names = (charset, declared.group(1).decode("latin-1") if declared else "")
    name = next((name for name in names if _CHARSETS.fullmatch(name)), "utf-8")
    return content.decode(name, "replace").replace("\x00", "")


def _without_comments(source: str) -> str:
    kept, at = [], 0
    while (start := source.find("<!--", at)) >= 0:
        kept.append(source[at:start])
        end = source.find("-->", start)
        if end < 0:
            return "".join(kept)
        at = end + 3
    return "".join((*kept, source[at:]))


def _text_after(match: re.Match[str]) -> str:
    return match.string[match.end() : match.end() + TEXT_LENGTH_MAX].partition("<")[0]
