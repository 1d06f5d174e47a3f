import datetime as dt
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.files.packaged import sessions
from bot.adapters.yahoo.validation import AHEAD, CheckedQuote, check, previous_close
from bot.domain.history.bars import Bar
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS
from bot.domain.model import Fault
from bot.domain.quotes import Observation

NIKKEI = MARKETS["nikkei"]
TOKYO = sessions()["XTKS"]
READ = dt.datetime(2025, 9, 16, 5, 10, tzinfo=dt.UTC)
TRADED = READ - dt.timedelta(minutes=20)


def raw(**changes: Any) -> dict[str, Any]:
    quote = {
        "symbol": "^N225",
        "regularMarketPrice": 45055.38,
        "regularMarketPreviousClose": 44768.12,
        "regularMarketDayHigh": 45055.38,
        "regularMarketDayLow": 44616.32,
        "regularMarketTime": int(TRADED.timestamp()),
        "exchangeDataDelayedBy": 20,
    }
    return quote | {f"regularMarket{name}" if name[0].isupper() else name: value for name, value in changes.items()}


def checked(**changes: Any) -> CheckedQuote:
    return check(NIKKEI, raw(**changes), READ, TOKYO)


def observed(**changes: Any) -> Observation:
    observation = checked(**changes).observation
    assert observation is not None
    return observation


def test_a_good_quote_is_believed_whole() -> None:
    assert checked() == CheckedQuote(
        Observation(
            key="nikkei",
            level=4505538,
            time=TRADED,
            fetched_at=READ,
            previous_close=4476812,
            day_high=4505538,
            day_low=4461632,
            delay_minutes=20,
        ),
        (),
    )


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"Price": None}, Fault.NO_LEVEL),
        ({"Price": math.nan}, Fault.NO_LEVEL),
        ({"Price": math.inf}, Fault.NO_LEVEL),
        ({"Price": "45,055.38"}, Fault.NO_LEVEL),
        ({"Price": True}, Fault.NO_LEVEL),
        ({"Price": 0}, Fault.OUT_OF_BOUNDS),
        ({"Price": -45055.38}, Fault.OUT_OF_BOUNDS),
        ({"Time": None}, Fault.NO_TIME),
        ({"Time": 0}, Fault.NO_TIME),
        ({"Time": int((READ + AHEAD).timestamp()) + 1}, Fault.FUTURE),
        ({"Time": int(TRADED.timestamp()) * 1000}, Fault.FUTURE),  # milliseconds
    ],
)
def test_without_a_level_and_its_time_there_is_no_quote(changes: dict[str, Any], fault: Fault) -> None:
    assert checked(**changes) == CheckedQuote(None, (fault,))


def test_clocks_may_differ_a_little_and_a_trade_is_never_after_its_reading() -> None:
    assert observed(Time=int((READ + AHEAD).timestamp())).time == READ


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (None, Fault.PREVIOUS_MISSING),
        (math.nan, Fault.PREVIOUS_MISSING),
        (0.0, Fault.PREVIOUS_NEAR_ZERO),
        (0.01, Fault.PREVIOUS_NEAR_ZERO),
        (-44768.12, Fault.PREVIOUS_NEAR_ZERO),
        (44.7681, Fault.PREVIOUS_NEAR_ZERO),
    ],
)
def test_a_bad_previous_close_costs_the_change_and_not_the_level(value: float | None, fault: Fault) -> None:
    observation = observed(PreviousClose=value)
    assert (observation.level, observation.previous_close, observation.faults) == (4505538, None, (fault,))


@pytest.mark.parametrize(
    ("high", "low", "expected", "faults"),
    [
        (45055.37, 44616.32, (4505538, 4461632), ()),  # rounded on another way
        (45055.378906, 44616.320312, (4505538, 4461632), ()),  # float32
        (45000.00, 44616.32, (None, 4461632), (Fault.RANGE,)),
        (45055.38, 45100.00, (4505538, None), (Fault.RANGE,)),
        (4505538.0, 44616.32, (None, 4461632), (Fault.RANGE,)),  # a hundredfold spike is no record
        (45055.38, 446.16, (4505538, None), (Fault.RANGE,)),
        (0.0, 0.0, (None, None), ()),  # before the open
        (None, math.nan, (None, None), ()),
    ],
)
def test_the_part_of_the_range_that_cannot_be_is_left_out(
    high: float | None, low: float | None, expected: tuple[int | None, int | None], faults: tuple[Fault, ...]
) -> None:
    observation = observed(DayHigh=high, DayLow=low)
    assert ((observation.day_high, observation.day_low), observation.faults) == (expected, faults)


def test_several_faults_are_all_told() -> None:
    assert checked(PreviousClose=None, DayHigh=1.0).faults == (Fault.PREVIOUS_MISSING, Fault.RANGE)


@pytest.mark.parametrize(("value", "minutes"), [(0, 0), (15, 15), (None, None), (-1, None), ("15", None), (9e9, None)])
def test_the_delay_is_minutes_or_not_known(value: object, minutes: int | None) -> None:
    assert observed(exchangeDataDelayedBy=value).delay_minutes == minutes


