"""What is left of a text from outside once it has come through the door?

One function, `bounded`, for every text that somebody outside wrote: options, what is typed while choices are offered,
the terminal's line, and what a refusal repeats of them.
"""

import re
from typing import Final

LONGEST: Final = 100
"""Characters of a text that are read; the longest name and the longest time are far shorter."""

_READ: Final = 8000  # characters looked at: more than Discord lets through, so that a text's cost has a bound
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
"""What is not seen, or changes how what stands beside it is seen; a class and no alternatives: one pass over a text."""


def bounded(text: str, longest: int = LONGEST) -> str:
    """Give a text without what cannot be seen, with single spaces for white space, and with a bounded length."""
    return " ".join(_INVISIBLE.sub("", text[:_READ]).split())[:longest].rstrip()


def shortened(text: str, longest: int) -> str:
    """Give a bounded text to be repeated, with a sign where something was cut off."""
    whole = bounded(text, longest + 1)
    return whole if len(whole) <= longest else whole[: longest - 1].rstrip() + "…"
