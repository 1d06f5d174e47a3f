"""How does an answer look in Discord? As Components V2; the only view that knows discord.py.

Discord takes 40 components and 4000 displayed characters a message. A page becomes at most eight components, and the
longest part of a text that would be too long is cut.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple

import discord

from bot.domain.answers import Answer
from bot.views.en.english import ENGLISH
from bot.views.language import AnswerWords, Language
from bot.views.page import DISCORD, Direction, Page
from bot.views.pages import page

LONGEST = 4000


class ButtonIds(NamedTuple):
    """What gives the custom ids of buttons about a market, named by its key: one renews its figures, one says why."""

    refresh: Callable[[str], str]
    why: Callable[[str], str]


_COLOURS: dict[Direction | None, int] = {"up": 0x2E9E5B, "down": 0xD64545, "flat": 0x8A9099, None: 0x4A6FA5}


class Message(discord.ui.LayoutView):
    """A message whose buttons carry all that they need in their custom id, so that a restart does not matter."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    def is_finished(self) -> bool:
        """Say that nobody waits for it, so that discord.py keeps no sent message in memory for its buttons' sake."""
        return True


def render(answer: Answer, button_ids: ButtonIds, language: AnswerWords = ENGLISH) -> Message:
    """Lay an answer out as a Discord message."""
    return laid_out(page(answer, DISCORD, language), button_ids=button_ids)


class Messages:
    """Answers as messages, each laid out once a minute for all who ask the same of one `Questions`.

    The key is the language, the answer's revision, which stands for the facts that it was worked out from, and the
    minute; the second, where a note tells an age in words. Discord itself keeps other ages up to date.
    """

    def __init__(self, button_ids: ButtonIds, size: int = 64) -> None:
        """Keep so many."""
        self._button_ids, self._size = button_ids, size
        self._kept: OrderedDict[tuple[object, ...], Message] = OrderedDict()  # oldest first

    def message(self, answer: Answer, language: Language = ENGLISH) -> Message:
        """Lay an answer out, or give what was laid out before; it may be sent often and must not be changed."""
        if answer.revision is None:
            return render(answer, self._button_ids, language)
        aging = any(note.time is not None for note in answer.notes)
        instant = answer.as_of.replace(microsecond=0) if aging else answer.as_of.replace(second=0, microsecond=0)
        key = (language.code, answer.kind, answer.revision, instant)
        if (message := self._kept.get(key)) is None:
            if len(self._kept) >= self._size:
                self._kept.popitem(last=False)
            message = self._kept[key] = render(answer, self._button_ids, language)
        return message


def laid_out(page: Page, longest: int = LONGEST, button_ids: ButtonIds | None = None) -> Message:
    """Lay a page out: what is urgent and the figure first, the rest after it, the small print and the button last.

    It shows ``longest`` characters at the most. Without ``button_ids`` there are no buttons.
    """
    head = [f"**{alert}**" for alert in page.alerts]
    head.append(f"### {page.title}")
    if page.figure:
        head.append(f"# {page.figure}")
    blocks = ["\n".join(head), "\n\n".join(page.paragraphs), _board(page.board), "\n".join(page.details)]
    small = "\n".join(f"-# {line}" for line in page.small)
    box = discord.ui.Container[Any](accent_colour=_COLOURS[page.direction])
    for block in _fitting([*blocks, small], longest):
        box.add_item(discord.ui.TextDisplay(block))
    if button_ids and (page.refresh or page.why):
        row = discord.ui.ActionRow[Any]()
        if page.refresh:
            row.add_item(discord.ui.Button[Any](label="↻", custom_id=button_ids.refresh(page.refresh)))
        if page.why:
            row.add_item(discord.ui.Button[Any](label=page.why.label, custom_id=button_ids.why(page.why.market)))
        box.add_item(row)
    return Message().add_item(box)


def _board(lines: tuple[str, ...]) -> str:
    return "\n".join(("```", *lines, "```")) if lines else ""


def _fitting(blocks: list[str], room: int) -> list[str]:
    excess = sum(map(len, blocks)) - room
    if excess > 0:
        longest = max(blocks, key=len)
        closing = "\n```" if longest.startswith("```") else ""
        cut = longest[: len(longest) - excess - len("…" + closing)]
        blocks[blocks.index(longest)] = f"{cut}…{closing}"
    return [block for block in blocks if block]
