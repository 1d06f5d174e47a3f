"""Does the message of every region on every day fit a phone and Discord, and say what the terminal says?"""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.files.packaged import sessions
from bot.discord_app import custom_ids
from bot.domain.markets.market import Region
from bot.domain.model import Note, NoteKind
from bot.domain.status import status
from bot.domain.summary.answer import SummaryAnswer
from bot.views import message, terminal
from bot.views.en.english import ENGLISH
from bot.views.en.summary import COLUMNS
from bot.views.page import DISCORD, TERMINAL, Page
from bot.views.pages import page
from tests import openapi
from tests.replayed import instants, summarised

DAYS = 500
CHECKED = 25  # one in so many goes through Discord's document, which costs more than making the message


def fits(view: message.Message) -> dict[str, Any]:
    """Count what Discord counts, and return the body that would be sent."""
    components: list[dict[str, Any]] = view.to_components()  # type: ignore[no-untyped-call]
    texts = [component["content"] for box in components for component in box["components"] if component["type"] == 10]
    assert sum(map(len, texts)) <= 4000
    assert sum(1 + len(box["components"]) for box in components) <= 40
    assert all(texts)
    assert not any(text.endswith("…") for text in texts), "cut to fit"
    return {"type": 4, "data": {"components": components, "flags": 1 << 15}}


def well_set(worded: Page, most: int = 5) -> None:
    """The board stands on a phone, the headline on two lines of it, the prose in two to five sentences.

    A sixth is there where it tells what stocks made of the moves.
    """
    for line in worded.board:
        assert len(line) <= COLUMNS
        assert re.fullmatch(r"[▲▼· ] .{11}[ \d,.–]{9}[ \d.+−–]{7}(?:  [Rtcbhw?])?", line), line
    assert len(worded.title) <= 100
    # What stands between full stops is a sentence; figures and abbreviations hold some of their own.
    sentences = [len(re.findall(r"(?<![A-Z])(?<!Jr)\.(?: [A-Z]|$)", text)) for text in worded.paragraphs]
    assert 1 <= sum(sentences) <= most
    assert not re.search(r"None|nan|\{|\}|  |\.\.| ,", " ".join((worded.title, *worded.paragraphs)))


def told_once(answer: SummaryAnswer) -> None:
    """No market is told twice, though a whole part of the region may be spoken of besides."""
    keys = []
    for claim in answer.claims:
        match claim.kind:
            case "records":
                keys += [record.market for record in (*claim.told, *claim.others)]
            case "against" | "streak" | "move":
                keys += [mover.market for mover in claim.movers]
            case "others":
                keys += [mover.market for mover in (*claim.rose, *claim.fell, *claim.flat)]
            case _:
                pass
    assert len(keys) == len(set(keys))


@pytest.mark.no_cover
@pytest.mark.parametrize("region", list(Region))
async def test_five_hundred_days(shared: Path, region: Region) -> None:
    for at, instant in enumerate(instants(DAYS)):
        answer, _ = summarised(shared / "data" / "history", region, instant)
        worded = page(answer, DISCORD, ENGLISH)
        well_set(worded)
        told_once(answer)
        body = fits(message.laid_out(worded, button_ids=custom_ids.BUTTON_IDS))
        if at % CHECKED == 0:
            openapi.check("POST", "/interactions/1/token/callback", body)


async def test_the_longest_day_leaves_room(shared: Path) -> None:
    longest = max(
        sum(map(len, (worded.title, *worded.paragraphs, *worded.board, *worded.details, *worded.small)))
        for instant in instants(60)
        for worded in [page(summarised(shared / "data" / "history", Region.WORLD, instant)[0], DISCORD, ENGLISH)]
    )
    assert longest < 3000


async def test_status_of_every_region_on_many_days() -> None:
    for instant in instants(120, "2024-01-01", "2026-12-31"):
        for region in Region:
            answer = status(region, sessions(), instant, "yahoo")
            fits(message.render(answer, custom_ids.BUTTON_IDS))
            assert terminal.render(answer, colour=False)


@pytest.fixture
def seedless(shared: Path) -> SummaryAnswer:
    return summarised(shared / "data" / "history", Region.ASIA, dt.datetime(2025, 9, 16, 12, tzinfo=dt.UTC))[0]


async def test_the_board_is_as_wide_every_day_and_in_the_catalogues_order(seedless: SummaryAnswer) -> None:
    board = page(seedless, TERMINAL, ENGLISH).board
    assert board[0] == "▲ Nikkei        44,902   +0.3  R"
    assert board[2] == "▲ KOSPI          3,450   +1.2  R"
    assert board[5] == "· Hang Seng     26,439    0.0"
    assert len(board) == len(seedless.markets)


async def test_the_small_line_explains_the_marks_that_are_used(seedless: SummaryAnswer) -> None:
    small = page(seedless, TERMINAL, ENGLISH).small[0]
    assert small.startswith("Tue Sep 16, after the close, as of 21:00 in Tokyo · 7 up, 1 down, 2 unchanged of 10")
    assert "R record" in small
    assert "b lunch break" not in small


async def test_closed_markets_are_named_with_the_reason(seedless: SummaryAnswer) -> None:
    assert "Closed: Kuala Lumpur (Malaysia Day)" in page(seedless, TERMINAL, ENGLISH).details


async def test_the_terminal_says_the_same(seedless: SummaryAnswer) -> None:
    shown = re.sub(r"\s+", " ", terminal.render(seedless, colour=False))
    worded = page(seedless, TERMINAL, ENGLISH)
    assert worded.title in shown
    assert all(paragraph in shown for paragraph in worded.paragraphs)


async def test_figures_that_are_not_current_are_said_to_be_so_at_the_top(seedless: SummaryAnswer) -> None:
    note = Note(kind=NoteKind.SOURCE_DOWN, time=seedless.as_of - dt.timedelta(hours=3))
    worded = page(seedless.model_copy(update={"notes": (note,)}), TERMINAL, ENGLISH)
    assert worded.alerts == ("Yahoo is not answering. This is from 3 h ago.",)


async def test_sample_figures_are_said_to_be_such(seedless: SummaryAnswer) -> None:
    worded = page(seedless.model_copy(update={"notes": (Note(kind=NoteKind.SAMPLE),)}), TERMINAL, ENGLISH)
    assert "These are sample figures, not quotes." in worded.small
