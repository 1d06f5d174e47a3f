"""Which database does an address name, and could it be opened there at all?

``sqlite:///file`` and ``postgresql://user:password@host/name``, with or without the names of their drivers. A mistake
is found here, in words of our own, before a driver stumbles over it in the background.
"""

import errno
import os
from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.domain.errors import BadSetting, FailureCode, Unusable

_DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
_SSL: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_OPTIONS: Final = {
    "postgresql": {
        *("host", "port", "user", "password", "passfile", "database", "ssl", "target_session_attrs", "krbsrvname"),
        *("service", "servicefile", "prepared_statement_cache_size"),
    },
    "sqlite": {"uri", "timeout", "isolation_level", "detect_types", "check_same_thread", "cached_statements"},
}
_PORTS: Final = range(1, 2**16)
_OF_A_URI: Final = {"mode", "cache", "immutable", "nolock", "psow", "vfs"}  # SQLite's own, where uri=true
_LASTING: Final = {
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOTDIR,
    errno.EEXIST,
    errno.ENOENT,
    errno.ELOOP,
    errno.ENAMETOOLONG,
}
"""Errors that no waiting mends, unlike a full disk."""


def parse(url: str) -> URL:
    """Read an address into that of the asynchronous driver; Unusable, with the reason, where it names no database."""
    if not url.isprintable():
        raise Unusable(FailureCode.UNPRINTABLE)
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise Unusable(FailureCode.DATABASE_FORM) from None
    driver = _DRIVERS.get(parsed.drivername)
    if driver is None:
        raise Unusable(FailureCode.DATABASE_KIND)
    parsed = parsed.set(drivername=driver)
    _check_options(parsed)
    if parsed.get_backend_name() == "sqlite":
        if parsed.host or parsed.username or parsed.password or parsed.port:
            raise Unusable(FailureCode.DATABASE_SLASHES)
    else:
        _check_host(parsed)
    return parsed


def canonical(url: str) -> str:
    """Return an address with its driver's name, the rest as it was written; Unusable as `parse`."""
    return f"{parse(url).drivername}://{url.partition('://')[2]}"


def file_of(url: URL) -> Path | None:
    """Return the SQLite file that an address names; None for a database in memory, and for PostgreSQL."""
    name = url.database or ""
    if url.get_backend_name() != "sqlite" or not name or ":memory:" in name or url.query.get("mode") == "memory":
        return None
    return Path(name.removeprefix("file:"))


def require_folder(url: str) -> None:
    """Make the folder of an SQLite file, where that is missing, and check that the file could be written in it.

    Raises:
        BadSetting: if no file can ever be written there; a full disk may have room later and passes.
    """
    file = file_of(parse(url))
    if file is None:
        return
    folder = file.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable, is_folder = os.access(folder, os.W_OK | os.X_OK), file.is_dir()
    except OSError as error:
        writable, is_folder = error.errno not in _LASTING, False
    if not writable:
        raise BadSetting(FailureCode.DATABASE_FOLDER_CLOSED, folder=str(folder))
    if is_folder:
        raise BadSetting(FailureCode.DATABASE_IS_A_FOLDER, file=str(file))


def _check_options(url: URL) -> None:
    backend = url.get_backend_name()
    known = _OPTIONS[backend] | (_OF_A_URI if "uri" in url.query else set())
    if "sslmode" in url.query and backend != "sqlite":
        raise Unusable(FailureCode.SSLMODE)
    if not url.query.keys() <= known:
        raise Unusable(FailureCode.UNKNOWN_OPTION, known=tuple(sorted(known)))
    if "ssl" in url.query and url.query["ssl"] not in _SSL:
        raise Unusable(FailureCode.SSL_VALUE, known=_SSL)
    try:
        url.get_dialect()().create_connect_args(url)
    except (ArgumentError, AssertionError, ValueError):
        if backend != "sqlite" or url.query:  # else it is about the slashes, which has a sentence of its own
            raise Unusable(FailureCode.OPTION_VALUE) from None


def _check_host(url: URL) -> None:
    port = url.port if url.port is not None else url.query.get("port", "5432")
    for number in str(port).split(",") if not isinstance(port, tuple) else port:
        if not number.isdecimal() or int(number) not in _PORTS:
            raise Unusable(FailureCode.WRONG_PORT)
    try:
        (url.host or "").encode("idna")
    except UnicodeError:
        raise Unusable(FailureCode.WRONG_HOST) from None
