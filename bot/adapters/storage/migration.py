"""At which revision are a database's tables, and how do they get to the newest one?

The steps themselves stand in ``migrations/versions``. alembic takes 0.3 s to import and is imported here where it is
first used, in a thread: only a process that opens a database pays for it.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection

from bot.adapters.storage.errors import damaged
from bot.domain.errors import FailureCode, StoreError

if TYPE_CHECKING:
    from alembic.config import Config

log = logging.getLogger(__name__)

VERSION_TABLE: Final = "opening_bell_version"
"""Holds the revision that the tables are at; a name of our own, so that another program's is never taken for it."""


@dataclass(frozen=True, slots=True)
class Revisions:
    """The revisions that this version of the bot knows, the newest first, and alembic's settings for them."""

    known: tuple[str, ...]
    config: "Config"

    @property
    def newest(self) -> str:
        """The revision that the tables are brought to."""
        return self.known[0]


def load() -> Revisions:
    """Read the revisions from the package; this blocks."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    return Revisions(tuple(script.revision for script in scripts.walk_revisions()), config)


def current(connection: Connection, revisions: Revisions, name: str) -> str | None:
    """Return the revision that the tables are at; None where there are none. ``name`` is the database's in errors.

    Raises:
        StoreError: if a newer version of the bot wrote them.
        Damaged: if the table of the version holds what no version writes.
    """
    from alembic.migration import MigrationContext
    from alembic.util import CommandError

    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    try:
        revision = context.get_current_revision()
    except CommandError as error:  # there are two: no version of this bot writes that
        raise damaged(name) from error
    if revision is not None and revision not in revisions.known:
        raise StoreError(FailureCode.DATABASE_NEWER, database=name, tables=revision, known=revisions.newest)
    return revision


def upgrade(connection: Connection, revisions: Revisions, name: str) -> None:
    """Bring the tables to the newest revision, in the transaction of a connection that holds the write lock.

    Raises:
        StoreError: as `current`; it is looked at again, since another process may have upgraded in between.
    """
    from alembic import command

    before = current(connection, revisions, name)
    revisions.config.attributes["connection"] = connection
    command.upgrade(revisions.config, "head")
    if before != revisions.newest:
        log.info("database tables brought from %s to %s", before or "nothing", revisions.newest)
