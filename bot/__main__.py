"""The command line: ``python -m bot COMMAND``. Everything heavy is imported inside the command that needs it."""

import datetime as dt
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.domain.answers import Answer

# There are none, and looking for them among all installed packages takes a tenth of a question's time.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")

ANSWERED, NOT_ANSWERABLE, WRONG_USAGE = 0, 1, 2


class Instant(click.ParamType[dt.datetime]):
    """An ISO 8601 instant with an offset."""

    name = "instant"

    def convert(
        self, value: str | dt.datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.datetime:
        """Return the instant in UTC; without an offset nobody could tell which one is meant."""
        if isinstance(value, dt.datetime):
            return value
        from bot.adapters.files import csv_files  # noqa: PLC0415 - not needed for --help

        try:
            return csv_files.instant(value)
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


class Commands(click.Group):
    """The commands of this file and, imported when one of them is named, those that look after the database."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name them all."""
        return sorted([*super().list_commands(ctx), "database", "history"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one of them."""
        if cmd_name in ("database", "history"):
            from bot.cli import history  # noqa: PLC0415 - not needed by the others

            return history.database if cmd_name == "database" else history.history
        return super().get_command(ctx, cmd_name)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Opening Bell: market questions answered the way a news wire would."""


@main.command()
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
    from bot.domain.errors import BadQuestion, BadSetting, MarketError  # noqa: PLC0415 - not needed for --help

    if sample and folders:
        raise click.UsageError("--sample and --replay are two sources; choose one.")
    if at is not None and not folders:
        raise click.UsageError("--at goes with --replay.")
    try:
        answer = _answered(command, folders, at, sample=sample)
        if as_json:
            from bot.views import json  # noqa: PLC0415 - only where it is shown

            click.echo(json.render(answer))
        else:
            from bot.views import terminal  # noqa: PLC0415 - the same

            click.echo(terminal.render(answer, colour=sys.stdout.isatty()), nl=False)
    except MarketError as error:
        if as_json:
            from bot.views import json  # noqa: PLC0415 - only where it is shown

            click.echo(json.error(str(error)))
        click.echo(error.operator, err=True)
        sys.exit(WRONG_USAGE if isinstance(error, (BadQuestion, BadSetting)) else NOT_ANSWERABLE)


def _answered(command: str, folders: tuple[Path, ...], at: dt.datetime | None, *, sample: bool) -> "Answer":
    import gc  # noqa: PLC0415 - for this alone

    gc.disable()  # the process is over before there is any garbage worth a look
    from bot import app  # noqa: PLC0415 - not needed for --help

    if sample or folders:
        asked = (app.sample() if sample else app.replay(folders, at)).ask(command)
        try:
            asked.send(None)  # what is in memory never waits: no event loop is started for it
        except StopIteration as done:
            answer: Answer = done.value
            return answer
        raise AssertionError("a sample or a replay has nothing to wait for")

    import asyncio  # noqa: PLC0415 - what is live waits for others

    from bot import logs  # noqa: PLC0415 - the same
    from bot.settings import read  # noqa: PLC0415 - the same

    async def live() -> "Answer":
        async with app.live(read()) as parts:
            await parts.histories.open()
            return await parts.questions.ask(command)

    logs.configure("ERROR", "text")  # what there is to say is said in the answer
    return asyncio.run(live())


@main.command()
def run() -> None:
    """Run the Discord bot until SIGTERM or SIGINT."""
    import asyncio  # noqa: PLC0415 - not needed for --help

    from bot import app, logs  # noqa: PLC0415 - the same
    from bot.adapters.files import packaged  # noqa: PLC0415 - the same
    from bot.adapters.storage import address  # noqa: PLC0415 - the same
    from bot.domain.errors import BadSetting  # noqa: PLC0415 - the same
    from bot.settings import read  # noqa: PLC0415 - the same

    try:
        settings = read()
        token = settings.token()
        address.require_folder(settings.database_url)
        packaged.sessions()
    except BadSetting as error:
        click.echo(str(error), err=True)
        sys.exit(WRONG_USAGE)
    logs.configure(settings.log_level, settings.log_format, settings.secrets)
    sys.exit(asyncio.run(app.run(settings, token)))


@main.command()
def doctor() -> None:
    """Check settings, trading calendars, data folder, database, Yahoo and Discord."""
    import asyncio  # noqa: PLC0415 - not needed for --help

    from bot import app, logs  # noqa: PLC0415 - the same
    from bot.adapters.files import packaged  # noqa: PLC0415 - the same
    from bot.cli.doctor import examine  # noqa: PLC0415 - the same
    from bot.domain.errors import BadSetting  # noqa: PLC0415 - the same
    from bot.settings import read  # noqa: PLC0415 - the same

    async def report() -> int:
        failed = 0
        async for finding in examine(read(), packaged.sessions(), app.utcnow()):
            colour = {"ok": "green", "warning": "yellow", "failed": "red"}[finding.status]
            click.echo(f"{click.style(f'{finding.status:<8}', fg=colour)} {finding.subject}: {finding.text}")
            failed += finding.status == "failed"
        return failed

    logs.configure("ERROR", "text")
    try:
        failed = asyncio.run(report())
    except BadSetting as error:
        click.echo(f"{click.style('failed', fg='red'):<8} settings: {error}")
        sys.exit(NOT_ANSWERABLE)
    sys.exit(NOT_ANSWERABLE if failed else ANSWERED)


@main.group()
def sessions() -> None:
    """Trading days and hours."""


@sessions.command("build")
def sessions_build() -> None:
    """Write the sessions table anew from exchange_calendars and the overrides (needs the extra "calendars")."""
    from bot.build import sessions_table  # noqa: PLC0415 - 8 s and pandas, for this command alone

    click.echo(sessions_table.write())


@main.group()
def sample() -> None:
    """Work on the embedded sample."""


@sample.command("build")
def sample_build() -> None:
    """Write bot/data/sample.json anew from the seeded script."""
    from bot.adapters.files import packaged  # noqa: PLC0415 - only this command needs them
    from bot.build import sample_day  # noqa: PLC0415 - only this command needs them

    target = Path(__file__).parent / "data" / "sample.json"
    target.write_text(sample_day.build(packaged.sessions()), encoding="utf-8")
    click.echo(f"wrote {target.name}")


if __name__ == "__main__":
    main()
