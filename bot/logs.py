"""How does the program log: plain lines for a person, or one JSON object a line for a collector?"""

import datetime as dt
import json
import logging
import sys
from collections.abc import Collection
from typing import Literal

from bot.redaction import Redacting


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, and the traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record as JSON."""
        told = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def configure(level: str, form: Literal["text", "json"], secrets: Collection[str] = ()) -> None:
    """Log to standard error from this level on, and never one of these secrets nor what looks like one.

    Libraries' chatter below WARNING is left out unless DEBUG is asked.
    """
    handler = logging.StreamHandler(sys.stderr)
    text = logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    handler.setFormatter(Redacting(JsonFormatter() if form == "json" else text, secrets))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    if level != "DEBUG":
        for library in ("yfinance", "peewee", "curl_cffi", "sqlalchemy", "alembic", "aiosqlite", "asyncio"):
            logging.getLogger(library).setLevel(logging.WARNING)
