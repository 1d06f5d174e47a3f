"""``python -m bot history …`` and ``database …``: the markets' pasts, read, shown and copied from the command line."""

import contextlib
import csv
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import click

if TYPE_CHECKING:
    from bot.app import Live
    from bot.domain.markets.market import Market
    from bot.services.history_sync import HistorySync, SyncOutcome

T = TypeVar("T")

_FAILED: Final = 1
_SHOWN: Final = 12  # holes that are listed, the newest ones


@click.group()
def history() -> None:
    """Daily bars of the markets, on which records rest."""


@click.group()
def database() -> None:
    """Look after the database."""


@history.command()
@click.argument("markets", nargs=-1)
def update(markets: tuple[str, ...]) -> None:
    """Read what is missing of all MARKETS, or of those named: whole at first, afterwards their newest days."""
    failed = _run(_update(markets))
    sys.exit(_FAILED if failed else 0)


@history.command()
@click.argument("market")
def show(market: str) -> None:
    """Tell what is kept of MARKET: days, what cleaning left out, holes, and known older records."""
    _run(_show(market))


@history.command()
@click.argument("market")
@click.option("--csv", "as_csv", is_flag=True, help="As comma-separated values: date,open,high,low,close.")
def export(market: str, *, as_csv: bool) -> None:
    """Write the cleaned daily bars of MARKET to standard output."""
    if not as_csv:
        raise click.UsageError("Name the form: --csv is the one there is.")
    _run(_export(market))


