"""Which highlights does a market's session have, the rarest first?"""

from collections.abc import Callable, Iterable
from typing import Final

from bot.domain.highlights import round_numbers, size
from bot.domain.highlights.highlight import Highlight
from bot.domain.highlights.session import JudgedSession

_FINDERS: Final[tuple[Callable[[JudgedSession], Iterable[Highlight]], ...]] = (size.find, round_numbers.find)


def highlights(session: JudgedSession) -> tuple[Highlight, ...]:
    """Return what is worth saying of a session, the rarest first; nothing where the session before is not known."""
    if session.previous is None:
        return ()
    found = [highlight for find in _FINDERS for highlight in find(session)]
    return tuple(sorted(found, key=lambda highlight: highlight.per_decade))
