"""What does a highlight need to know of the judged session and of the market's past?"""

from dataclasses import dataclass
from datetime import date

from bot.domain.history.bars import History
from bot.domain.records.facts import RecordFacts, Trend
from bot.domain.records.history_index import HistoryIndex, LiveBar
from bot.domain.records.point_in_time import PointInTime


@dataclass(frozen=True, slots=True)
class JudgedSession:
    """One market's session as it stands.

    Attributes:
        past: the level and the past before it; ``past.over`` says whether the level is the close.
        history: the bars, with opens; bars of later days, and of a session that runs, must not be looked at.
        record: how the level stands against all before it.
        trend: where it comes from.
        previous: the close of the exchange's session before, in whole units; ``None`` where it is not known.
        open: the day's first level in whole units; ``None`` where it is not known.
    """

    past: PointInTime
    history: History
    record: RecordFacts
    trend: Trend
    previous: int | None
    open: int | None = None

    @property
    def volatility_pct(self) -> float | None:
        """The market's own daily volatility in per cent."""
        return self.trend.volatility_pct


def judged_session(
    index: HistoryIndex,
    live: LiveBar,
    history: History,
    record: RecordFacts,
    trend: Trend,
    until: date | None = None,
) -> JudgedSession:
    """Set out a live bar's session; bars after ``until``, and of a session that runs, do not exist."""
    past = PointInTime(index, live, until)
    previous = live.previous
    if previous is None and (before := next(past.backwards(past.day), None)) is not None and before.joined:
        previous = before.level
    bar = history.on(live.day) if past.over else None
    return JudgedSession(past, history, record, trend, previous, bar.open if bar else None)
