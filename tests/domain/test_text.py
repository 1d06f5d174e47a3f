"""What is let in of a text from outside?"""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.markets.catalogue import CATALOGUE
from bot.domain.text import LONGEST, bounded, shortened

ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=300)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Hong \t\n Kong\u3000", "Hong Kong"),
        ("nik\u200bkei", "nikkei"),
        ("\u202eiekkin\u202c", "iekkin"),
        ("\u2066dax\u2069", "dax"),
        ("d\x00a\x1bx", "dax"),
        ("dax\ud800", "dax"),
        ("a\u2028b\x85c\x1cd", "a b c d"),
        (" \u200b ", ""),
        ("日経\ufeff２２５", "日経２２５"),
        ("がｶﾞ가", "がｶﾞ가"),
        ("x" * 101, "x" * 100),
    ],
)
def test_what_cannot_be_seen_goes_and_white_space_is_single(text: str, expected: str) -> None:
    assert bounded(text) == expected


@given(ANY)
def test_whatever_comes_is_bounded_and_once_is_enough(text: str) -> None:
    cleaned = bounded(text)
    assert len(cleaned) <= LONGEST
    assert bounded(cleaned) == cleaned == cleaned.strip()
    assert "  " not in cleaned
    assert not [character for character in cleaned if unicodedata.category(character) in {"Cc", "Cs", "Co", "Zl", "Zp"}]
    assert not [
        character
        for character in cleaned
        if unicodedata.bidirectional(character) in {"LRE", "RLE", "LRO", "RLO", "PDF"}
    ]
    assert not [
        character for character in cleaned if unicodedata.bidirectional(character) in {"LRI", "RLI", "FSI", "PDI"}
    ]
    cleaned.encode()


@given(ANY, st.integers(2, 80))
def test_what_is_cut_says_so(text: str, longest: int) -> None:
    whole, short = bounded(text, 10_000), shortened(text, longest)
    assert len(short) <= longest
    assert short == whole or short.endswith("…")


def test_every_name_passes_the_door_as_it_is() -> None:
    for market in CATALOGUE:
        for name in (market.name, market.symbol, *market.names.values(), *market.aliases.split("|")):
            assert bounded(name) == name