def test_an_etf_that_stands_for_an_index_says_so() -> None:
    observation = check(MARKETS["topix"], raw(Price=331.5, PreviousClose=329.9), READ).observation
    assert observation is not None
    assert (observation.proxy, observation.level) == (True, 33150)


@pytest.mark.parametrize(
    ("key", "price", "previous", "level", "faults"),
    [
        ("vix", 37.3, 15.7, True, ()),  # +138 %: February 2018 was so
        ("vix", 0.157, 15.7, False, (Fault.OUT_OF_BOUNDS,)),
        ("us-10y", 4.034, 4.059, True, ()),
        ("us-10y", 40.34, 4.059, False, (Fault.OUT_OF_BOUNDS,)),
        ("oil", 63.3, 63.2, True, ()),
        ("oil", -37.63, 18.27, False, (Fault.OUT_OF_BOUNDS,)),
        ("oil", 100.0, 63.2, True, (Fault.JUMP,)),
        ("usd-cny", 7.1166, 7.1231, True, ()),
        ("usd-jpy", 1.4720, 147.3, False, (Fault.OUT_OF_BOUNDS,)),
        ("es-future", 6670.0, 66.7, True, (Fault.JUMP,)),
    ],
)
def test_instruments_have_bounds_of_their_own(
    key: str, price: float, previous: float, level: bool, faults: tuple[Fault, ...]
) -> None:
    checked_quote = check(INSTRUMENTS[key], raw(Price=price, PreviousClose=previous, DayHigh=None, DayLow=None), READ)
    assert (checked_quote.observation is not None, checked_quote.faults) == (level, faults)
    if checked_quote.observation is not None:
        assert (checked_quote.observation.previous_close is None) == bool(faults)


class TestSessions:
    """A close that is stamped anew belongs to the session that it closed."""

    holiday = dt.datetime(2025, 9, 15, 3, tzinfo=dt.UTC)
    friday = dt.datetime(2025, 9, 12, 6, 30, tzinfo=dt.UTC)

    def checked_at(self, instant: dt.datetime, price: float = 44768.12) -> Observation:
        changes = {"Price": price, "PreviousClose": 44768.12, "DayHigh": None, "DayLow": None}
        observation = check(NIKKEI, raw(Time=int(instant.timestamp()), **changes), instant, TOKYO).observation
        assert observation is not None
        return observation

    def test_on_a_holiday(self) -> None:
        observation = self.checked_at(self.holiday)
        assert (observation.time, observation.previous_close, observation.level) == (self.friday, None, 4476812)

    def test_before_the_open(self) -> None:
        before = dt.datetime(2025, 9, 15, 23, 30, tzinfo=dt.UTC)  # 08:30 on Tuesday in Tokyo
        assert self.checked_at(before).time == self.friday

    def test_a_level_of_its_own_is_no_close(self) -> None:
        observation = self.checked_at(self.holiday, price=44900.0)
        assert (observation.time, observation.previous_close) == (self.holiday, 4476812)

    def test_an_unchanged_level_in_a_session_is_of_that_session(self) -> None:
        instant = dt.datetime(2025, 9, 16, 0, 0, tzinfo=dt.UTC)
        assert self.checked_at(instant).time == instant

    def test_past_the_table_nothing_is_known_of_holidays(self) -> None:
        instant = dt.datetime(TOKYO.last.year + 2, 1, 1, 3, tzinfo=dt.UTC)
        assert self.checked_at(instant).time == instant


def test_the_row_before_the_last_one_is_not_the_session_before() -> None:
    bars = [Bar(dt.date(2025, 9, 11), 4476812), Bar(dt.date(2025, 9, 16), 3500000)]
    assert previous_close(bars, dt.date(2025, 9, 16), TOKYO) is None
    assert previous_close([Bar(dt.date(2025, 9, 12), 4476812)], dt.date(2025, 9, 16), TOKYO) == 4476812


near = st.floats(min_value=1, max_value=100_000) | st.integers(1_700_000_000, 1_800_000_000)
anything = (
    near
    | near
    | st.none()
    | st.booleans()
    | st.text(max_size=5)
    | st.integers()
    | st.floats()
    | st.lists(st.integers())
)


@given(st.fixed_dictionaries(dict.fromkeys(raw(), anything)), st.sampled_from([*MARKETS, *INSTRUMENTS]))
def test_whatever_yahoo_says_nothing_raises_and_what_is_left_holds_together(quote: dict[str, Any], key: str) -> None:
    listing = MARKETS[key] if key in MARKETS else INSTRUMENTS[key]
    checked_quote = check(listing, quote, READ, sessions()[MARKETS[key].mic] if key in MARKETS else None)
    if checked_quote.observation is None:
        assert len(checked_quote.faults) == 1
        return
    rest = checked_quote.observation
    assert rest.level > 0
    assert rest.time <= rest.fetched_at
    assert rest.previous_close is None or rest.previous_close > 0
    assert rest.day_high is None or rest.day_high >= rest.level
    assert rest.day_low is None or rest.day_low <= rest.level
