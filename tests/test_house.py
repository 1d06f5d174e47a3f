"""Is the house in order? Sizes, suppressions and names, a contract for each library, pages made from the code."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import architecture
from tests.conftest import ROOT

MODULE_LINES, FUNCTION_LINES, SUPPRESSIONS = 320, 50, 40
CODE = sorted(path for folder in ("bot", "commands") for path in (ROOT / folder).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
SUPPRESSION = re.compile(r"#\s*noqa\b(.*)")
REASON = re.compile(r": [A-Z]+[0-9]+(, [A-Z]+[0-9]+)*\W+\w.*\w")
EMPTY_NAMES = ("Manager", "Handler", "Helper", "Util", "Utils", "Base")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def nodes() -> Iterator[tuple[str, ast.AST]]:
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield named(path), node


def test_no_module_is_too_long() -> None:
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in CODE}
    assert {name: length for name, length in lengths.items() if length > MODULE_LINES} == {}


def test_no_function_is_too_long() -> None:
    long = {
        f"{name}: {node.name}": length
        for name, node in nodes()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    }
    assert long == {}


def test_suppressions_are_few_and_each_has_its_reason() -> None:
    found = [
        (f"{named(path)}:{number}", match[1])
        for path in (*CODE, *TESTS)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (match := SUPPRESSION.search(line)) and path != Path(__file__)
    ]
    assert [place for place, rest in found if not REASON.match(rest)] == []
    assert len(found) < SUPPRESSIONS, found


def test_names_say_what_a_class_is() -> None:
    classes = {node.name: name for name, node in nodes() if isinstance(node, ast.ClassDef)}
    assert {name: file for name, file in classes.items() if name.endswith(EMPTY_NAMES) and name != "AnswerBase"} == {}


def test_each_library_has_a_contract() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    bound = {
        library
        for contract in contracts
        if contract["type"] == "forbidden" and contract["source_modules"] == ["bot", "commands"]
        for library in contract["forbidden_modules"]
    }
    imported = {
        module.partition(".")[0]
        for _, node in nodes()
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [name.name for name in node.names])
    }
    assert imported - sys.stdlib_module_names - {"bot", "commands"} == bound


def test_contributing_names_every_folder() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = page.partition("## Where things are")[2].partition("\n## ")[0]
    folders = {
        named(path) + "/"
        for path in (ROOT / "bot").rglob("*")
        if path.is_dir() and path.name != "__pycache__" and any(child.is_file() for child in path.iterdir())
    }
    assert {name for name in folders if f"`{name}`" not in table} == set()
    assert [
        name for name in re.findall(r"`((?:bot|commands|tests)/[^`*]*)`", table) if not (ROOT / name).exists()
    ] == []


def test_the_architecture_page_is_what_the_code_says() -> None:
    written = architecture.PAGE.read_text(encoding="utf-8")
    assert written == architecture.page(), "run: python -m tests.architecture"


@pytest.mark.parametrize("way", [architecture.QUESTION, architecture.POST])
def test_every_station_of_a_way_is_reached(way: tuple[str, ...]) -> None:
    stations = architecture.QUESTION + architecture.POST
    edges = {*architecture.through_imports(stations), *architecture.through_ports(stations)}
    ends = {station for edge in edges for station in edge}
    assert set(way) <= ends


def test_words_that_a_user_sees_stand_in_the_views_alone() -> None:
    """A label, a title or a text given to discord.py as a literal is a word that no language could change."""
    shown = {"label", "placeholder", "title", "content"}
    literal = {
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for folder in ("bot/discord_app", "bot/services", "commands")
        for path in (ROOT / folder).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg in shown and isinstance(keyword.value, ast.Constant | ast.JoinedStr)
    }
    assert literal == set()
