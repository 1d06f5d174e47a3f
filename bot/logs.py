"""How does the program log: plain lines for a person, or one JSON object a line for a collector?"""

import copy
import datetime as dt
import json
import logging
import re
import sys
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final, Literal, TextIO

from bot.domain.errors import CodedError, Failure
from bot.redaction import Redacting
from bot.views.en.failures import sentence

_FIRST: Final = 30.0  # seconds after which a line that goes on is let through for the second time, doubling up to:
_LONGEST: Final = 3600.0
_FORGOTTEN: Final = 600.0  # seconds of silence after which a line is a new one
_LINES: Final = 1000  # different lines that are remembered
_COMPARED: Final = 300  # characters of a line that are compared
_FIGURES: Final = re.compile(r"[0-9][0-9a-f.,:+-]*|\b[0-9a-f]{6,}\b")
"""What may differ in a line that says the same: counts, times, references."""


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, and the traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record as JSON."""
        fields = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False)


class Repeats:
    """Lets what is logged again and again through at ever longer intervals, with a count.

    Lines are the same where logger, level, words and the type of the exception are; figures in them may differ. The
    first of each is let through at once and whole, the others without their traceback.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Count by this clock, in seconds."""
        self._clock = clock
        self._lines: OrderedDict[tuple[object, ...], _Line] = OrderedDict()  # by last use, oldest first

    def __len__(self) -> int:
        return len(self._lines)

    def passed(self, record: logging.LogRecord) -> logging.LogRecord | None:
        """Give the record as it is to be written now, or nothing where the log has just said the same."""
        if record.levelno < logging.INFO:  # asked for by whoever wants to see everything
            return record
        now = self._clock()
        fault = record.exc_info[0] if record.exc_info else None
        key = (record.name, record.levelno, _FIGURES.sub("#", record.getMessage()[:_COMPARED]), fault)
        line = self._lines.pop(key, None)
        if line is None or now - line.last_seen >= max(_FORGOTTEN, 2 * line.interval):
            line = _Line(passed=now, since=record.created)
            shown: logging.LogRecord | None = record
        elif now - line.passed < line.interval:
            line.held += 1
            shown = None
        else:
            shown = _again(record, line)
            line.passed, line.held, line.interval = now, 0, min(2 * line.interval, _LONGEST)
        line.last_seen = now
        self._lines[key] = line
        if len(self._lines) > _LINES:
            self._lines.popitem(last=False)
        return shown


@dataclass(slots=True)
class _Line:
    passed: float
    since: float  # by the wall clock, for the reader
    last_seen: float = 0.0
    held: int = 0
    interval: float = _FIRST


def _again(record: logging.LogRecord, line: _Line) -> logging.LogRecord:
    repeated = copy.copy(record)
    since = dt.datetime.fromtimestamp(line.since, dt.UTC)
    repeated.msg = f"{record.getMessage()} (again, {line.held + 1} times since {since:%Y-%m-%d %H:%M:%S} UTC)"
    repeated.args = repeated.exc_info = repeated.exc_text = None
    line.since = record.created
    return repeated


class StandardError(logging.StreamHandler[TextIO]):
    """Writes to standard error what `Repeats` lets through."""

    def __init__(self, repeats: Repeats | None = None) -> None:
        super().__init__(sys.stderr)
        self._repeats = repeats or Repeats()

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record, unless the log has just said the same; called with the handler's lock held."""
        if (passed := self._repeats.passed(_in_words(record))) is not None:
            super().emit(passed)


def _in_words(record: logging.LogRecord) -> logging.LogRecord:
    """Word the failures among a line's arguments: elsewhere they are codes with fields, an operator reads sentences."""
    if not isinstance(record.args, tuple) or not any(isinstance(arg, CodedError | Failure) for arg in record.args):
        return record
    worded = copy.copy(record)
    failures = (arg.failure if isinstance(arg, CodedError) else arg for arg in record.args)
    worded.args = tuple(sentence(arg, operator=True) if isinstance(arg, Failure) else arg for arg in failures)
    return worded


def configure(level: str, form: Literal["text", "json"], secrets: Collection[str] = ()) -> None:
    """Log to standard error from this level on, and never one of these secrets nor what looks like one.

    Libraries' chatter below WARNING is left out unless DEBUG is asked.
    """
    handler = StandardError()
    text = logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    handler.setFormatter(Redacting(JsonFormatter() if form == "json" else text, secrets))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    if level != "DEBUG":
        for library in ("yfinance", "peewee", "curl_cffi", "sqlalchemy", "alembic", "aiosqlite", "asyncio"):
            logging.getLogger(library).setLevel(logging.WARNING)
