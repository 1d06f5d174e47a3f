"""What is in the stored daily bars? ``python -m bot history …`` loads, shows and exports them."""

import contextlib
import csv
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from bot.app import MarketData
    from bot.domain.markets.market import Market
    from bot.services.history_sync import HistorySync, SyncOutcome

_HOLES_SHOWN: Final = 12  # the newest ones


@click.group()
def history() -> None:
    """Daily bars of the markets, on which records rest."""


@history.command()
@click.argument("markets", nargs=-1)
def update(markets: tuple[str, ...]) -> None:
    """Read what is missing of all MARKETS, or of those named: whole at first, afterwards their newest days."""
    from bot.cli.status import DONE, NOT_DONE, run

    failures = run(_update(markets))
    sys.exit(NOT_DONE if failures else DONE)


@history.command()
@click.argument("market")
def show(market: str) -> None:
    """Tell what is kept of MARKET: days, what cleaning left out, holes, and known older records."""
    from bot.cli.status import run

    run(_show(market))


@history.command()
@click.argument("market")
@click.option("--csv", "as_csv", is_flag=True, help="As comma-separated values: date,open,high,low,close.")
def export(market: str, *, as_csv: bool) -> None:
    """Write the cleaned daily bars of MARKET to standard output."""
    from bot.cli.status import run

    if not as_csv:
        raise click.UsageError("Name the form: --csv is the one there is.")
    run(_export(market))


@contextlib.asynccontextmanager
async def _opened() -> "AsyncIterator[MarketData]":
    """Wire everything as the settings say; nothing is read or asked yet."""
    from bot import app
    from bot.settings import read

    async with app.market_data(read()) as data:
        yield data


async def _update(texts: tuple[str, ...]) -> int:
    """Bring histories up to date; return how many could not be."""
    from bot.domain.markets.catalogue import MARKETS
    from bot.domain.markets.search import find

    keys = [find(text).key for text in texts] or list(MARKETS)
    async with _opened() as data:
        histories = data.histories
        await _read(histories, keys)
        with _progress(histories, len(keys)) as report:
            outcomes = await histories.update(keys, report)
        if histories.problem is not None:
            from bot.views.en.failures import sentence

            click.echo(sentence(histories.problem, operator=True), err=True)
        return sum(outcome.failure is not None and outcome.kind != "skipped" for outcome in outcomes)


async def _read(histories: "HistorySync", keys: list[str]) -> None:
    """Take what the store has.

    Raises:
        StoreError: if it cannot be read: a command about the store has nothing to say without it.
    """
    from bot.domain.errors import StoreError

    await histories.open(keys)
    if histories.problem is not None:
        raise StoreError(histories.problem)


@contextlib.contextmanager
def _progress(histories: "HistorySync", count: int) -> "Iterator[Callable[[SyncOutcome], None]]":
    """Yield what reports each market: lines under a moving bar in a terminal, lines alone where piped."""
    if not sys.stdout.isatty():
        yield lambda outcome: click.echo(_line(histories, outcome))
        return
    with click.progressbar(length=count, label="histories", show_pos=True) as bar:

        def show(outcome: "SyncOutcome") -> None:
            click.echo(f"\r\033[K{_line(histories, outcome)}")  # takes the bar's place, which is drawn anew below
            bar.update(1)

        yield show


def _line(histories: "HistorySync", outcome: "SyncOutcome") -> str:
    from bot.domain.markets.catalogue import market
    from bot.views.en.failures import sentence

    name, bars = market(outcome.market).name, histories.history(outcome.market)
    extent = f"{len(bars)} sessions, {bars[0].day} to {bars[-1].day}" if bars else "no session"
    match outcome.kind:
        case "skipped" | "failed":
            assert outcome.failure is not None, "it says why"
            text = f"{outcome.kind}: {sentence(outcome.failure)}"
        case "current":
            text = f"up to date ({extent})"
        case "loaded":
            text = f"loaded ({extent})"
        case "updated":
            corrected = f", {outcome.corrected} corrected" if outcome.corrected else ""
            text = f"{outcome.added} new{corrected} ({extent})"
    return f"{name}: {text}"


async def _show(text: str) -> None:
    from bot.adapters.storage.history import HistoryTables
    from bot.domain.markets.search import find

    market = find(text)
    async with _opened() as data:
        await _read(data.histories, [market.key])
        corrections = await HistoryTables(data.database).corrections(market.key)
    click.echo(f"{market.name} ({market.key}, {market.symbol})")
    for line in (*_history_lines(market, data.histories, corrections), *_known_levels(market, data.histories)):
        click.echo(line)


def _history_lines(market: "Market", histories: "HistorySync", corrections: int) -> Iterator[str]:
    from bot.domain.history.cleaning import RULES

    bars, fetch = histories.history(market.key), histories.reading(market.key)
    if fetch is None or not bars:
        why = "its source carries an ETF in its place" if market.proxy else "run “history update” first"
        yield f"No history: {why}."
        return
    yield f"{len(bars)} sessions, {bars[0].day} to {bars[-1].day}"
    yield f"loaded {fetch.loaded_at:%Y-%m-%d %H:%M} UTC, last read {fetch.read_at:%Y-%m-%d %H:%M} UTC"
    yield f"corrections of final bars: {corrections}"
    dropped = dict(bars.dropped)
    if fetch.twice:
        dropped["duplicate"] = dropped.get("duplicate", 0) + fetch.twice
    yield "left out by cleaning:" if dropped else "left out by cleaning: nothing"
    yield from (f"  {count:6} {rule}: {RULES.get(rule, '')}" for rule, count in dropped.items())
    yield from _hole_lines(market, histories)


def _hole_lines(market: "Market", histories: "HistorySync") -> Iterator[str]:
    from bot.adapters.files.packaged import sessions
    from bot.domain.history.holes import holes

    bars = histories.history(market.key)
    gaps = holes(bars, sessions()[market.mic]) if bars else []
    missing = sum(hole.sessions for hole in gaps)
    yield f"holes: {len(gaps)}, {missing} sessions in all" if gaps else "holes: none"
    if len(gaps) > _HOLES_SHOWN:
        yield f"  … {len(gaps) - _HOLES_SHOWN} older ones"
    yield from (f"  {hole.start} to {hole.end}: {hole.sessions} sessions" for hole in gaps[-_HOLES_SHOWN:])


def _known_levels(market: "Market", histories: "HistorySync") -> Iterator[str]:
    known_levels = histories.known_levels(market.key)
    yield "known besides:" if known_levels else "known besides: nothing"
    for known in known_levels:
        level = f"{market.points(known.level):,.{market.decimals}f}"
        yield f"  {known.kind} {level} on {known.date}, as of {known.known_as_of} ({known.source})"


async def _export(text: str) -> None:
    from bot.domain.errors import FailureCode, StoreError
    from bot.domain.markets.search import find

    market = find(text)
    async with _opened() as data:
        await _read(data.histories, [market.key])
    bars = data.histories.history(market.key)
    if not bars:
        raise StoreError(FailureCode.HISTORY_NOT_LOADED, market=market.key)
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(("date", "open", "high", "low", "close"))
    for bar in bars:
        prices = (bar.open, bar.high, bar.low, bar.close)
        rows.writerow(
            (bar.day, *("" if price is None else f"{market.points(price):.{market.decimals}f}" for price in prices))
        )
