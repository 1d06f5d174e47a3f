"""Which words may a summary use, and what do they mean in figures?"""

import re

from bot.domain.markets.catalogue import MARKETS
from bot.views.en.places import place, prose, spot

UP = "edged up|inched up|added|gained|rose|climbed|advanced|jumped|surged"
DOWN = "edged down|inched down|slipped|dipped|lost|fell|dropped|sank|tumbled|slid|plunged"
PRESENT_UP = "edges up|inches up|gains|rises|climbs|advances|jumps|surges"
PRESENT_DOWN = "edges down|inches down|slips|dips|falls|drops|sinks|tumbles|slides|plunges"
MILD = ("climbed", "rose", "gained", "added", "advanced", "fell", "lost", "dropped", "slipped", "dipped")
"""Verbs too weak for 3 % and more."""
RANGES = {
    "edged": (0.1, 0.4), "inched": (0.1, 0.4), "slipped": (0.03, 0.66), "dipped": (0.03, 0.66), "added": (0.3, 0.7),
    "plunged": (7.0, 1e9), "sank": (1.5, 1e9), "tumbled": (1.5, 1e9), "slid": (1.5, 1e9), "jumped": (0.6, 1e9),
    "surged": (0.6, 1e9),
}  # fmt: skip
WORDS = {
    word: value
    for value, word in enumerate(("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"))
}
ORDINALS = {
    word: position + 1
    for position, word in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
    )
}
NAMES = {name: key for key in MARKETS for name in (place(key), spot(key), prose(key))}
REGION_NAMES = {"asia": "Asia", "europe": "Europe", "americas": "the Americas", "world": "world markets"}
KEY = r"«([\w-]+)»"
"""A market's key, as `with_keys` writes it in the place of a name."""
PERCENT = r"(\d[\d,]*\.\d) %"

_FOLDED = {form: key for name, key in NAMES.items() for form in (name, name[0].upper() + name[1:])}
_NAME = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, _FOLDED), key=len, reverse=True))})\b")


def with_keys(text: str) -> str:
    """Replace every name of a market by its key."""
    return _NAME.sub(lambda match: f"«{_FOLDED[match[0]]}»", text)


def number(word: str) -> int:
    return WORDS[word] if word in WORDS else int(word)


def rank(word: str) -> int:
    return ORDINALS[word] if word in ORDINALS else int(re.sub(r"\D", "", word))


def same(figure: str, value: float | None, decimals: int = 1) -> bool:
    shown = float(figure.replace(",", ""))
    return value is not None and abs(shown - abs(value)) <= 0.5 * 10**-decimals + 1e-6
