"""Does every sentence that a user can see stand in the views, and has every failure one?"""

import ast
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.errors import FailureCode, failure
from bot.domain.model import Note, NoteKind
from bot.views.en import wording
from bot.views.en.failures import SENTENCES, sentence

ROOT = Path(__file__).parents[2]
SENTENCE = re.compile(r"^(?=.*[a-z])[A-Z“][^\n]*\s[^\n]*[.!?]$")
SAID_ELSEWHERE = {
    "commands/": "descriptions of commands and options: the table of commands, translated by the catalogue",
    "bot/views/": "where sentences live",
    "bot/build/": "maintenance of the tables, run by whoever changes the code",
    "bot/cli/": "what is printed to the operator, who types in the terminal",
    "bot/domain/markets/catalogue.py": "remarks on markets, for whoever edits them",
    "bot/domain/history/cleaning.py": "what each rule of cleaning is for, shown to the operator by `history show`",
    "bot/adapters/storage/migrations/": "what versions before have stored",
}


def _loud(tree: ast.AST) -> Iterator[ast.AST]:
    """Everything but docstrings, what is logged, what is asserted, and descriptions of an operator's option."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # a docstring, or one under a name
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id in {"_log", "log", "logger", "_tree_log"}:
                continue
        if isinstance(node, ast.Assert):
            continue
        yield node
        yield from _loud(node)


def _text(node: ast.AST) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in values)
        case _:
            return None


def sentences(source: str) -> list[str]:
    return [text for node in _loud(ast.parse(source)) if (text := _text(node)) and SENTENCE.match(text)]


@pytest.mark.parametrize("folder", ["bot", "commands"])
def test_no_sentence_stands_outside_the_views(folder: str) -> None:
    found = {
        name: said
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not (name := path.relative_to(ROOT).as_posix()).startswith(tuple(SAID_ELSEWHERE))
        if (said := sentences(path.read_text(encoding="utf-8")))
    }
    assert not found


def test_a_sentence_is_known_when_it_is_seen() -> None:
    source = '''
def refuse(name: str) -> None:
    """This is a docstring."""
    _log.info("This is logged.")
    if name:
        raise ValueError("Nothing works here.")
    return f"I don't know {name}."
'''
    assert sentences(source) == ["Nothing works here.", "I don't know x."]


def test_every_failure_has_a_sentence() -> None:
    assert set(SENTENCES) == set(FailureCode)


def test_every_note_has_a_sentence() -> None:
    now = dt.datetime(2025, 9, 16, tzinfo=dt.UTC)
    for kind in NoteKind:
        assert re.fullmatch(r"[A-Z][^{}]*[.]", wording.note(Note(kind=kind, market="nikkei"), now))


def test_a_library_words_and_braces_stay_as_they_are() -> None:
    assert sentence(failure(FailureCode.OTHER, text="{text} {0} %s")) == "{text} {0} %s"
