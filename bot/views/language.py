"""What must every language be able to say? A language is one package of `bot.views` that fulfils this.

Word order, size words and the way of writing numbers, dates and arrows are a language's own: it is given whole answers
and whole failures, never pieces of sentences to be joined.
"""

import datetime as dt
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from bot.domain.answers import AboutAnswer, HelpAnswer, IndexAnswer, RecordAnswer, RecordsAnswer
    from bot.domain.attribution.agenda import CalendarAnswer
    from bot.domain.attribution.answer import WhyAnswer
    from bot.domain.errors import Failure
    from bot.domain.instrument import InstrumentAnswer
    from bot.domain.model import Note
    from bot.domain.posting.confirmations import Settlement
    from bot.domain.posting.subscriptions import Alert, Post, PostContent
    from bot.domain.records.events import Event
    from bot.domain.status import StatusAnswer
    from bot.domain.summary.answer import SummaryAnswer
    from bot.services.subscriptions import Forecast, ListedSubscription
    from bot.views.page import Page, PageStyle


class AnswerWords(Protocol):
    """How answers read, whoever asked and wherever they are shown."""

    def index(self, answer: "IndexAnswer", style: "PageStyle") -> "Page":
        """The level of a market and what it means."""
        ...

    def why(self, answer: "WhyAnswer", style: "PageStyle") -> "Page":
        """Which stocks made a market's move."""
        ...

    def calendar(self, answer: "CalendarAnswer", style: "PageStyle") -> "Page":
        """What is due in a region."""
        ...

    def instrument(self, answer: "InstrumentAnswer", style: "PageStyle") -> "Page":
        """The level of a future, currency, yield, commodity or the VIX."""
        ...

    def record(self, answer: "RecordAnswer", style: "PageStyle") -> "Page":
        """Whether a market is at a record."""
        ...

    def records(self, answer: "RecordsAnswer", style: "PageStyle") -> "Page":
        """Which markets are at records."""
        ...

    def summary(self, answer: "SummaryAnswer", style: "PageStyle") -> "Page":
        """A region's day."""
        ...

    def status(self, answer: "StatusAnswer", style: "PageStyle") -> "Page":
        """Which exchanges of a region trade."""
        ...

    def help(self, answer: "HelpAnswer", style: "PageStyle") -> "Page":
        """What can be asked."""
        ...

    def about(self, answer: "AboutAnswer", style: "PageStyle") -> "Page":
        """Sources, delays, privacy."""
        ...

    def note(self, note: "Note", now: dt.datetime) -> str:
        """What is to be known of a figure, in one sentence."""
        ...

    @property
    def no_answer(self) -> str:
        """What stands for a moment where an answer was promised and none came."""
        ...

    def failure(self, failure: "Failure", style: "PageStyle", *, operator: bool = False) -> str:
        """What went wrong, in one sentence; to the operator it may name files and hosts."""
        ...


ButtonName = Literal["now", "yes", "no"]
"""``now`` stands under a post and shows what it would say now; ``yes`` and ``no`` answer a question."""


class PostingWords(Protocol):
    """How posts and alerts read in Discord: as they are set up, as they come, and when they fail."""

    def button(self, name: ButtonName) -> str:
        """What stands on a button."""
        ...

    def question_page(self, post: "Post", forecast: "Forecast", *, change: bool, spoken: bool) -> "Page":
        """Ask whether a post is to be set up or changed; ``spoken``: whether the bot speaks its language yet."""
        ...

    def deletion_page(self) -> "Page":
        """Ask whether all that is kept of a server is to go."""
        ...

    def expiry(self, at: dt.datetime) -> str:
        """When a question expires."""
        ...

    def settled_page(self, settlement: "Settlement") -> "Page":
        """How a question ended."""
        ...

    def listed_pages(self, subscriptions: "list[ListedSubscription]", *, alerts: bool) -> "list[Page]":
        """A server's posts, or its alerts, with what became of each."""
        ...

    def paused_page(self, number: int) -> "Page":
        """That a post was paused as it was asked."""
        ...

    def resumed_page(self, number: int, next_due: dt.datetime | None) -> "Page":
        """That a post or an alert goes on."""
        ...

    def removed_page(self, number: int) -> "Page":
        """That a post or an alert is removed."""
        ...

    def tested_page(self, channel: int) -> "Page":
        """That a test is on its way to a channel."""
        ...

    def alert_page(self, alert: "Alert") -> "Page":
        """That an alert is set."""
        ...

    def skipped_page(self, content: "PostContent") -> "Page":
        """In the place of a post: which holiday it is."""
        ...

    def empty_page(self, content: "PostContent") -> "Page":
        """In the place of a post: that no figures are to be had."""
        ...

    def event(self, event: "Event") -> str:
        """What an alert tells."""
        ...

    def delayed(self, due: dt.datetime) -> str:
        """That a post comes late."""
        ...

    def pause_begins(self, subscription: "Post | Alert") -> str:
        """The beginning of `paused`, by which it is known again."""
        ...

    def paused(self, subscription: "Post | Alert", server: str | None) -> str:
        """That a post was paused because its channel refuses it, to whoever set it up."""
        ...


class Language(AnswerWords, Protocol):
    """All that is said in one language."""

    @property
    def code(self) -> str:
        """Discord's code of it."""
        ...

    @property
    def posting(self) -> PostingWords:
        """What is said of posts and alerts."""
        ...

    def load(self) -> None:
        """Import all words beforehand, as a process that goes on to answer does: the first question would wait."""
        ...
