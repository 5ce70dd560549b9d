# ruff: noqa: E501, RUF001 - texts that look like others are what this is about
"""Texts that somebody types who means no good, or whose keyboard is odd."""

import random
from collections.abc import Iterator
from typing import Final

FIXED: Final = (
    # nothing, and nearly nothing
    "", " ", "\t\n", "\u00a0", "\u200b", "\u2060\ufeff", "\u3164", "\x00", "\x7f", "\x85",
    # the end of a statement
    "'", '"', "`", "''", "\\", "\\'", "%", "_", "--", ";--", "/*", "*/", "' OR '1'='1", "1; SELECT 1",
    "'); DROP TABLE canary; --", '"; DROP TABLE canary; --', "1 UNION SELECT name FROM canary",
    "$$; DELETE FROM canary; $$", ":id", "$1", "?", "%(id)s", "%s%s%s%n", "{0.__class__}", "{id}",
    # half characters, marks and turns
    "\ud800", "\udc00x", "a\udfff", "\udcff", "\ufffe", "\uffff", "\U0010ffff", "\U000e0001",
    "\u202egnp.exe", "\u2066left\u2069", "\u2028", "\u2029", "a\u0300" * 40, "é", "é", "ﬁ", "İ",
    "ß", "ſ", "Ω", "Å", "\u1e9b\u0323", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f3f4",
    "عربي", "עברית", "漢字", "ไทย", "١٢٣", "１２３", "Z̷̡a̴͝l̸g̵o̶",
    # other people's languages
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "&lt;&amp;",
    "{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{% include '/etc/passwd' %}", "${jndi:ldap://x/a}",
    "$(reboot)", "`reboot`", "; reboot", "| reboot", "&& reboot", "../../../../etc/passwd", "..\\..",
    "%2e%2e%2f", "/etc/passwd\x00.png", "file:///etc/passwd", "\\\\host\\share", "C:\\CON", "CON", "NUL",
    "=cmd|' /C calc'!A0", "@SUM(1)", "+1", "-1", "\r\nSet-Cookie: a=b", "a\r\nBcc: eve@example.org",
    "a\nb", '{"level":"error"}', "\n{\"level\":\"error\"}\n", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07",
    "\x08\x08\x08", "[[", "]]>", "<!ENTITY x SYSTEM 'file:///etc/passwd'>", "*", "(?:a+)+$", "*)(uid=*",
    # numbers, and what is nearly one
    "0", "-0", "1e309", "-1e309", "nan", "NaN", "inf", "-Infinity", "0x10", "1_000", "1,000", "٣.٥",
    "9" * 400, "-" + "9" * 400, "0." + "0" * 400 + "1", "1/0", "true", "null", "None", "undefined",
    # long
    "x" * 201, "x" * 5001, "\U0001f600" * 300, "a" * 100_000, "%" * 2000, "{" * 2000, "[" * 2000,
    "a@" * 500, ("a" * 60 + ".") * 6, "a b " * 500, "\u0300" * 3000,
    # addresses and tokens
    "a@b", "a@b.example\x00", "a@[127.0.0.1]", '"a b"@example.org', "a@xn--.example", "é@example.org",
    "a@example.org,b@example.org", "wat_", "wat_" + "A" * 43, "wrt_" + "A" * 43, "wvp_x", "wsl_" + "\x00" * 43,
    "00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}", "tok_" + "x" * 300,
)  # fmt: skip
"""Each of them has broken something somewhere."""

_RANGES: Final = (
    (0x00, 0x20), (0x20, 0x7F), (0x7F, 0x100), (0x300, 0x370), (0x590, 0x700), (0x2000, 0x2070),
    (0xD800, 0xE000), (0xE000, 0xE100), (0xFE00, 0x10000), (0x1F300, 0x1F700), (0xE0000, 0xE0080),
)  # fmt: skip


def hostile(dice: random.Random, count: int) -> Iterator[str]:
    """Yield so many texts: the fixed ones first, in any order, and then compositions of them."""
    first = dice.sample(FIXED, min(count, len(FIXED)))
    yield from first
    for _ in range(count - len(first)):
        yield _composed(dice)


def _composed(dice: random.Random) -> str:
    parts = []
    for _ in range(dice.randrange(1, 4)):
        if dice.randrange(2):
            parts.append(dice.choice(FIXED)[:500])
        else:
            low, high = dice.choice(_RANGES)
            parts.append(
                "".join(chr(dice.randrange(low, high)) for _ in range(dice.randrange(1, 9)))
            )
    return dice.choice(("", " ", "x")).join(parts)
