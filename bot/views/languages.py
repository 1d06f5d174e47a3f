"""Which languages are there, and which one is meant by a code of Discord's?"""

from typing import Final

from bot.views.en.english import ENGLISH
from bot.views.language import Language

LANGUAGES: Final[dict[str, Language]] = {"en": ENGLISH}
"""Each language by its code at Discord, or by the part of it before the hyphen, which covers all its variants."""


def language(code: str) -> Language:
    """Return the language of a code ("ja", "en-GB"), English where it is not spoken yet."""
    return LANGUAGES[_spoken(code) or "en"]


def is_spoken(code: str) -> bool:
    """Return whether a code's language is spoken."""
    return _spoken(code) is not None


def _spoken(code: str) -> str | None:
    return next((known for known in (code, code.partition("-")[0]) if known in LANGUAGES), None)
