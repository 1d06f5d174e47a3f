"""Why can a database not be used? A library's own text goes to the log."""

import errno
import logging
from typing import Final

from bot.domain.errors import Damaged, Failure, FailureCode, StoreError

log = logging.getLogger(__name__)


class Busy(StoreError):
    """Another process keeps the database locked; the same write may succeed a moment later."""


def store_error(name: str, error: BaseException) -> StoreError:
    """Return the StoreError for what a database or its driver raised; ``name`` is the database's, for operators."""
    code = _code(error)
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or code in {"40001", "40P01", "55P03"}:
        return Busy(FailureCode.DATABASE_BUSY, database=name)
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or isinstance(error, UNREADABLE):
        log.info("database: %s: %s", type(error).__name__, error)
        return damaged(name)
    full = isinstance(error, OSError) and error.errno in _FULL
    unwritable = full or code.startswith(("SQLITE_READONLY", "SQLITE_FULL", "53100"))
    what = FailureCode.DATABASE_UNWRITABLE if unwritable else FailureCode.DATABASE_UNUSABLE
    return StoreError(what, database=name, why=reason(error))


def damaged(name: str) -> Damaged:
    """Return the error of a database whose contents cannot be trusted any more."""
    return Damaged(FailureCode.DATABASE_DAMAGED, database=name)


def reason(error: BaseException) -> Failure:
    """Return why a database or a file cannot be used, and log the library's own text."""
    log.info("database: %s: %s", type(error).__name__, error)
    code = _code(error)
    for start, why in _REASONS.items():
        if code.startswith(start):
            return Failure(why)
    if isinstance(error, OSError) and error.errno in _SYSTEM:
        return Failure(_SYSTEM[error.errno])
    silent = isinstance(error, OSError | TimeoutError)
    return Failure(FailureCode.NO_REPLY if silent else FailureCode.ERROR_IN_LOG)


UNREADABLE: Final = (UnicodeError, OverflowError, MemoryError, SystemError)
"""What Python's driver raises, beside its own errors, where a damaged file holds text or lengths that cannot be."""

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_REASONS: Final = {
    "SQLITE_FULL": FailureCode.DISK_FULL,
    "SQLITE_READONLY": FailureCode.FILE_READ_ONLY,
    "SQLITE_CANTOPEN": FailureCode.FILE_CLOSED,
    "SQLITE_IOERR": FailureCode.DISK_FAILS,
    "SQLITE_NOTADB": FailureCode.FILE_DAMAGED,
    "SQLITE_CORRUPT": FailureCode.FILE_DAMAGED,
    "53100": FailureCode.DISK_FULL,
    "25006": FailureCode.SERVER_READ_ONLY,
    "28": FailureCode.LOGIN_REFUSED,
    "3D000": FailureCode.NO_SUCH_DATABASE,
    "42501": FailureCode.RIGHT_MISSING,
    "08": FailureCode.CONNECTION_BROKE,
    "53300": FailureCode.CONNECTIONS_EXHAUSTED,
    "57P": FailureCode.SERVER_STARTING,
}
_SYSTEM: Final = {
    errno.ENOSPC: FailureCode.DISK_FULL,
    errno.EDQUOT: FailureCode.DISK_FULL,
    errno.EROFS: FailureCode.DISK_READ_ONLY,
    errno.EACCES: FailureCode.FOLDER_DENIED,
    errno.EPERM: FailureCode.FOLDER_DENIED,
    errno.ENOTDIR: FailureCode.PATH_BLOCKED,
    errno.EEXIST: FailureCode.PATH_BLOCKED,
    errno.EISDIR: FailureCode.IS_A_FOLDER,
    errno.ENOENT: FailureCode.FOLDER_MISSING,
}


def _code(error: BaseException) -> str:
    """Return SQLite's name of an error, or PostgreSQL's five characters for it."""
    return getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None) or ""
