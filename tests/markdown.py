"""How does Discord read what a message says? Enough of its rules to tell plain text from all that is more.

After the rules of Discord's own client (simple-markdown with its additions); the first that matches at a place wins.
"""

import re
from typing import Final, NamedTuple


class Token(NamedTuple):
    kind: str
    text: str


_INLINE: Final = (
    ("escape", re.compile(r"\\([^0-9A-Za-z\s])")),
    ("address", re.compile(r"<(?:https?|steam|discord)://[^\s>]+>", re.IGNORECASE)),
    ("mail", re.compile(r"<[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+>")),
    ("phone", re.compile(r"<(?:tel|sms):\+?[\d-]+>")),
    ("mention", re.compile(r"<(?:@[!&]?|#|id:)[^\s>]+>|@(?:everyone|here)\b")),
    ("command", re.compile(r"</[^>]+:\d+>")),
    ("time", re.compile(r"<t:-?\d+(?::[tTdDfFRsS])?>")),
    ("emoji", re.compile(r"<a?:\w+:\d+>")),
    ("link", re.compile(r"\[(?:\\.|[^\]\\])+\]\(\s*<?[^\s)]+")),
    ("address", re.compile(r"(?:https?|steam|discord)://[^\s<]+[^<.,:;\"'\]\s]", re.IGNORECASE)),
    ("invitation", re.compile(r"discord(?:\.gg|(?:app)?\.com/invite)/\w+", re.IGNORECASE)),
    ("code", re.compile(r"(`+)[\s\S]*?[^`]\1(?!`)")),
    ("strong", re.compile(r"\*\*(?:\\.|[^\\])+?\*\*(?!\*)")),
    ("underlined", re.compile(r"__(?:\\.|[^\\])+?__(?!_)")),
    ("emphasis", re.compile(r"_(?:__|\\.|[^\\_])+?_|\*(?=\S)(?:\*\*|\\.|\s+(?:\\.|[^\s*\\]|\*\*)|[^\s*\\])+?\*(?!\*)")),
    ("struck", re.compile(r"~~(?:\\.|[^\\])+?~~(?!_)")),
    ("spoiler", re.compile(r"\|\|[\s\S]+?\|\|")),
)
_LINE: Final = (
    ("heading", re.compile(r"#{1,3}\s")),
    ("quote", re.compile(r">(?:>>)?\s")),
    ("small", re.compile(r"-#\s")),
    ("list", re.compile(r"\s*(?:[-*]|\d+\.)\s")),
)


def read(text: str) -> list[Token]:
    """Read a message as Discord does; what is plain text is one token of kind "text" a stretch."""
    tokens: list[Token] = []
    at, plain = 0, ""
    while at < len(text):
        kind, found = _at(text, at)
        if found is None:
            plain += text[at]
            at += 1
        elif kind == "escape":
            plain += found[1]
            at = found.end()
        else:
            tokens += [Token("text", plain)] * bool(plain) + [Token(kind, found[0])]
            plain, at = "", found.end()
    return tokens + [Token("text", plain)] * bool(plain)


def _at(text: str, at: int) -> tuple[str, re.Match[str] | None]:
    rules = (*_LINE, *_INLINE) if at == 0 or text[at - 1] == "\n" else _INLINE
    return next(((kind, found) for kind, rule in rules if (found := rule.match(text, at))), ("text", None))
