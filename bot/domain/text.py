"""What is left of a user's text once it is cleaned and cut?

One function, `bounded`, for every text that a user wrote: options, what is typed for autocomplete, the terminal's line,
and what a refusal repeats of them.
"""

import re
from typing import Final

LONGEST: Final = 100
"""Characters of a text that are read; every name and every time is far shorter."""

_MOST_READ: Final = 8000  # characters: more than Discord lets through, so that the cost of a text is bounded
_INVISIBLE: Final = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls, but for those that are white space
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, joiners, fillers
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f"  # zero width, bidirectional marks, overrides and isolates
    "\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"  # blanks, variation selectors, BOM
    "\ud800-\udfff\ue000-\uf8ff"  # lone surrogates, private use
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff"  # tags, more selectors, private use
    "]+"
)
"""Characters that are invisible, or change how their neighbours look; one class, so that one pass removes them."""


def bounded(text: str, longest: int = LONGEST) -> str:
    """Return a text without invisible characters, with single spaces for white space, cut to a length."""
    return " ".join(_INVISIBLE.sub("", text[:_MOST_READ]).split())[:longest].rstrip()


def shortened(text: str, longest: int) -> str:
    """Return a bounded text to be repeated to its author, with an ellipsis where it was cut."""
    whole = bounded(text, longest + 1)
    return whole if len(whole) <= longest else whole[: longest - 1].rstrip() + "…"
