"""How is the database looked after? ``python -m bot database …``."""

from pathlib import Path

import click


@click.group()
def database() -> None:
    """Look after the database."""


@database.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the database into a new FILE; the bot may go on running."""
    from bot.cli.status import run

    run(_backup(file))


async def _backup(file: Path) -> None:
    from bot import app
    from bot.settings import read

    async with app.market_data(read()) as data:
        await data.database.backup(file)
    click.echo(f"Copied {data.database.name} to {file}.")
