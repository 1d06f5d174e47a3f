"""Is a lasting fault said once and then ever more rarely, and is nothing hidden?"""

import logging
import random

import pytest

from bot import logs
from bot.domain.errors import FailureCode, NoQuotes


class Hands:
    """A clock that is moved by hand, and a log under it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.repeats = logs.Repeats(lambda: self.now)
        self.lines: list[logging.LogRecord] = []

    def log(self, text: str, *values: object, level: int = logging.WARNING, error: Exception | None = None) -> None:
        fault = (type(error), error, None) if error else None
        record = logging.LogRecord("bot.part", level, __file__, 1, text, values, fault)
        record.created = self.now
        if (passed := self.repeats.passed(record)) is not None:
            self.lines.append(passed)


def test_a_fault_that_lasts_is_said_at_once_and_then_ever_more_rarely_with_a_count() -> None:
    log = Hands()
    for _ in range(3600):
        log.log("The database %s is locked.", "bell", error=OSError("no"))
        log.now += 1
    texts = [line.getMessage() for line in log.lines]
    assert texts[0] == "The database bell is locked."
    assert texts[1] == "The database bell is locked. (again, 30 times since 1970-01-01 00:16:40 UTC)"
    assert [line.exc_info is not None for line in log.lines] == [True, *[False] * 6]
    counts = [int(text.split("again, ")[1].split()[0]) for text in texts[1:]]
    assert counts == [30, 60, 120, 240, 480, 960]
    assert log.lines[0].args == ("bell",)


def test_other_words_another_part_or_another_error_are_never_hidden() -> None:
    log = Hands()
    log.log("%s", "one")
    log.log("%s", "two")
    log.log("%s", "two", error=ValueError("x"))
    log.log("%s", "two", error=OSError("x"))
    log.log("%s", "two", level=logging.ERROR)
    assert len(log.lines) == 5


def test_figures_and_references_make_no_other_line() -> None:
    log = Hands()
    for number in range(20):
        log.log("Trying again in %.1f s, reference %06x.", number * 1.7, 0xABC000 + number)
    assert len(log.lines) == 1


def test_what_comes_back_after_a_silence_is_said_at_once_and_whole() -> None:
    log = Hands()
    log.log("gone", error=OSError("no"))
    log.now += 601
    log.log("gone", error=OSError("no"))
    assert [line.getMessage() for line in log.lines] == ["gone", "gone"]
    assert log.lines[1].exc_info


def test_what_is_remembered_is_bounded_whatever_is_logged() -> None:
    log, chance = Hands(), random.Random(1)
    for _ in range(5000):
        log.log("%s", "".join(chance.choices("ghijklmnop", k=12)))
    assert len(log.repeats) <= 1000


def test_debug_is_left_alone() -> None:
    log = Hands()
    for _ in range(10):
        log.log("a frame", level=logging.DEBUG)
    assert len(log.lines) == 10


@pytest.mark.parametrize("form", ["text", "json"])
def test_it_is_what_the_program_logs_through(form: str, capfd: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    try:
        logs.configure("INFO", form)  # type: ignore[arg-type]
        for _ in range(155):
            logging.getLogger("bot.services.history_sync").error("The database is damaged.")
    finally:
        root.handlers = handlers
        root.setLevel(level)
    assert capfd.readouterr().err.count("The database is damaged.") == 1


def test_a_failure_is_told_in_words() -> None:
    def line(arg: object) -> logging.LogRecord:
        return logging.LogRecord("bot.part", logging.WARNING, __file__, 1, "quotes: %s", (arg,), None)

    record = line(NoQuotes(FailureCode.SOURCE_SILENT))
    assert "Yahoo is not answering" in logs._in_words(record).getMessage()
    plain = line("words")
    assert logs._in_words(plain) is plain
