"""Which rows does a CSV file hold, and which of its lines is wrong?

UTF-8, with or without a byte order mark; any line ends; columns in any order, found by their names in the first line.
Whatever else a file may be (another encoding, a folder, unpaired quotation marks) is an error that names file and line.
"""

import csv
import datetime as dt
import io
import math
import os
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Final

from bot.domain.errors import BadQuestion, Failure, FailureCode, Unusable, failure
from bot.domain.markets.market import Listing

EARLIEST: Final = dt.date(1000, 1, 1)
LATEST: Final = dt.date(9000, 12, 31)
"""Days beyond these are placeholders; arithmetic with them could overflow a date."""

_LARGEST: Final = 256 * 2**20  # bytes of a file: five million daily bars
_HIGHEST: Final = 1e12  # points; no index will stand there, and histories are kept in 64 bits
_PLAIN: Final = 12  # characters of a price that is below that bound whatever they are
_LONGEST: Final = 40  # characters of a price, more than any program writes
_SHOWN: Final = 20  # characters of a cell that are repeated


def is_there(path: Path) -> bool:
    """Return whether there is a file of this name.

    Raises:
        BadQuestion: if the name is that of something else; skipped in silence, nobody would look for the reason there.
    """
    if path.is_file():
        return True
    if os.path.lexists(path):
        raise BadQuestion(FailureCode.NOT_A_FILE, path=str(path))
    return False


def read_rows(
    path: Path, kind: str, columns: Sequence[str], optional: Sequence[str] = ()
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield each row's first line and its cells, in the order of the columns asked for; optional ones may be missing.

    ``kind`` is what a row is called in errors.

    Raises:
        BadQuestion: if the file cannot be read, lacks a column, or a row has more or fewer cells than the first.
    """
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        header = [name.strip().casefold() for name in next(reader, ())]
        if not header:
            raise BadQuestion(FailureCode.FILE_EMPTY, path=str(path), columns=tuple(columns))
        cells_of = _positions(path, header, columns, optional)
        line = reader.line_num + 1
        for row in reader:
            if row:
                if len(row) != len(header):
                    why = failure(FailureCode.CELLS_COUNT, cells=len(row), columns=len(header))
                    raise wrong(path, line, kind, why)
                row.append("")  # what an optional column that is not there holds
                yield line, cells_of(row)
            line = reader.line_num + 1
    except csv.Error:
        raise BadQuestion(FailureCode.LINE_QUOTES, line=reader.line_num, path=str(path)) from None


def wrong(path: Path, line: int, kind: str, why: Failure) -> BadQuestion:
    """Return the error of a row that is not what it should be."""
    return BadQuestion(FailureCode.LINE_WRONG, line=line, path=str(path), row=kind, why=why)


def price(market: Listing, text: str) -> int | None:
    """Read a price as whole units; None where the cell is empty. Unusable, with the reason, where it is none."""
    if not text:
        return None
    digits = text.replace(".", "", 1)
    if len(text) <= _PLAIN and digits.isdecimal():  # the usual case, with nothing to round where all decimals are given
        return int(digits) if text.find(".") == len(text) - 1 - market.decimals else market.units(text)
    value = _number(text)
    if not -_HIGHEST < value < _HIGHEST:  # NaN is nowhere
        raise Unusable(FailureCode.NOT_A_PRICE, cell=shown(text))
    # An exponent is worked out in floating point: as an exact fraction 1e-999999999 has no end.
    return market.units(repr(value) if "e" in text.casefold() else text)


def figure(text: str) -> float:
    """Read a number that must be there. Unusable, with the reason, where it is none."""
    value = _number(text)
    if not math.isfinite(value):
        raise Unusable(FailureCode.NOT_A_PRICE, cell=shown(text))
    return value


def known_price(market: Listing, text: str) -> int:
    """Read a price that must be there. Unusable, with the reason, where it is not."""
    units = price(market, text)
    if units is None:
        raise Unusable(FailureCode.LEVEL_MISSING)
    return units


def day(text: str) -> dt.date:
    """Read a date; Unusable, with the reason, where it is none or far from all markets."""
    try:
        parsed = dt.date.fromisoformat(text)
    except ValueError:
        raise Unusable(FailureCode.NOT_A_DATE, cell=shown(text)) from None
    if not EARLIEST <= parsed <= LATEST:
        raise Unusable(FailureCode.OUTSIDE_YEARS, cell=str(parsed), first=EARLIEST.year, last=LATEST.year)
    return parsed


def instant(text: str) -> dt.datetime:
    """Read an instant into UTC; Unusable, with the reason, where it is none, has no offset or is far from now."""
    try:
        parsed = dt.datetime.fromisoformat(text)
    except ValueError:
        raise Unusable(FailureCode.NOT_AN_INSTANT, cell=shown(text)) from None
    if parsed.tzinfo is None:
        raise Unusable(FailureCode.OFFSET_MISSING, cell=shown(text))
    if not EARLIEST.year <= parsed.year <= LATEST.year:
        raise Unusable(FailureCode.OUTSIDE_YEARS, cell=f"“{shown(text)}”", first=EARLIEST.year, last=LATEST.year)
    return parsed.astimezone(dt.UTC)


def shown(text: str) -> str:
    """Return what a file or a person wrote, cut to what a sentence can hold: one short line."""
    printable = "".join(mark if mark.isprintable() else "�" for mark in text[: _SHOWN + 1])
    return printable if len(printable) <= _SHOWN else printable[:_SHOWN] + "…"


def _number(text: str) -> float:
    try:
        return float(text) if len(text) <= _LONGEST else math.nan
    except ValueError:
        return math.nan


def _positions(
    path: Path, header: list[str], columns: Sequence[str], optional: Sequence[str]
) -> Callable[[list[str]], tuple[str, ...]]:
    for name in (*columns, *optional):
        if header.count(name) > 1:
            raise BadQuestion(FailureCode.COLUMN_TWICE, path=str(path), column=name)
    missing = tuple(name for name in columns if name not in header)
    if missing:
        raise BadQuestion(FailureCode.COLUMNS_MISSING, path=str(path), columns=tuple(columns), missing=missing)
    positions = (header.index(name) if name in header else len(header) for name in (*columns, *optional))
    return itemgetter(*positions)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise BadQuestion(FailureCode.FILE_TOO_LARGE, path=str(path), megabytes=_LARGEST >> 20)
        content = path.read_bytes()
    except PermissionError:
        raise BadQuestion(FailureCode.FILE_DENIED, path=str(path)) from None
    except OSError:
        raise BadQuestion(FailureCode.FILE_UNREADABLE, path=str(path)) from None
    try:
        text = content.decode("utf-8-sig")
        end = content.find(b"\0")  # UTF-16 of plain letters is valid UTF-8, with these between them
    except UnicodeDecodeError as error:
        end = error.start
    if end >= 0:
        line = content.count(b"\n", 0, end) + 1
        raise BadQuestion(FailureCode.LINE_NOT_UTF8, line=line, path=str(path))
    return text
