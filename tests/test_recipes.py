"""Are CONTRIBUTING's recipes true? Each is walked on a copy of the tree, by the table's own files, and must work."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, SHARED

MARKET = """\
    Market("jpx400", "JPX-Nikkei 400", "JPX 400", "^JPX400", "Asia/Tokyo",
           mic="XTKS", region=Region.ASIA, part="Northeast Asia", city="Tokyo",
           names=_names("JPX日経400", "JPX닛케이400", "JPX日經400", "JPX日经400"),
           aliases="jpx nikkei"),
"""
ANOTHER = """\
    Market("sox", "PHLX Semiconductor", "SOX", "^SOX", "America/New_York",
           mic="XNYS", region=Region.AMERICAS, part="United States", city="New York",
           names=_names("フィラデルフィア半導体指数", "필라델피아 반도체지수", "費城半導體指數", "费城半导体指数"),
           aliases="phlx"),
"""
MARKET_OF_A_NEW_EXCHANGE = """\
    Market("atx", "ATX", "ATX", "^ATX", "Europe/Vienna",
           mic="XWBO", region=Region.EUROPE, part="Euro area", city="Vienna",
           names=_names("オーストリアATX指数", "ATX지수", "奧地利ATX指數", "奥地利ATX指数"),
           aliases="austria"),
"""
EXCHANGE = """
[XWBO]
zone = "Europe/Vienna"
first = 2002-01-01
last = 2027-12-31
names = ["AT"]
"""
ROW = '    Command("board", "The board of all records.", lambda ask, _: ask.records_query()),\n'
FILE = '''\
"""`/board`: which markets are at a record?"""

from discord import app_commands

from bot.discord_app.interactions import Interaction, reply
from commands import row

BOARD = row("board")


@app_commands.command(name=BOARD.name, description=BOARD.description)
async def board(interaction: Interaction) -> None:
    await reply(interaction, BOARD.ask(interaction.client.ask))
'''
TEST = """\
import asyncio

from bot import app


def test_the_board_is_shown() -> None:
    assert asyncio.run(app.sample().ask("/board")).kind == "records"
"""
README_LINE = "| `/board` | the board of all records |\n"

OF_MARKETS = (  # what enumerates the catalogue and is quick; the suite itself does the rest
    "tests/domain/markets/test_catalogue.py",
    "tests/domain/markets/test_search.py",
    "tests/adapters/files/test_sample.py",
    "tests/services/test_closes.py",
    "tests/services/test_questions.py",
    "tests/cli/test_history.py::test_all_markets_are_read_once_and_told_a_line_each",
    "tests/domain/calendars/test_calendar.py::test_every_exchange_of_the_catalogue_has_a_calendar_in_its_zone",
)
OF_COMMANDS = ("tests/commands/test_listed.py", "tests/commands/test_board.py", "tests/test_docs.py")


def recipe(what: str) -> str:
    """Return what CONTRIBUTING's table says to touch."""
    table = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| {what} \| (.*) \|$", table, re.MULTILINE)
    assert row, what
    return row[1]


def files(text: str) -> list[str]:
    """Return the files and folders that a recipe names."""
    found = [name for name in re.findall(r"`([^` ]+)`", text) if "/" in name or name.endswith(".md")]
    assert found
    for name in found:
        assert (ROOT / name).exists(), name
    return found


