"""Is the score the sum of parts that a reader can work out, and the tone what the score says?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.summary.sentiment import CLEAR, PARTS, STRONG, MarketVote, sentiment_of

VOICES = st.lists(
    st.builds(
        MarketVote,
        mic=st.sampled_from(["XTKS", "XKRX", "XHKG", "XSHG", "XBOM", "XNYS", "XLON"]),
        change_pct=st.floats(-40, 40),
        z=st.none() | st.floats(-20, 20),
        record=st.booleans(),
    ),
    max_size=34,
)


@given(VOICES)
def test_the_parts_add_up_exactly_and_stay_within_their_points(voices: list[MarketVote]) -> None:
    told = sentiment_of(voices)
    assert sum(points for _, points in told.parts) == told.score
    assert [name for name, _ in told.parts] == list(PARTS)
    assert all(abs(points) <= PARTS[name] for name, points in told.parts)


@given(VOICES)
def test_the_tone_is_the_scores(voices: list[MarketVote]) -> None:
    told = sentiment_of(voices)
    assert (told.tone in ("rally", "higher")) == (told.score >= CLEAR)
    assert (told.tone in ("selloff", "lower")) == (told.score <= -CLEAR)
    assert (told.tone in ("rally", "selloff")) == (abs(told.score) >= STRONG)


@given(VOICES)
def test_the_mirrored_day_has_the_mirrored_score_but_for_records(voices: list[MarketVote]) -> None:
    plain = [MarketVote(one.mic, one.change_pct, one.z) for one in voices]
    mirrored = [MarketVote(one.mic, -one.change_pct, None if one.z is None else -one.z) for one in voices]
    assert sentiment_of(plain).score == -sentiment_of(mirrored).score


def test_no_voice_is_mixed() -> None:
    assert (sentiment_of([]).tone, sentiment_of([]).score) == ("mixed", 0)


def test_two_indexes_of_one_city_have_one_vote() -> None:
    rest = [MarketVote("XKRX", -1.0, -1.0), MarketVote("XHKG", -1.0, -1.0)]
    one = dict(sentiment_of([MarketVote("XTKS", 1.0, 1.0), *rest]).parts)
    two = dict(sentiment_of([MarketVote("XTKS", 1.0, 1.0), MarketVote("XTKS", 1.0, 1.0), *rest]).parts)
    assert (one["size"], one["weight"]) == (two["size"], two["weight"])
    assert one["breadth"] < two["breadth"]  # breadth is a count that a reader can repeat


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
