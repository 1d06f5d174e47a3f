"""Which way does a question go through the house, and which a post?

``python -m tests.architecture`` writes docs/architecture.md from the code: what is drawn are its imports, the
ports that its classes fulfil and the first lines of its modules. Only the choice of the stations is made by hand.
"""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "docs" / "architecture.md"

# What a question or a post comes through; everything else on the page is read from the code.
QUESTION: Final = (
    "bot.cli.ask", "bot.app", "commands", "commands.index", "bot.discord_app.client", "bot.discord_app.interactions",
    "bot.services.grammar", "bot.services.questions", "bot.services.market_snapshots", "bot.services.history_sync",
    "bot.adapters.quote_cache", "bot.adapters.yahoo.source", "bot.adapters.yahoo.client",
    "bot.adapters.yahoo.validation", "bot.adapters.storage.history", "bot.domain.answers",
    "bot.views.pages", "bot.views.message", "bot.views.terminal",
)  # fmt: skip
POST: Final = (
    "bot.background", "commands.schedule", "bot.discord_app.subscription_commands", "bot.discord_app.buttons",
    "bot.services.subscriptions", "bot.services.alerts", "bot.services.deliveries",
    "bot.adapters.storage.subscriptions", "bot.adapters.storage.deliveries", "bot.discord_app.composer",
    "bot.discord_app.sender", "bot.discord_app.request_outcomes", "bot.domain.posting.schedule",
    "bot.domain.posting.deliveries",
)  # fmt: skip
WIRING: Final = "bot.app"

HEAD: Final = """\
# The way of a question and the way of a post

Written by `python -m tests.architecture` from the code itself; a test fails when it is not what that would write now.

* `A --> B`: A imports B. What a longer way says already is left out.
* `A -. Port .-> B`: A calls a Protocol of `bot/services/`, which a class of B fulfils; `bot/app.py` gives it to A.
* Boxes are import-linter's layers (`pyproject.toml`): imports only run down.

A question goes from `commands` (or the terminal's `bot.cli.ask`) to `bot.services.questions`, from there through ports
to the adapters, and comes back as a frozen Answer, which `bot.views` lays out. A post is set up
from `commands.schedule`; `bot.background` wakes the services that plan and send it, and its text is an answer's.
"""


@cache
def _tree(module: str) -> ast.Module:
    path = ROOT / (module.replace(".", "/") + ".py")
    if not path.is_file():
        path = ROOT / module.replace(".", "/") / "__init__.py"
    assert path.is_file(), f"{module}, a station in tests/architecture.py, is not there"
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported(module: str) -> frozenset[tuple[str, str]]:
    """Return each module that one imports, with the name taken from it; of a whole module the name is empty."""
    pairs: set[tuple[str, str]] = set()
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Import):
            pairs |= {(alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            pairs |= {(node.module, alias.name) for alias in node.names}
            pairs |= {(f"{node.module}.{alias.name}", "") for alias in node.names}
    return frozenset(pairs)


def _classes(module: str) -> Iterator[tuple[ast.ClassDef, frozenset[tuple[str, int]]]]:
    """Yield a module's classes with their members: each one's name and how many arguments it takes, 1 for a value."""
    for node in _tree(module).body:
        if isinstance(node, ast.ClassDef):
            members: set[tuple[str, int]] = set()
            for child in ast.walk(node):
                if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                    members.add((child.name, len(child.args.args) + len(child.args.kwonlyargs)))
                elif isinstance(child, ast.Name | ast.Attribute) and isinstance(child.ctx, ast.Store):
                    members.add((child.id if isinstance(child, ast.Name) else child.attr, 1))
            yield node, frozenset(members)


@cache
def ports() -> dict[tuple[str, str], frozenset[tuple[str, int]]]:
    """Return the members of every Protocol that the services declare, by module and name."""
    return {
        (module, node.name): members
        for path in sorted((ROOT / "bot" / "services").glob("*.py"))
        for module in [f"bot.services.{path.stem}"]
        for node, members in _classes(module)
        if any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)
    }


def _called(module: str) -> dict[str, frozenset[tuple[str, int]]]:
    """Return the Protocols that a module declares or imports."""
    return {
        name: members
        for (home, name), members in ports().items()
        if members and (home == module or (home, name) in imported(module))
    }


def _fulfils(module: str, members: frozenset[tuple[str, int]]) -> bool:
    return any(
        members <= own and not any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)
        for node, own in _classes(module)
    )