class Tree:
    """A copy of the project that a recipe is walked on."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("bot", "commands", "tests"):
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        for path in ROOT.iterdir():
            if path.is_file() and (path.suffix in {".md", ".toml", ".lock"} or path.name == ".env.example"):
                shutil.copy2(path, root / path.name)
        if SHARED.is_dir():
            (root.parent / "shared").symlink_to(SHARED)
        self._before = self._contents()

    def _contents(self) -> dict[str, bytes]:
        return {str(path.relative_to(self.root)): path.read_bytes() for path in self.root.rglob("*") if path.is_file()}

    def changed(self) -> set[str]:
        """Return which files are new or differ."""
        return {name for name, content in self._contents().items() if self._before.get(name) != content}

    def insert(self, name: str, table: str, entry: str) -> None:
        """Write an entry at the end of a table in a module."""
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        ends = [
            node.value.end_lineno
            for node in ast.parse(text).body
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == table
            if node.value is not None
        ]
        assert len(ends) == 1
        lines = text.splitlines(keepends=True)
        lines.insert((ends[0] or 0) - 1, entry)
        path.write_text("".join(lines), encoding="utf-8")

    def run(self, *words: str, status: int = 0) -> str:
        """Run Python in the copy, and return what it says."""
        # What a test runner tells its own children is none of the copy's business.
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV"))}
        environment = ours | {"PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [sys.executable, *words],
            cwd=self.root, env=environment, capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip
        assert done.returncode == status, f"{' '.join(words)}:\n{done.stdout[-6000:]}\n{done.stderr[-6000:]}"
        assert "Traceback" not in done.stderr
        return done.stdout if status == 0 else done.stderr

    def ask(self, line: str, *more: str) -> str:
        return self.run("-m", "bot", "ask", line, "--sample", *more)

    def test(self, *names: str) -> None:
        said = self.run("-m", "pytest", "-q", "-p", "no:cacheprovider", *names)
        assert " passed" in said


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "tree")


def test_a_market_is_its_entry_and_nothing_else(tree: Tree) -> None:
    steps, _, _ = recipe("a market").partition(";")  # what follows is for a new exchange
    catalogue, sample = files(steps)
    tone = json.loads(tree.ask("/asia summary", "--json"))["tone"]
    tree.insert(catalogue, "CATALOGUE", MARKET + ANOTHER)
    # Before the sample is built with it nothing is known of it, which costs nobody else an answer.
    unknown = "No level of JPX-Nikkei 400 is known at this moment.\n"
    assert tree.run("-m", "bot", "ask", "/index jpx400", "--sample", status=1) == unknown
    assert "JPX 400" in tree.ask("/record")
    tree.run("-m", "bot", "build", "sample")
    for line in ("/index JPX日経400", "/record jpx400", "/record", "/asia summary", "/asia status", "/world summary"):
        assert tree.ask(line)
    assert tree.ask("/index jpx nikkei").startswith("JPX-Nikkei 400\n")
    assert "JPX 400" in tree.ask("/asia summary")
    assert tree.changed() == {catalogue, sample}
    assert json.loads(tree.ask("/asia summary", "--json"))["tone"] == tone  # the story is the same
    before, after = (json.loads((root / sample).read_bytes())["markets"] for root in (ROOT, tree.root))
    assert {key: after[key] for key in before} == before  # nobody else's figures have moved
    tree.test(*OF_MARKETS)


@pytest.mark.slow
def test_a_market_of_a_new_exchange_needs_its_days_too(tree: Tree) -> None:
    pytest.importorskip("exchange_calendars")
    pytest.importorskip("holidays")
    catalogue, sample, overrides, table = named = files(recipe("a market"))
    tree.insert(catalogue, "CATALOGUE", MARKET_OF_A_NEW_EXCHANGE)
    with (tree.root / overrides).open("a", encoding="utf-8") as file:
        file.write(EXCHANGE)
    assert tree.run("-m", "bot", "build", "sessions") == "XWBO: new, 2002-01-01 to 2027-12-31\n"
    tree.run("-m", "bot", "build", "sample")
    assert tree.ask("/index austria").startswith("ATX\n")
    assert "Vienna: " in tree.ask("/europe status")
    assert "ATX" in tree.ask("/europe summary")
    assert tree.changed() == set(named) == {catalogue, sample, overrides, table}
    more = ("domain/calendars/test_calendar.py", "domain/summary/test_summary_days.py", "build/test_sessions_table.py")
    tree.test(*OF_MARKETS, *(f"tests/{name}" for name in more))


def test_a_command_is_its_file_its_row_a_line_and_a_test(tree: Tree) -> None:
    folder, table, readme, tests = files(recipe("a command"))
    (tree.root / folder / "board.py").write_text(FILE, encoding="utf-8")
    tree.insert(table, "ALL", ROW)
    text = (tree.root / readme).read_text(encoding="utf-8")
    (tree.root / readme).write_text(text.replace("| `/help`", f"{README_LINE}| `/help`", 1), encoding="utf-8")
    (tree.root / tests / "test_board.py").write_text(TEST, encoding="utf-8")
    assert tree.ask("/board") == tree.ask("/record")
    assert "/board: The board of all records." in tree.ask("/help")
    assert tree.changed() == {f"{folder}board.py", table, readme, f"{tests}test_board.py"}
    tree.test(*OF_COMMANDS)


def test_every_file_that_the_recipes_name_is_there() -> None:
    for what in ("a market", "a command", "a question", "a source of quotes", "a language", "a setting"):
        for name in re.findall(r"`((?:bot|commands|tests)/[^` ]*)`", recipe(what)):
            assert list(ROOT.glob(name)), (what, name)
