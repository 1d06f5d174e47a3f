"""How is a question asked in the terminal? ``python -m bot ask "/index nikkei"``."""

import datetime as dt
import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.domain.answers import Answer


class Instant(click.ParamType[dt.datetime]):
    """An ISO 8601 instant with an offset."""

    name = "instant"

    def convert(
        self, value: str | dt.datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.datetime:
        """Return the instant in UTC; without an offset nobody could tell which one is meant."""
        if isinstance(value, dt.datetime):
            return value
        from bot.adapters.files import csv_files

        try:
            return csv_files.instant(value)
        except ValueError as error:
            from bot.domain.errors import reason_of
            from bot.views.en.failures import sentence

            self.fail(f"{sentence(reason_of(error))}.", param, ctx)


@click.command()
@click.argument("command")
@click.option("--sample", is_flag=True, help="Answer from the embedded sample day: no token, no network.")
@click.option(
    "--replay",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Answer from a folder of <market>.csv; may be repeated, later folders win.",
)
@click.option("--at", type=Instant(), help="The instant that a replay is seen from, with its offset.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as one JSON object.")
def ask(command: str, folders: tuple[Path, ...], at: dt.datetime | None, *, sample: bool, as_json: bool) -> None:
    """Answer COMMAND, such as "/index nikkei", as Discord would."""
    if sample and folders:
        raise click.UsageError("--sample and --replay are two sources; choose one.")
    if at is not None and not folders:
        raise click.UsageError("--at goes with --replay.")
    gc.disable()  # the process is over before there is any garbage worth a look
    from bot.cli.status import fail
    from bot.domain.errors import MarketError

    try:
        answer = _answer(command, folders, at, sample=sample)
        click.echo(_rendered(answer, as_json=as_json), nl=as_json)
    except MarketError as error:
        if as_json:
            from bot.views import json

            click.echo(json.error(error.failure))
        fail(error)
    finally:
        gc.freeze()  # else Python would look through all of it once more at its end, for a tenth of the whole time


def _answer(command: str, folders: tuple[Path, ...], at: dt.datetime | None, *, sample: bool) -> "Answer":
    from bot import app

    if sample:
        return app.sample().answer_at_once(command)
    if folders:
        return app.replay(folders, at).answer_at_once(command)
    import asyncio

    return asyncio.run(_live_answer(command))


async def _live_answer(command: str) -> "Answer":
    from bot import app, logs
    from bot.settings import read

    logs.configure("ERROR", "text")  # what there is to say is said in the answer
    async with app.market_data(read()) as data:
        await data.histories.open()
        return await data.questions.ask(command)


def _rendered(answer: "Answer", *, as_json: bool) -> str:
    if as_json:
        from bot.views import json

        return json.render(answer)
    from bot.views import terminal

    return terminal.render(answer, colour=sys.stdout.isatty())
