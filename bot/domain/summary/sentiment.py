"""What is the sentiment of a region: its tone and its score?

The score runs from −100 to 100 and is the sum of four parts, each of which a reader can work out from the summary's
own figures (`PARTS` gives the most points that each can bring):

* ``breadth`` (10): advancers less decliners, as a share of the counted markets.
* ``size`` (45): the weighted mean of the moves in units of each market's own volatility, at most `LARGEST` units each,
  so that one crash does not speak for a region, and 1 % in Taipei is not 1 % in Kuala Lumpur. Where the volatility is
  not known it is taken for 1 %, the median of the catalogue's histories.
* ``weight`` (40): the weight of the markets that clearly rose less that of those that clearly fell (0.1 % and more).
* ``records`` (5): markets at a record, as a share of the counted ones.

The catalogue's `WEIGHTS` say how much the wires look at an exchange; indexes of one exchange share its weight, so that
Tokyo does not vote twice. Asia's come from the 63 Asian dates of `wraps.csv`, whose wraps name Tokyo on 56, Hong Kong
on 45, Seoul on 43, Shanghai on 41, Sydney on 31, Taipei on 22, Singapore on 13 and Mumbai on 3; and the tone follows
Tokyo: no day on which the Nikkei fell was called a rally, and of 15 falls it rose on one, by 0.07 %. Wall Street
outweighs the rest of the world in any wrap; Paris stands for its own index and two European ones.

What was tried on those dates, each at 12:00 UTC; how many had the wires' tone:

* one figure and its best threshold: breadth 50, the mean move in per cent 50, the Nikkei alone 46, size in
  volatilities with every exchange alike 53.
* the four parts with every exchange alike: 49; with Tokyo at 2, 3, 4 and 5: 52, 55, 58 and 58.
* from the weights chosen, Seoul or Shanghai at 2, or Hong Kong at 1, loses 2 or 3 dates, Mumbai at 1 loses one: the
  wires write before it has traded much. Records at 10 points lose one, at 0 none: a record is often what a mixed day
  has to show, and they are kept small because a reader expects them to count.
* 960 settings (Tokyo 2 to 5, Hong Kong, Seoul and Shanghai 1 or 2, Mumbai 1/2 or 1, three sets of parts, five
  thresholds) agree on 45 to 58 dates, the median on 51. Chosen on all dates but one and judged by that one, they agree
  on 55 of 63 (87 %); chosen on a random half and judged by the other, on 86 %.

The setting taken has round figures and lies inside a plateau: 58 of 63 (92 %), never the opposite; thresholds of 25,
26 to 29, 30 and 32 give 56, 58, 57 and 56. The wraps' 20 American and European dates, which nothing was fitted to,
agree on 18. Other Asian dates should be expected to agree on six of seven. `tests/domain/summary/test_tone.py` lists
those
that differ. `STRONG` parts a rally from a rise, which the wires do not: it is where the parts cannot reach without
nearly all markets moving by more than their usual day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.domain.markets.catalogue import WEIGHTS
from bot.domain.records.facts import USUAL_VOLATILITY
from bot.domain.summary.answer import Tone
from bot.domain.summary.breadth import FLAT, UNCHANGED, sign

PARTS: Final[Mapping[str, int]] = MappingProxyType({"breadth": 10, "size": 45, "weight": 40, "records": 5})
LARGEST: Final = 2.0
"""A move of more volatilities than this counts no further."""
CLEAR: Final = 28
"""From this score on a region is higher, and from its negative on lower; in between it is mixed."""
STRONG: Final = 60
"""From this score on it is a rally, and from its negative on a sell-off."""


@dataclass(frozen=True, slots=True)
class MarketVote:
    """What one counted market contributes.

    Attributes:
        mic: the market's exchange; indexes of one exchange share its weight.
        change_pct: the move in per cent.
        z: the same in units of the market's own volatility; ``None`` where that is not known.
        record: whether the market is at a record.
    """

    mic: str
    change_pct: float
    z: float | None = None
    record: bool = False


@dataclass(frozen=True, slots=True)
class Sentiment:
    """The tone, the score, and the named parts that add up to it exactly (whole points)."""

    tone: Tone
    score: int
    parts: tuple[tuple[str, int], ...]


def sentiment_of(votes: Sequence[MarketVote]) -> Sentiment:
    """Return the sentiment of the counted markets; mixed and 0 where there are none."""
    if not votes:
        return Sentiment("mixed", 0, tuple((name, 0) for name in PARTS))
    count = len(votes)
    votes_of = {mic: sum(vote.mic == mic for vote in votes) for mic in {vote.mic for vote in votes}}
    weights = [WEIGHTS.get(vote.mic, 1) / votes_of[vote.mic] for vote in votes]
    total = sum(weights)
    shares = {
        "breadth": sum(sign(vote.change_pct, UNCHANGED) for vote in votes) / count,
        "size": sum(weight * _size(vote) for weight, vote in zip(weights, votes, strict=True)) / total,
        "weight": sum(
            weight * sign(vote.change_pct, FLAT) for weight, vote in zip(weights, votes, strict=True)
        ) / total,
        "records": sum(vote.record for vote in votes) / count,
    }  # fmt: skip
    parts = tuple((name, round(points * shares[name])) for name, points in PARTS.items())
    score = sum(points for _, points in parts)
    return Sentiment(_tone(score), score, parts)


def _tone(score: int) -> Tone:
    if abs(score) < CLEAR:
        return "mixed"
    if score > 0:
        return "rally" if score >= STRONG else "higher"
    return "selloff" if score <= -STRONG else "lower"


def _size(vote: MarketVote) -> float:
    """Return the move in volatilities as a share of the largest that counts, from -1 to 1."""
    z = vote.z if vote.z is not None else vote.change_pct / USUAL_VOLATILITY
    return max(-1.0, min(1.0, z / LARGEST))
