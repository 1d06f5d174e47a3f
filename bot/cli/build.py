"""How are the files under ``bot/data`` written anew? ``python -m bot build …``, for those who maintain the bot."""

from pathlib import Path

import click


@click.group()
def build() -> None:
    """Write the files of bot/data anew."""


@build.command()
def sample() -> None:
    """Write sample.json, the embedded sample day, from its seeded script."""
    from bot.adapters.files import packaged
    from bot.build import sample_day

    target = Path(__file__).parents[1] / "data" / "sample.json"
    target.write_text(sample_day.build(packaged.sessions()), encoding="utf-8")
    click.echo(f"wrote {target.name}")


@build.command()
def sessions() -> None:
    """Write sessions.txt, trading days and hours, from exchange_calendars and the overrides (extra "calendars")."""
    from bot.build import sessions_table

    click.echo(sessions_table.write())
