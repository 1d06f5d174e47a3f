"""Do claims hold what their words rest on, and nothing that is words?"""

import datetime as dt
from typing import get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.domain.summary.claims import BreadthClaim, Claim
from bot.domain.summary.movers import Breadth, Mover

CLAIM: TypeAdapter[Claim] = TypeAdapter(Claim)
KINDS = [member.model_fields["kind"].default for member in get_args(get_args(Claim)[0])]


def breadth(up: int, down: int, extended: int, counted: int, share: str) -> Breadth:
    return Breadth.model_validate(
        {
            "advancers": up,
            "decliners": down,
            "unchanged": counted - up - down,
            "counted": counted,
            "direction": "up" if up > down else "down" if down > up else "even",
            "share": share,
            "extended": extended,
        }
    )


def test_each_kind_is_told_apart_by_its_name() -> None:
    assert len(set(KINDS)) == len(KINDS) == 22


def test_a_claim_comes_back_from_json_as_it_went() -> None:
    claim = BreadthClaim(breadth=breadth(5, 2, 4, 9, "most"))
    assert CLAIM.validate_json(CLAIM.dump_json(claim)) == claim


def test_a_claim_is_frozen_and_holds_no_more_than_it_says() -> None:
    mover = Mover(market="nikkei", change_pct=0.64)
    with pytest.raises(ValidationError):
        mover.change_pct = 1.0  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Mover.model_validate({"market": "nikkei", "change_pct": 0.64, "sentence": "The Nikkei rose."})


@pytest.mark.parametrize(
    ("counts", "extends", "most"),
    [
        (breadth(5, 2, 5, 9, "most"), True, True),
        (breadth(5, 2, 4, 9, "most"), True, False),  # most of those that rose had risen before, but not most of all
        (breadth(5, 2, 2, 9, "most"), False, False),
        (breadth(4, 4, 4, 8, "half"), False, False),
    ],
)
def test_what_adds_to_a_rally(counts: Breadth, extends: bool, most: bool) -> None:
    assert (counts.extends, counts.most_extend) == (extends, most)


def test_dates_are_dates() -> None:
    mover = Mover(market="nikkei", change_pct=2.0, largest_since=dt.date(2024, 8, 5))
    assert '"largest_since":"2024-08-05"' in mover.model_dump_json()
