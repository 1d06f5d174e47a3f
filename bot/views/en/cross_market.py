"""How does a summary tell of elsewhere: other regions, index futures, currencies and commodities?"""

import datetime as dt
from collections.abc import Sequence

from bot.domain.markets.catalogue import INSTRUMENTS
from bot.domain.markets.market import Kind
from bot.domain.summary.claims import ElsewhereClaim, FuturesClaim, RatesClaim
from bot.domain.summary.movers import CrossMarketMove, RateMove
from bot.views.en import wording
from bot.views.en.places import REGIONS, joined, on_day, prose
from bot.views.en.verbs import FLAT, Verbs

_BASIS = 100


def elsewhere(claim: ElsewhereClaim, day: dt.date, verbs: Verbs) -> str:
    """Say what another region did, seen from the day told."""
    home = REGIONS[claim.region].home
    match claim.when:
        case "overnight":
            return f"overnight {_abroad(claim.moves, verbs)}"
        case "dated":
            when = f"on {on_day(claim.date, day)}" if claim.date != day else "meanwhile,"
            return f"{when} {_abroad(claim.moves, verbs)}"
        case "earlier":
            return f"earlier in {home}, {_abroad(claim.moves, verbs)}"
        case "since":
            return f"since then in {home}, {_abroad(claim.moves, verbs)}"
        case "now":
            return f"in {home}, still trading, {wording.listed([_now(one) for one in claim.moves])}"


def _abroad(moves: Sequence[CrossMarketMove], verbs: Verbs) -> str:
    for how, words in (("close", "closed at a record"), ("high", "touched a record")):
        if all(one.record == how for one in moves):
            names = [f"{prose(one.market)} ({_bracket(one)})" for one in moves]
            return f"{wording.listed(names)} {words.replace('a record', 'records') if len(moves) > 1 else words}"
    if len(moves) > 1 and all(abs(one.change_pct) < FLAT and not one.record for one in moves):
        return f"{wording.listed([prose(one.market) for one in moves])} were flat"
    first, *others = moves
    same = [one.model_copy(update={"streak": None}) if one.streak == first.streak else one for one in others]
    return joined([_alone(one, verbs) for one in (first, *same)])


def _alone(one: CrossMarketMove, verbs: Verbs) -> str:
    verb = verbs.past(one.change_pct)
    figure = "" if abs(one.change_pct) < FLAT else f" {wording.plain_percent(one.change_pct)}"
    end = {"close": " to a record close", "high": " after touching a record", None: ""}[one.record]
    if one.record == "close" and not figure:
        end = " at a record close"
    run = _run(one) if figure and not one.record else ""
    return f"{prose(one.market)} {verb}{figure}{end}{run}"


def rates(claim: RatesClaim, verbs: Verbs) -> str:
    """Say which currencies, yields and commodities moved."""
    return joined([_rate(one, verbs) for one in claim.moves])


def _rate(one: RateMove, verbs: Verbs) -> str:
    instrument = INSTRUMENTS[one.market]
    level = wording.level(one.level, min(instrument.decimals, 2))
    if instrument.kind is Kind.YIELD:
        assert one.change is not None
        verb = "rose" if one.change > 0 else "fell"
        points = abs(round(one.change * _BASIS))
        return f"the {instrument.name} {verb} {points} basis points to {level} %"
    assert one.change_pct is not None
    moved = f"{verbs.neutral(up=one.change_pct > 0)} {wording.plain_percent(one.change_pct)} to"
    match instrument.kind:
        case Kind.CURRENCY:
            base, _, quoted = instrument.name.partition("/")
            return f"the {base} {moved} {level} {quoted}"
        case Kind.COMMODITY:
            return f"{instrument.name} {moved} ${level}"
        case Kind.VOLATILITY:
            return f"the {instrument.name} {moved} {level}"
        case Kind.FUTURE:
            return f"{instrument.name} {moved} {level}"


def _bracket(one: CrossMarketMove) -> str:
    return f"{wording.percent(one.change_pct, 1)}{_run(one)}"


def _run(one: CrossMarketMove) -> str:
    if one.streak is None:
        return ""
    return f", its {wording.ordinal(abs(one.streak))} {'gain' if one.streak > 0 else 'fall'} in a row"


def _now(one: CrossMarketMove) -> str:
    if abs(one.change_pct) < FLAT:
        return f"{prose(one.market)} is flat"
    return f"{prose(one.market)} is {'up' if one.change_pct > 0 else 'down'} {wording.plain_percent(one.change_pct)}"


def futures(claim: FuturesClaim) -> str:
    """Say where index futures stand."""
    if claim.little_changed:
        return "U.S. index futures are little changed"
    figures = [
        f"{INSTRUMENTS[one.market].name.removesuffix(' futures')} {wording.percent(one.change_pct, 1)}"
        for one in claim.moves
    ]
    signs = {one.change_pct > 0 for one in claim.moves}
    way = "mixed" if len(signs) > 1 else "higher" if True in signs else "lower"
    return f"U.S. index futures are {way}: {wording.listed(figures)}"
