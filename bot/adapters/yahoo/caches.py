"""Where does yfinance keep its cookie and its time zones, and what if nothing can be written there?"""

import logging
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import yfinance
from peewee import PeeweeException
from yfinance import cache

from bot.adapters.files import private
from bot.domain.errors import FailureCode, NoRoom

_DATABASES: Final = ("tkr-tz.db", "cookies.db")
_ROOM: Final = 256 * 1024  # bytes; more than both databases take with their journals

_log = logging.getLogger(__name__)


def prepare(folder: Path, zones: Mapping[str, str]) -> None:
    """Make yfinance keep its caches in ``folder``, and enter the time zone of each symbol that will be asked for.

    Raises:
        NoRoom: if the disk is full, in that folder and in the temporary one.
    """
    yfinance.set_tz_cache_location(str(_writable(folder)))
    time_zones = cache.get_tz_cache()
    for database in (time_zones, cache.get_cookie_cache()):
        _tolerate_failed_writes(database)
    for symbol, zone in zones.items():
        # yfinance would look the zone up by itself; it believes a failed look-up until the process ends, and the
        # history would stay empty.
        if time_zones.lookup(symbol) != zone:
            time_zones.store(symbol, zone)


def forget_cookie() -> None:
    """Remove the stored cookie, which yfinance would otherwise use for a year."""
    cache.get_cookie_cache().store("curlCffi", None)


def _writable(folder: Path) -> Path:
    """Return the folder if files can be written there, else a temporary one; a torn database in it is removed.

    With a folder that it cannot write to, yfinance would fetch the cookie again for every call.

    Raises:
        NoRoom: if neither has room.
    """
    try:
        private.folder(folder)
        _require_room(folder)
        for name in _DATABASES:
            try:
                with suppress(sqlite3.OperationalError):  # locked by another process: in use, so not torn
                    connection = sqlite3.connect(folder / name)
                    connection.execute("PRAGMA schema_version")
                    connection.close()
            except sqlite3.DatabaseError:
                (folder / name).unlink()
            private.database(folder / name)
    except OSError as error:
        _log.warning("The folder for Yahoo's caches cannot be written (%s); a temporary one is used.", error.strerror)
        return _temporary()
    return folder


def _temporary() -> Path:
    try:
        folder = Path(tempfile.mkdtemp(prefix="opening-bell-"))
        _require_room(folder)
    except OSError as error:
        _log.error("No folder for Yahoo's caches can be written (%s).", error.strerror)
        raise NoRoom(FailureCode.DISK_FULL_FOR_SOURCE) from error
    return folder


def _require_room(folder: Path) -> None:
    """Raise OSError where the caches would find no room; a full disk still lets empty files be made."""
    with tempfile.TemporaryFile(dir=folder, buffering=0) as probe:
        probe.write(bytes(_ROOM))


def _tolerate_failed_writes(database: Any) -> None:  # noqa: ANN401 - yfinance's two caches have no common type
    """Let a cache go without what it cannot write: that is asked for again after a restart."""
    store = database.store

    def tolerant_store(key: str, value: object) -> None:
        try:
            store(key, value)
        except PeeweeException as error:
            _log.warning("A cache of Yahoo's answers cannot be written: %s", error)

    database.store = tolerant_store
