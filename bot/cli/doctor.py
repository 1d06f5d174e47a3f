"""Is this installation sound? ``python -m bot doctor`` prints a line for each of `bot.cli.checks`."""

import asyncio
import sys

import click


@click.command()
def doctor() -> None:
    """Check settings, trading calendars, data folder, database, Yahoo and Discord."""
    from bot import logs
    from bot.cli.status import DONE, NOT_DONE
    from bot.domain.errors import BadSetting
    from bot.views.en.failures import sentence

    logs.configure("ERROR", "text")
    try:
        failures = asyncio.run(_report())
    except BadSetting as error:
        click.echo(f"{click.style('failed', fg='red'):<8} settings: {sentence(error.failure)}")
        sys.exit(NOT_DONE)
    sys.exit(NOT_DONE if failures else DONE)


async def _report() -> int:
    """Print every finding; return how many are failures."""
    from bot import app
    from bot.adapters.files import packaged
    from bot.cli.checks import examine
    from bot.settings import read

    failures = 0
    async for finding in examine(read(), packaged.sessions(), app.utcnow()):
        colour = {"ok": "green", "warning": "yellow", "failed": "red"}[finding.status]
        click.echo(f"{click.style(f'{finding.status:<8}', fg=colour)} {finding.subject}: {finding.text}")
        failures += finding.status == "failed"
    return failures
