"""Which headlines belong beside a market's move, in the words of those who wrote them?

A title is never changed and never translated. One without a time does not exist, nor does one older than the market's
previous close or later than the instant that is told. Ranking is by rule, and an empty list is a normal answer. The
weights were set by hand on one day's titles.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from bot.domain.model import Frozen

MOST: Final = 2
PUBLISHERS: Final = (
    "Reuters", "Associated Press", "AP", "AFP", "Bloomberg", "CNBC", "Nikkei Asia", "Yonhap", "SCMP",
    "South China Morning Post", "Kyodo", "Xinhua", "Financial Times", "The Wall Street Journal", "WSJ", "Barrons.com",
    "MarketWatch", "Federal Reserve", "Bank of Japan", "European Central Bank",
)  # fmt: skip
"""Who may be quoted where the operator names nobody else."""

_LEAST: Final = 5.0
_HALF_LIFE: Final = timedelta(hours=12)
_LONGEST: Final = 300  # characters; a title beyond them is none
_ALIKE: Final = 70.0
_SAME: Final = 95.0
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_MONTH: Final = re.compile(
    r"\b(january|february|march|april|may|june|july|august|september|october|november|december)\b", re.IGNORECASE
)
_MARKET: Final = re.compile(
    r"\b(stocks?|shares?|equit(?:y|ies)|index|wall street|futures|rally|sell-?off)\b", re.IGNORECASE
)
_DATA: Final = re.compile(
    r"\b(fed|fomc|boj|ecb|boe|rba|pboc|central bank|rates?|inflation|cpi|gdp|jobs|payrolls|pmi)\b", re.IGNORECASE
)
_POLICY: Final = re.compile(r"\b(tariffs?|exports?|sanctions?|trade (?:talks?|deal|war)|chip curbs?)\b", re.IGNORECASE)
_ADVICE: Final = re.compile(
    r"\?|^\d+ |\b(best|top \d+|buy now|should you|how to|what to know|here's why|opinion|quiz|podcast|watch)\b"
    r"|\b(i|my|we're)\b",
    re.IGNORECASE,
)


class Headline(Frozen):
    """A title as it was published: by whom, when (UTC), and where it can be read.

    ``symbols`` are those in whose feed it stood; ``language`` is that of the title, where the source says so.
    """

    title: str
    publisher: str
    time: datetime
    url: str
    symbols: tuple[str, ...] = ()
    language: str | None = None


class HeadlineWindow(NamedTuple):
    """From when to when a headline counts, both included (UTC)."""

    since: datetime
    until: datetime


def is_link(url: str) -> bool:
    """Return whether an address can be shown as one: http or https, a host, and nothing that would end a link."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not set(url) & set(" <>()[]\\\"'\n\t`|")


def select_headlines(
    headlines: Iterable[Headline],
    window: HeadlineWindow,
    names: Sequence[str],
    feeds: Collection[str] = (),
    publishers: Collection[str] = PUBLISHERS,
) -> tuple[Headline, ...]:
    """Return at most two headlines, of different publishers, the best first.

    Args:
        headlines: what a source offers.
        window: what is older or later does not exist.
        names: what the index and the day's largest contributors are called.
        feeds: the symbols of these; a name in its own feed counts for more.
        publishers: who may be quoted, in any case.
    """
    allowed = {publisher.casefold() for publisher in publishers}
    ranked = sorted(
        (
            (score, headline)
            for headline in headlines
            if _is_usable(headline, window) and headline.publisher.casefold() in allowed
            if (score := _score(headline, names, feeds)) >= _LEAST
        ),
        key=lambda pair: (
            -pair[0] - 2 * 0.5 ** ((window.until - pair[1].time) / _HALF_LIFE),
            pair[1].time,
            pair[1].title,
        ),
    )
    chosen: list[Headline] = []
    for _, headline in ranked:
        if any(headline.publisher == other.publisher or is_twin(headline, other) for other in chosen):
            continue
        chosen.append(headline)
        if len(chosen) == MOST:
            break
    return tuple(chosen)


def is_twin(one: Headline, other: Headline) -> bool:
    """Return whether two headlines tell the same.

    Of different publishers, where they are alike and name the same figures and months; of one, where they are the same
    but for a word.
    """
    from rapidfuzz import fuzz  # noqa: PLC0415 - most answers quote nobody

    alike = fuzz.token_sort_ratio(one.title.casefold(), other.title.casefold())
    if one.publisher == other.publisher:
        return alike >= _SAME
    return alike >= _ALIKE and _figures(one.title) == _figures(other.title)


def _figures(title: str) -> tuple[list[str], list[str]]:
    return sorted(_NUMBER.findall(title)), sorted(month.casefold() for month in _MONTH.findall(title))


def _is_usable(headline: Headline, window: HeadlineWindow) -> bool:
    if not window.since <= headline.time <= window.until or not is_link(headline.url):
        return False
    return 0 < len(headline.title.strip()) <= _LONGEST


def _score(headline: Headline, names: Sequence[str], feeds: Collection[str]) -> float:
    title = headline.title
    score = 3.0 * bool(_MARKET.search(title)) + 2.0 * bool(_DATA.search(title)) + 2.0 * bool(_POLICY.search(title))
    if any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", title, re.IGNORECASE) for name in names):
        score += 4.0 if set(headline.symbols) & set(feeds) else 2.0
    return score - 4.0 * bool(_ADVICE.search(title))
