"""What do tests make again and again: settings, and later all that is made up?"""

from pathlib import Path

from bot.settings import Settings


def settings(folder: Path, **fields: object) -> Settings:
    """Make the settings of an installation in a folder, whatever this machine's own say."""
    database = {"database_url": f"sqlite:///{folder / 'bell.sqlite3'}"}
    return Settings(_env_file=None, **(database | fields))  # type: ignore[arg-type]
