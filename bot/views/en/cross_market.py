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

_PLURALS = {"Canadian dollar": "Canadian dollars", "real": "reais"}
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
            return f"in {home}, still trading, {wording.listed([_now(move) for move in claim.moves])}"


def _abroad(moves: Sequence[CrossMarketMove], verbs: Verbs) -> str:
    for how, words in (("close", "closed at a record"), ("high", "touched a record")):
        if all(move.record == how for move in moves):
            names = [f"{prose(move.market)} ({_bracket(move)})" for move in moves]
            return f"{wording.listed(names)} {words.replace('a record', 'records') if len(moves) > 1 else words}"
    if len(moves) > 1 and all(abs(move.change_pct) < FLAT and not move.record for move in moves):
        return f"{wording.listed([prose(move.market) for move in moves])} were flat"
    first, *others = moves
    same = [move.model_copy(update={"streak": None}) if move.streak == first.streak else move for move in others]
    return joined([_alone(move, verbs) for move in (first, *same)])


def _alone(move: CrossMarketMove, verbs: Verbs) -> str:
    verb = verbs.past(move.change_pct)
    figure = "" if abs(move.change_pct) < FLAT else f" {wording.plain_short(move)}"
    end = {"close": " to a record close", "high": " after touching a record", None: ""}[move.record]
    if move.record == "close" and not figure:
        end = " at a record close"
    run = _run(move) if figure and not move.record else ""
    return f"{prose(move.market)} {verb}{figure}{end}{run}"


def rates(claim: RatesClaim, verbs: Verbs) -> str:
    """Say which currencies, yields and commodities moved."""
    return joined([_rate(move, verbs) for move in claim.moves])


def _rate(move: RateMove, verbs: Verbs) -> str:
    instrument = INSTRUMENTS[move.market]
    level = wording.rate(instrument, move.level)
    if instrument.kind is Kind.YIELD:
        assert move.change is not None
        verb = "rose" if move.change > 0 else "fell"
        points = abs(round(move.change * _BASIS))
        return f"the {instrument.name} {verb} {points} basis points to {level} %"
    assert move.change_pct is not None
    moved = f"{verbs.neutral(move.change_pct)} {wording.plain_short(move)} to"
    match instrument.kind:
        case Kind.CURRENCY:
            base, _, quoted = instrument.name.partition("/")
            if quoted == "dollar":
                return f"the {base} {moved} ${level}"
            return f"the {base} {moved} {level} {_PLURALS.get(quoted, quoted)}".rstrip()
        case Kind.COMMODITY:
            return f"{instrument.name} {moved} ${level}"
        case Kind.VOLATILITY:
            return f"the {instrument.name} {moved} {level}"
        case Kind.FUTURE:
            return f"{instrument.name} {moved} {level}"


def _bracket(move: CrossMarketMove) -> str:
    return f"{wording.short(move)}{_run(move)}"


def _run(move: CrossMarketMove) -> str:
    if move.streak is None:
        return ""
    return f", its {wording.ordinal(abs(move.streak))} {'gain' if move.streak > 0 else 'fall'} in a row"


def _now(move: CrossMarketMove) -> str:
    if abs(move.change_pct) < FLAT:
        return f"{prose(move.market)} is flat"
    return f"{prose(move.market)} is {'up' if move.change_pct > 0 else 'down'} {wording.plain_short(move)}"


def futures(claim: FuturesClaim) -> str:
    """Say where index futures stand."""
    if claim.little_changed:
        return "U.S. index futures are little changed"
    figures = [
        f"{INSTRUMENTS[move.market].name.removesuffix(' futures')} {wording.short(move)}" for move in claim.moves
    ]
    signs = {move.change_pct > 0 for move in claim.moves}
    way = "mixed" if len(signs) > 1 else "higher" if True in signs else "lower"
    return f"U.S. index futures are {way}: {wording.listed(figures)}"
