"""Is an age ever negative, whatever a clock said that was ahead?"""

import datetime as dt

import pytest

from bot.domain.model import Note, NoteKind
from bot.views import page
from bot.views.en import wording
from tests.factories import AT, index_answer

AHEAD = dt.timedelta(seconds=71_672)


@pytest.mark.parametrize("kind", [NoteKind.STALE, NoteKind.SOURCE_DOWN])
def test_a_note_of_a_time_to_come_tells_no_age(kind: NoteKind) -> None:
    said = wording.note(Note(kind=kind, market="nikkei", time=AT + AHEAD), AT)
    assert "-" not in said
    assert " ago" not in said
    assert " old" not in said
    assert said.endswith(("answering.", "current."))


def test_a_note_of_a_moment_ago_tells_its_age() -> None:
    said = wording.note(Note(kind=NoteKind.SOURCE_DOWN, time=AT - AHEAD), AT)
    assert said == "Yahoo is not answering. This is from 19 h ago."


@pytest.mark.parametrize("style", [page.TERMINAL, page.DISCORD])
def test_a_quote_that_was_read_in_the_future_was_read_now(style: page.PageStyle) -> None:
    quote = index_answer().quote.model_copy(update={"fetched_at": AT + AHEAD})
    line = wording.as_of(quote, "yahoo", AT, style)
    assert line.endswith(("read 0 s ago", f"read <t:{int(AT.timestamp())}:R>"))


def test_no_length_of_time_is_negative() -> None:
    assert page.duration(-AHEAD) == "0 s"