@database.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the database into a new FILE; the bot may go on running."""
    _run(_backup(file))


@contextlib.asynccontextmanager
async def _opened() -> "AsyncIterator[Live]":
    """Wire everything as the settings say; nothing is read or asked yet."""
    from bot import app  # noqa: PLC0415 - not needed for --help
    from bot.settings import read  # noqa: PLC0415 - the same

    async with app.live(read()) as live:
        yield live


async def _update(markets: tuple[str, ...]) -> int:
    from bot.domain.markets.catalogue import MARKETS  # noqa: PLC0415 - not needed for --help
    from bot.domain.markets.search import find  # noqa: PLC0415 - the same

    keys = [find(name).key for name in markets] or list(MARKETS)
    async with _opened() as live:
        histories = live.histories
        await _read(histories, keys)
        with _progress(histories, len(keys)) as told:
            outcomes = await histories.update(keys, told)
        if histories.problem is not None:
            click.echo(histories.problem, err=True)
        return sum(one.sentence is not None and one.kind != "skipped" for one in outcomes)


async def _read(histories: "HistorySync", keys: list[str]) -> None:
    """Take what the store has; a command about the store has nothing to say without it."""
    from bot.domain.errors import StoreError  # noqa: PLC0415 - not needed for --help

    await histories.open(keys)
    if histories.problem is not None:
        raise StoreError(histories.problem)


@contextlib.contextmanager
def _progress(histories: "HistorySync", count: int) -> "Iterator[Callable[[SyncOutcome], None]]":
    """Give what is told of each market: lines under a moving bar in a terminal, lines alone where piped."""
    if not sys.stdout.isatty():
        yield lambda outcome: click.echo(_line(histories, outcome))
        return
    from rich.progress import Progress  # noqa: PLC0415 - only where somebody watches

    with Progress() as progress:
        task = progress.add_task("histories", total=count)

        def told(outcome: "SyncOutcome") -> None:
            progress.console.print(_line(histories, outcome), markup=False, highlight=False)
            progress.advance(task)

        yield told


def _line(histories: "HistorySync", outcome: "SyncOutcome") -> str:
    from bot.domain.markets.catalogue import market  # noqa: PLC0415 - not needed for --help

    name, bars = market(outcome.market).name, histories.history(outcome.market)
    extent = f"{len(bars)} sessions, {bars[0].day} to {bars[-1].day}" if bars else "no session"
    match outcome.kind:
        case "skipped" | "failed":
            told = f"{outcome.kind}: {outcome.sentence}"
        case "current":
            told = f"up to date ({extent})"
        case "loaded":
            told = f"loaded ({extent})"
        case "updated":
            corrected = f", {outcome.corrected} corrected" if outcome.corrected else ""
            told = f"{outcome.added} new{corrected} ({extent})"
    return f"{name}: {told}"


async def _show(text: str) -> None:
    from bot.adapters.storage.history import HistoryTables  # noqa: PLC0415 - not needed for --help
    from bot.domain.markets.search import find  # noqa: PLC0415 - not needed for --help

    one = find(text)
    async with _opened() as live:
        await _read(live.histories, [one.key])
        corrections = await HistoryTables(live.database).corrections(one.key)
    for line in _shown(one, live.histories, corrections):
        click.echo(line)


def _shown(one: "Market", histories: "HistorySync", corrections: int) -> Iterator[str]:
    from bot.adapters.files.packaged import sessions  # noqa: PLC0415 - not needed for --help
    from bot.domain.history.cleaning import RULES  # noqa: PLC0415 - the same
    from bot.domain.history.holes import holes  # noqa: PLC0415 - the same

    yield f"{one.name} ({one.key}, {one.symbol})"
    bars, reading = histories.history(one.key), histories.reading(one.key)
    if reading is None or not bars:
        why = "its source carries an ETF in its place" if one.proxy else "run “history update” first"
        yield f"No history: {why}."
    else:
        yield f"{len(bars)} sessions, {bars[0].day} to {bars[-1].day}"
        yield f"loaded {reading.loaded_at:%Y-%m-%d %H:%M} UTC, last read {reading.read_at:%Y-%m-%d %H:%M} UTC"
        yield f"corrections of final bars: {corrections}"
        dropped = dict(bars.dropped)
        if reading.twice:
            dropped["duplicate"] = dropped.get("duplicate", 0) + reading.twice
        yield "left out by cleaning:" if dropped else "left out by cleaning: nothing"
        yield from (f"  {count:6} {rule}: {RULES.get(rule, '')}" for rule, count in dropped.items())
        found = holes(bars, sessions()[one.mic])
        missing = sum(hole.sessions for hole in found)
        yield f"holes: {len(found)}, {missing} sessions in all" if found else "holes: none"
        if len(found) > _SHOWN:
            yield f"  … {len(found) - _SHOWN} older ones"
        yield from (f"  {hole.start} to {hole.end}: {hole.sessions} sessions" for hole in found[-_SHOWN:])
    checkpoints = histories.checkpoints(one.key)
    yield "known besides:" if checkpoints else "known besides: nothing"
    for known in checkpoints:
        level = f"{one.points(known.level):,.{one.decimals}f}"
        yield f"  {known.kind} {level} on {known.date}, as of {known.known_as_of} ({known.source})"


async def _export(text: str) -> None:
    from bot.domain.errors import StoreError  # noqa: PLC0415 - not needed for --help
    from bot.domain.markets.search import find  # noqa: PLC0415 - the same

    one = find(text)
    async with _opened() as live:
        await _read(live.histories, [one.key])
    bars = live.histories.history(one.key)
    if not bars:
        raise StoreError(f"There is no history of {one.name}: run “history update” first.")
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(("date", "open", "high", "low", "close"))
    for bar in bars:
        prices = (bar.open, bar.high, bar.low, bar.close)
        rows.writerow(
            (bar.day, *("" if price is None else f"{one.points(price):.{one.decimals}f}" for price in prices))
        )


async def _backup(file: Path) -> None:
    async with _opened() as live:
        await live.database.backup(file)
    click.echo(f"Copied {live.database.name} to {file}.")


def _run(work: Coroutine[object, object, T]) -> T:
    """Run a command's work; what cannot be done is one sentence and exit 1, a wrong name or setting exit 2."""
    import asyncio  # noqa: PLC0415 - not needed for --help

    from bot.domain.errors import BadQuestion, BadSetting, MarketError  # noqa: PLC0415 - the same

    try:
        return asyncio.run(work)
    except MarketError as error:
        click.echo(error.operator, err=True)
        sys.exit(2 if isinstance(error, (BadQuestion, BadSetting)) else _FAILED)