def through_ports(stations: tuple[str, ...]) -> dict[tuple[str, str], list[str]]:
    """Return which station calls which other through a Protocol, with the Protocols' names."""
    wired = {module for module, _ in imported(WIRING)}
    calls: dict[tuple[str, str], list[str]] = {}
    for consumer in stations:
        for name, members in sorted(_called(consumer).items()):
            providers = [station for station in stations if station in wired and _fulfils(station, members)]
            # Who fulfils what it calls itself stands before the others.
            between = [provider for provider in providers if name in _called(provider)]
            reached = between if between and consumer not in between else [p for p in providers if p not in between]
            for provider in reached:
                if provider != consumer:
                    calls.setdefault((consumer, provider), []).append(name)
    return calls


def through_imports(stations: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return which station imports which other, without what a longer way says already."""
    direct = {
        station: {module for module, _ in imported(station)} & set(stations) - {station} for station in stations
    }  # fmt: skip

    def reach(start: str) -> set[str]:
        ends: set[str] = set()
        waiting = [start]
        while waiting:
            for module in direct[waiting.pop()] - ends:
                ends.add(module)
                waiting.append(module)
        return ends

    below = {station: reach(station) for station in stations}
    return [
        (station, module)
        for station in stations
        for module in sorted(direct[station])
        if not any(module in below[other] for other in direct[station] - {module})
    ]


@cache
def layers() -> list[str]:
    """Return import-linter's layers, from above."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = next(each for each in project["tool"]["importlinter"]["contracts"] if each["type"] == "layers")
    return [name.strip(" ()") for line in contract["layers"] for name in line.split("|")]


def layer(module: str) -> str:
    """Return the layer that a module belongs to."""
    return next(name for name in layers() if module == name or module.startswith(name + "."))


def question(module: str) -> str:
    """Return the first line of a module's docstring."""
    return (ast.get_docstring(_tree(module)) or "").partition("\n")[0]


def _drawing(stations: tuple[str, ...]) -> Iterator[str]:
    yield "```mermaid"
    yield "flowchart TD"
    for name in layers():
        inside = [station for station in stations if layer(station) == name]
        if not inside:
            continue
        yield f'  subgraph {name.replace(".", "_")}_["{name}"]'
        yield from (
            f'    {station.replace(".", "_")}["{station.removeprefix(name).lstrip(".") or name}"]' for station in inside
        )
        yield "  end"
    for consumer, module in through_imports(stations):
        yield f"  {consumer.replace('.', '_')} --> {module.replace('.', '_')}"
    for (consumer, provider), names in through_ports(stations).items():
        yield f"  {consumer.replace('.', '_')} -. {', '.join(names)} .-> {provider.replace('.', '_')}"
    yield "```"


def _table(stations: tuple[str, ...]) -> Iterator[str]:
    yield "| module | what it answers |"
    yield "|---|---|"
    for name in layers():
        for station in stations:
            if layer(station) == name:
                yield f"| `{station}` | {question(station).replace('|', chr(92) + '|')} |"


def page() -> str:
    """Return what docs/architecture.md is to hold."""
    stations = tuple(dict.fromkeys(QUESTION + POST))
    return "\n".join([HEAD, *_drawing(stations), "", "## The stations", "", *_table(stations), ""])


def main() -> None:
    """Write the page."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
