"""What does a reader see when a database cannot be used? A library's own text goes to the log."""

import errno
import logging
from typing import Final

from bot.domain.errors import Damaged, StoreError

log = logging.getLogger(__name__)


class Busy(StoreError):
    """Another process keeps the database locked; the same write may succeed a moment later."""


def sentence(name: str, error: BaseException) -> StoreError:
    """Turn what a database or its driver raised into the error whose sentence is shown; the name tells which one."""
    code = _code(error)
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or code in {"40001", "40P01", "55P03"}:
        text = "is busy with another process's work; try again in a moment."
        return Busy(f"The database {text}", f"The database {name} {text}")
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or isinstance(error, UNREADABLE):
        log.info("database: %s: %s", type(error).__name__, error)
        return damaged(name)
    full = isinstance(error, OSError) and error.errno in _FULL
    doing = "written" if full or code.startswith(("SQLITE_READONLY", "SQLITE_FULL", "53100")) else "used"
    why = reason(error)
    return StoreError(
        f"The database cannot be {doing}: {why}. Try again later; whoever runs this bot finds more in its log.",
        f"The database {name} cannot be {doing}: {why}.",
    )


def damaged(name: str) -> Damaged:
    """Say that a file cannot be believed any more, and what to do."""
    return Damaged(
        "The database is damaged and nothing was written to it: "
        "whoever runs this bot must put a backup in its place and start it again.",
        f"The database {name} is damaged and nothing was written to it: "
        "move it away, or put a backup in its place, and start again.",
    )


def reason(error: BaseException) -> str:
    """Say in words of our own why a database or a file cannot be used; the library's text goes to the log."""
    log.info("database: %s: %s", type(error).__name__, error)
    code = _code(error)
    for start, words in _REASONS.items():
        if code.startswith(start):
            return words
    if isinstance(error, OSError) and error.errno in _SYSTEM:
        return _SYSTEM[error.errno]
    return "it does not answer" if isinstance(error, OSError | TimeoutError) else "it reported an error, see the log"


UNREADABLE: Final = (UnicodeError, OverflowError, MemoryError, SystemError)
"""What Python's driver raises, beside its own errors, where a damaged file holds text or lengths that cannot be."""

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_REASONS: Final = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_READONLY": "the file may only be read",
    "SQLITE_CANTOPEN": "the file or its folder cannot be opened",
    "SQLITE_IOERR": "the disk reports an error",
    "SQLITE_NOTADB": "the file is damaged",
    "SQLITE_CORRUPT": "the file is damaged",
    "53100": "the disk is full",
    "25006": "it may only be read",
    "28": "the user name or password is refused",
    "3D000": "there is no database of that name",
    "42501": "its user lacks the right",
    "08": "the connection to it broke",
    "53300": "it has too many connections",
    "57P": "it is starting or shutting down",
}
_SYSTEM: Final = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk is full",
    errno.EROFS: "the disk may only be read",
    errno.EACCES: "access to the file or its folder is denied",
    errno.EPERM: "access to the file or its folder is denied",
    errno.ENOTDIR: "a part of its path is not a folder",
    errno.EEXIST: "a part of its path is not a folder",
    errno.EISDIR: "it is a folder",
    errno.ENOENT: "the folder does not exist",
}


def _code(error: BaseException) -> str:
    """Return SQLite's name of an error, or PostgreSQL's five characters for it."""
    return getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None) or ""
