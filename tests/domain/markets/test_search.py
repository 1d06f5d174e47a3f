import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import UnknownMarket
from bot.domain.markets.catalogue import CATALOGUE, INSTRUMENTS, MARKETS
from bot.domain.markets.search import (
    find,
    find_instrument,
    find_listing,
    normal,
    search,
    search_instruments,
)
from tests.sentences import failing, sentence_of


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("nikkei", "nikkei"),
        ("日経225", "nikkei"),
        ("Ｎ２２５", "nikkei"),
        ("  NIKKEI 225 ", "nikkei"),
        ("코스피", "kospi"),
        ("s&p", "sp500"),
        ("Ｓ＆Ｐ５００", "sp500"),
        ("HSI", "hang-seng"),
        ("ダウ", "dow"),
        ("dow", "dow"),
        ("恒生指数", "hang-seng"),
        ("滬深300", "csi300"),
        ("^N225", "nikkei"),
        ("Sao Paulo", "ibovespa"),
        ("são paulo", "ibovespa"),
        ("Frankfurt", "dax"),
        ("ndx", "nasdaq100"),
        ("^NDX", "nasdaq100"),
        ("Nasdaq-100", "nasdaq100"),
        ("ナスダック100", "nasdaq100"),
        ("나스닥 100", "nasdaq100"),
        ("那斯達克100", "nasdaq100"),
        ("纳指100", "nasdaq100"),
        ("nasdaq", "nasdaq"),
        ("ナスダック", "nasdaq"),
        ("HSTECH.HK", "hang-seng-tech"),
        ("항셍테크", "hang-seng-tech"),
        ("恒生科技", "hang-seng-tech"),
        ("ハンセンテック指数", "hang-seng-tech"),
        ("hang seng", "hang-seng"),
        ("hscei", "hscei"),
        ("国企指数", "hscei"),
        ("홍콩 H지수", "hscei"),
        ("创业板", "chinext"),
        ("科創50", "star50"),
        ("VN Index", "vn-index"),
        ("Vietnam", "vn-index"),
        ("越南", "vn-index"),
        ("Stockholm", "omxs30"),
        ("スウェーデン", "omxs30"),
        ("Türkiye", "bist100"),
        ("XU100.IS", "bist100"),
        ("이스탄불", "bist100"),
        ("Johannesburg", "jse-top40"),
        ("南非", "jse-top40"),
    ],
)
def test_a_market_is_found_by_any_name_in_any_script(text: str, key: str) -> None:
    assert find(text).key == key


def test_every_name_and_alias_finds_its_market() -> None:
    for market in CATALOGUE:
        for name in (
            market.key,
            market.name,
            market.short,
            *market.names.values(),
            *filter(None, market.aliases.split("|")),
        ):
            assert find(name) is market, name


def test_no_two_markets_share_a_name() -> None:
    owners: dict[str, str] = {}
    for market in CATALOGUE:
        for name in {
            market.key,
            market.name,
            market.short,
            *market.names.values(),
            *filter(None, market.aliases.split("|")),
        }:
            assert owners.setdefault(normal(name), market.key) == market.key, name


def test_a_misspelling_is_answered_with_what_may_be_meant() -> None:
    with failing(UnknownMarket, match=r"I don't know “nikei”\. Did you mean Nikkei 225\?"):
        find("nikei")


def test_nonsense_is_not_given_a_wild_guess() -> None:
    with pytest.raises(UnknownMarket) as error:
        find("xyzzyq")
    assert error.value.suggestions == ()
    assert "I know indexes, gold, oil and a few currencies, not single shares" in sentence_of(error.value)


@given(st.text(max_size=7000))
def test_any_text_is_a_market_or_one_sentence(text: str) -> None:
    try:
        assert find(text) in CATALOGUE
    except UnknownMarket as error:
        assert len(sentence_of(error)) < 400
        assert len(error.suggestions) <= 3
        assert all(key in MARKETS for key in error.suggestions)


@given(st.text(max_size=50))
def test_autocomplete_offers_markets_once_each_and_25_at_most(text: str) -> None:
    results = search(text)
    assert len(results) <= 25
    assert len({entry.key for entry in results}) == len(results)


def test_autocomplete_ranks_exact_names_before_beginnings_before_parts() -> None:
    assert search("dow")[0].key == "dow"
    assert [entry.key for entry in search("ni")][:2] == ["nikkei", "nifty"]
    assert search("日")[0].key == "nikkei"
    assert search("nikei")[0].key == "nikkei"
    assert search("")[:2] == [MARKETS["nikkei"], MARKETS["topix"]]


