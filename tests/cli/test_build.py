"""What does whoever maintains the tables read?"""

from click.testing import CliRunner

from bot.cli.build import build


def test_what_is_to_be_reviewed() -> None:
    result = CliRunner().invoke(build, ["review"])
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert any(line.startswith("sti           D05.SI      of 2022-05-31") for line in lines)
    assert any(line.split() == ["aex", "ASML.AS", "not", "looked", "up"] for line in lines)
    assert lines[-1] == f"{len(lines) - 1} to review: older than 270 days, or without a figure"
