"""How does everything read in English? Each kind's words are imported when it is shown."""

import datetime as dt
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.domain.answers import AboutAnswer, HelpAnswer, IndexAnswer, RecordAnswer, RecordsAnswer
    from bot.domain.attribution.agenda import CalendarAnswer
    from bot.domain.attribution.answer import WhyAnswer
    from bot.domain.errors import Failure
    from bot.domain.instrument import InstrumentAnswer
    from bot.domain.model import Note
    from bot.domain.status import StatusAnswer
    from bot.domain.summary.answer import SummaryAnswer
    from bot.views.language import Language, PostingWords
    from bot.views.page import Page, PageStyle

_LATER: Final = (
    "bot.domain.attribution.agenda",
    "bot.domain.attribution.answer",
    "bot.domain.attribution.sectors",
    "bot.domain.summary.moves",
    "bot.domain.summary.summary",
    "bot.services.calendar_question",
    "bot.services.summaries",
    "bot.services.why_question",
    "bot.views.en.calendar",
    "bot.views.en.general",
    "bot.views.en.index",
    "bot.views.en.instrument",
    "bot.views.en.posting",
    "bot.views.en.record",
    "bot.views.en.status",
    "bot.views.en.summary",
    "bot.views.en.why",
)
"""What a single question of the command line needs a part of at most, and imports when it does."""


class English:
    """English, as a news wire writes it."""

    code = "en-US"

    @property
    def posting(self) -> "PostingWords":
        """What is said of posts and alerts."""
        from bot.views.en import posting

        return posting

    def index(self, answer: "IndexAnswer", style: "PageStyle") -> "Page":
        """The level of a market and what it means."""
        from bot.views.en import index

        return index.page(answer, style)

    def why(self, answer: "WhyAnswer", style: "PageStyle") -> "Page":
        """Which stocks made a market's move."""
        from bot.views.en import why

        return why.page(answer, style)

    def calendar(self, answer: "CalendarAnswer", style: "PageStyle") -> "Page":
        """What is due in a region."""
        from bot.views.en import calendar

        return calendar.page(answer, style)

    def instrument(self, answer: "InstrumentAnswer", style: "PageStyle") -> "Page":
        """The level of a future, currency, yield, commodity or the VIX."""
        from bot.views.en import instrument

        return instrument.page(answer, style)

    def record(self, answer: "RecordAnswer", style: "PageStyle") -> "Page":
        """Whether a market is at a record."""
        from bot.views.en import record

        return record.page(answer, style)

    def records(self, answer: "RecordsAnswer", style: "PageStyle") -> "Page":
        """Which markets are at records."""
        from bot.views.en import record

        return record.board(answer, style)

    def summary(self, answer: "SummaryAnswer", style: "PageStyle") -> "Page":
        """A region's day."""
        from bot.views.en import summary

        return summary.page(answer, style)

    def status(self, answer: "StatusAnswer", style: "PageStyle") -> "Page":
        """Which exchanges of a region trade."""
        from bot.views.en import status

        return status.page(answer, style)

    def help(self, answer: "HelpAnswer", style: "PageStyle") -> "Page":
        """What can be asked."""
        from bot.views.en import general

        return general.help_page(answer, style)

    def about(self, answer: "AboutAnswer", style: "PageStyle") -> "Page":
        """Sources, delays, privacy."""
        from bot.views.en import general

        return general.about_page(answer, style)

    def note(self, note: "Note", now: dt.datetime) -> str:
        """What is to be known of a figure."""
        from bot.views.en import wording

        return wording.note(note, now)

    @property
    def no_answer(self) -> str:
        """What stands for a moment where an answer was promised and none came."""
        return "No answer this time."

    def failure(self, failure: "Failure", style: "PageStyle", *, operator: bool = False) -> str:
        """What went wrong."""
        from bot.views.en.failures import sentence

        return sentence(failure, style, operator=operator)

    def load(self) -> None:
        """Import all words beforehand."""
        for name in _LATER:
            import_module(name)


ENGLISH: "Final[Language]" = English()
