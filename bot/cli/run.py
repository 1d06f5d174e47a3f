"""How is the bot started? ``python -m bot run``; its exit statuses stand in the README."""

import asyncio
import sys

import click


@click.command()
def run() -> None:
    """Run the Discord bot until SIGTERM or SIGINT."""
    from bot import app, logs
    from bot.adapters.files import packaged
    from bot.adapters.storage import address
    from bot.cli.status import fail
    from bot.domain.errors import BadSetting
    from bot.settings import read

    try:
        settings = read()
        token = settings.token()
        address.require_folder(settings.database_url)
        packaged.sessions()
    except BadSetting as error:
        fail(error)
    logs.configure(settings.log_level, settings.log_format, settings.secrets)
    sys.exit(asyncio.run(app.run(settings, token)))
