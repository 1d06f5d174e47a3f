"""How are the files under ``bot/data`` kept up to date? ``python -m bot build …``, for those who maintain the bot."""

import datetime as dt
from pathlib import Path

import click


@click.group()
def build() -> None:
    """Write the files of bot/data anew, or say what in them is out of date."""


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


@build.command()
def review() -> None:
    """List the weights of heavyweights, factors and divisors that are too old to be used, or that nobody looked up."""
    from bot.adapters.files import packaged
    from bot.domain.attribution.heavyweights import REVIEW, PriceFactor

    outdated = packaged.weights().outdated(dt.datetime.now(dt.UTC).date())
    for row in outdated:
        known = row.checked if isinstance(row, PriceFactor) else row.as_of
        click.echo(f"{row.market:<14}{row.symbol:<12}{f'of {known}' if known else 'not looked up'}")
    click.echo(f"{len(outdated)} to review: older than {REVIEW.days} days, or without a figure")
