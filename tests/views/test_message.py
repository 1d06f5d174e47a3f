"""What a page looks like in Discord."""

import datetime as dt
from typing import Any

import pytest

from bot.discord_app import custom_ids
from bot.domain.answers import Answer
from bot.domain.model import Note, NoteKind
from bot.views import message
from bot.views.page import Page
from tests import openapi
from tests.factories import index_answer


def blocks(view: message.Message) -> tuple[dict[str, Any], list[str], list[dict[str, Any]]]:
    """Return the container, its texts, and its rows of buttons."""
    components: list[dict[str, Any]] = view.to_components()  # type: ignore[no-untyped-call]
    [box] = components
    inside = box["components"]
    return (
        box,
        [block["content"] for block in inside if block["type"] == 10],
        [block for block in inside if block["type"] == 1],
    )


def checked(view: message.Message) -> message.Message:
    body = {"type": 4, "data": {"components": [blocks(view)[0]], "flags": 1 << 15}}
    openapi.check("POST", "/interactions/1/token/callback", body)
    return view


async def test_the_figure_is_the_largest_and_the_arrow_stands_beside_the_colour() -> None:
    box, texts, rows = blocks(checked(message.render(index_answer(), custom_ids.BUTTON_IDS)))
    assert texts[0].splitlines() == ["### Nikkei 225", "# 45,055.38   ▲ +287.26 (+0.64 %)"]
    assert all(line.startswith("-# ") for line in texts[-1].splitlines())
    assert "<t:" in texts[-1]
    assert box["accent_color"] == 0x2E9E5B
    [[button]] = [row["components"] for row in rows]
    assert (button["label"], button["custom_id"]) == ("↻", "ix:nikkei")


async def test_each_direction_has_a_colour_of_its_own() -> None:
    directions = ("up", "down", "flat", None)
    colours = {blocks(message.laid_out(Page("x", direction=direction)))[0]["accent_color"] for direction in directions}  # type: ignore[arg-type]
    assert len(colours) == 4


async def test_what_is_urgent_stands_first_and_a_board_is_monospaced() -> None:
    page = Page(
        "Title",
        figure="1",
        alerts=("Yahoo is not answering.",),
        paragraphs=("One.", "Two."),
        board=("▲ Nikkei  1", "▼ TOPIX   2"),
        details=("Day 1 – 2", "Week +1 %"),
        small=("small", "print"),
    )
    _, texts, rows = blocks(checked(message.laid_out(page, button_ids=custom_ids.BUTTON_IDS)))
    assert texts == [
        "**Yahoo is not answering.**\n### Title\n# 1",
        "One.\n\nTwo.",
        "```\n▲ Nikkei  1\n▼ TOPIX   2\n```",
        "Day 1 – 2\nWeek +1 %",
        "-# small\n-# print",
    ]
    assert not rows


async def test_too_long_a_text_is_cut_where_it_is_longest_and_the_rest_stays() -> None:
    for page in (
        Page("Title", paragraphs=("x" * 5000,), small=("small",)),
        Page("Title", board=("x" * 34,) * 150, small=("small",)),
    ):
        _, texts, _ = blocks(checked(message.laid_out(page, button_ids=custom_ids.BUTTON_IDS)))
        assert sum(map(len, texts)) == message.LONGEST
        assert texts[0] == "### Title"
        assert texts[-1] == "-# small"
        assert texts[1].endswith(("x…", "x…\n```", "\n…\n```"))


async def test_the_same_facts_are_laid_out_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    worded: list[Answer] = []
    messages = message.Messages(custom_ids.BUTTON_IDS, size=3)

    def page(answer: Answer, *_: object) -> Page:
        worded.append(answer)
        return Page(str(len(worded)))

    def titles(*answers: Answer) -> list[str]:
        return [blocks(messages.message(answer))[1][0] for answer in answers]

    monkeypatch.setattr(message, "page", page)
    first = index_answer().model_copy(update={"revision": 1})
    soon = first.model_copy(update={"as_of": first.as_of + dt.timedelta(seconds=59)})
    later = first.model_copy(update={"as_of": first.as_of + dt.timedelta(seconds=60)})
    other = first.model_copy(update={"revision": 2})
    assert titles(first, soon, later, other, first) == ["### 1", "### 1", "### 2", "### 3", "### 1"]
    # What tells an age in words is new each second, what has no revision each time, and only so many are kept.
    note = Note(kind=NoteKind.STALE, market="nikkei", time=first.as_of)
    aged = first.model_copy(update={"revision": 4, "notes": (note,)})
    older = aged.model_copy(update={"as_of": first.as_of + dt.timedelta(seconds=1)})
    assert titles(aged, aged, older) == ["### 4", "### 4", "### 5"]
    assert titles(index_answer(), index_answer()) == ["### 6", "### 7"]
    assert titles(first) == ["### 8"]