@given(st.sampled_from(CATALOGUE), st.data())
def test_any_beginning_of_a_name_offers_the_market(market: object, data: st.DataObject) -> None:
    entry = MARKETS[market.key]  # type: ignore[attr-defined]
    length = data.draw(st.integers(3, max(3, len(entry.name))))
    assert entry in search(entry.name[:length]) or len(search(entry.name[:length])) == 25


@pytest.mark.parametrize(
    "text",
    [
        "AAPL", "TSLA", "MSFT", "NVDA", "BABA", "7203.T", "005930.KS", "BRK-B", "bitcoin", "btc", "eth", "dogecoin",
        "apple", "samsung", "toyota", "amazon", "google", "meta", "netflix", "asdfgh", "12345", "ホゲ", "😀",
    ],
)  # fmt: skip
def test_shares_coins_and_junk_are_no_slips_of_an_index(text: str) -> None:
    with pytest.raises(UnknownMarket) as error:
        find(text)
    assert error.value.suggestions == ()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("kopsi", "kospi"), ("nikki", "nikkei"), ("nasdq", "nasdaq"), ("sensx", "sensex"), ("shangai", "shanghai"),
        ("dow johns", "dow"), ("euro stocks 50", "euro-stoxx50"), ("hang sengg", "hang-seng"), ("코스삐", "kospi"),
        ("니케", "nikkei"), ("日経平", "nikkei"), ("上证指", "shanghai"), ("nikk", "nikkei"),
    ],
)  # fmt: skip
def test_a_slip_or_a_beginning_is_understood_as_one(text: str, key: str) -> None:
    with pytest.raises(UnknownMarket) as error:
        find(text)
    assert error.value.suggestions[0] == key


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("にっけい", ["nikkei"]),
        ("ニッケイ", ["nikkei"]),
        ("ㅋ", ["kospi", "kosdaq"]),
        ("코ㅅ", ["kospi", "kosdaq"]),
        ("콧", ["kospi", "kosdaq"]),
        ("ndx", ["nasdaq100"]),
        ("kor", ["kospi", "kosdaq"]),
        ("한국", ["kospi", "kosdaq"]),
        ("chin", ["shanghai", "csi300", "shenzhen"]),
        ("japan", ["nikkei", "topix"]),
        ("xyzzyq", []),
    ],
)
def test_autocomplete_knows_readings_letters_and_countries(text: str, keys: list[str]) -> None:
    found = [market.key for market in search(text)]
    assert found[: len(keys)] == keys
    assert keys or not found


@pytest.mark.parametrize(
    ("language", "key"), [("ja", "nikkei"), ("ko", "kospi"), ("zh-TW", "taiex"), ("zh-CN", "shanghai"), ("de", "dax")]
)
def test_the_first_offers_are_at_home_in_the_language_and_what_is_asked_most_comes_before(
    language: str, key: str
) -> None:
    assert search("", language)[0].key == key
    assert [market.key for market in search("", language, ("cac40", "sti"))][:3] == ["cac40", "sti", key]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("gold", "gold"), ("ゴールド", "gold"), ("금", "gold"), ("黃金", "gold"), ("黄金", "gold"),
        ("usdjpy", "usd-jpy"), ("ドル円", "usd-jpy"), ("JPY=X", "usd-jpy"), ("wti", "oil"), ("原油", "oil"),
        ("brent", "brent"), ("BZ=F", "brent"), ("dxy", "dollar-index"), ("ユーロ", "eur-usd"), ("sterling", "gbp-usd"),
        ("VIX", "vix"), ("es", "es-future"), ("US 10-year", "us-10y"), ("nikkei", "nikkei"), ("S&P 500", "sp500"),
    ],
)  # fmt: skip
def test_instruments_are_found_after_markets(text: str, key: str) -> None:
    assert find_listing(text).key == key
    assert key in MARKETS or find_instrument(text) is INSTRUMENTS[key]


def test_no_name_of_an_instrument_is_a_markets() -> None:
    for instrument in INSTRUMENTS.values():
        for name in (instrument.name, instrument.short, *instrument.names.values(), *instrument.aliases.split("|")):
            assert find_listing(name) is instrument, name


@pytest.mark.parametrize("text", ["!!", "?", "—", "。"])
def test_mere_marks_offer_nothing(text: str) -> None:
    assert search(text) == []
    assert search_instruments(text) == []


def test_instruments_are_offered_by_their_beginning() -> None:
    assert [item.key for item in search_instruments("gol")] == ["gold"]
    assert [item.key for item in search_instruments("달러")] == [
        "usd-jpy",
        "usd-cny",
        "usd-krw",
        "usd-cad",
        "usd-brl",
        "dollar-index",
    ]
    assert len(search_instruments("")) == len(INSTRUMENTS)
