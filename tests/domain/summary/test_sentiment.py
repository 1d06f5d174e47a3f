"""Is the score the sum of parts that a reader can work out, and the tone what the score says?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.summary.sentiment import CLEAR, PARTS, STRONG, MarketVote, sentiment_of

VOTES = st.lists(
    st.builds(
        MarketVote,
        mic=st.sampled_from(["XTKS", "XKRX", "XHKG", "XSHG", "XBOM", "XNYS", "XLON"]),
        change_pct=st.floats(-40, 40),
        z=st.none() | st.floats(-20, 20),
        record=st.booleans(),
    ),
    max_size=34,
)


@given(VOTES)
def test_the_parts_add_up_exactly_and_stay_within_their_points(votes: list[MarketVote]) -> None:
    sentiment = sentiment_of(votes)
    assert sum(points for _, points in sentiment.parts) == sentiment.score
    assert [name for name, _ in sentiment.parts] == list(PARTS)
    assert all(abs(points) <= PARTS[name] for name, points in sentiment.parts)


@given(VOTES)
def test_the_tone_is_the_scores(votes: list[MarketVote]) -> None:
    sentiment = sentiment_of(votes)
    assert (sentiment.tone in ("rally", "higher")) == (sentiment.score >= CLEAR)
    assert (sentiment.tone in ("selloff", "lower")) == (sentiment.score <= -CLEAR)
    assert (sentiment.tone in ("rally", "selloff")) == (abs(sentiment.score) >= STRONG)


@given(VOTES)
def test_the_mirrored_day_has_the_mirrored_score_but_for_records(votes: list[MarketVote]) -> None:
    plain = [MarketVote(vote.mic, vote.change_pct, vote.z) for vote in votes]
    mirrored = [MarketVote(vote.mic, -vote.change_pct, None if vote.z is None else -vote.z) for vote in votes]
    assert sentiment_of(plain).score == -sentiment_of(mirrored).score


def test_no_vote_is_mixed() -> None:
    assert (sentiment_of([]).tone, sentiment_of([]).score) == ("mixed", 0)


def test_two_indexes_of_one_city_have_one_vote() -> None:
    rest = [MarketVote("XKRX", -1.0, -1.0), MarketVote("XHKG", -1.0, -1.0)]
    single = dict(sentiment_of([MarketVote("XTKS", 1.0, 1.0), *rest]).parts)
    double = dict(sentiment_of([MarketVote("XTKS", 1.0, 1.0), MarketVote("XTKS", 1.0, 1.0), *rest]).parts)
    assert (single["size"], single["weight"]) == (double["size"], double["weight"])
    assert single["breadth"] < double["breadth"]  # breadth is a count that a reader can repeat


def test_tokyo_outweighs_sydney() -> None:
    assert sentiment_of([MarketVote("XTKS", 1.0, 1.0), MarketVote("XASX", -1.0, -1.0)]).score > 0


def test_one_crash_does_not_speak_for_a_region() -> None:
    rest = [MarketVote(mic, 0.8, 0.8) for mic in ("XTKS", "XKRX", "XHKG", "XASX", "XTAI")]
    assert sentiment_of([*rest, MarketVote("XSHG", -9.0, -9.0)]) == sentiment_of(
        [*rest, MarketVote("XSHG", -2.0, -2.0)]
    )


@pytest.mark.parametrize(("move", "points"), [(0.04, (0, 0)), (0.06, (10, 0)), (0.09, (10, 0)), (0.1, (10, 40))])
def test_flat_markets_weigh_nothing(move: float, points: tuple[int, int]) -> None:
    parts = dict(sentiment_of([MarketVote("XTKS", move, 0.0)]).parts)
    assert (parts["breadth"], parts["weight"]) == points
