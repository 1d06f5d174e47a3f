"""Are files of the data folder 0600 and folders 0700, those of a version before too?"""

# ruff: noqa: ASYNC240 (a look into a folder of the test's own)

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.files import private
from bot.adapters.storage.engine import open_database
from tests.conftest import ROOT
from tests.posting import Bench

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX systems")


@pytest.fixture(autouse=True)
def generous() -> Iterator[None]:
    """Let the bot's user give everything to everybody, if nobody says otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


def _open(folder: Path) -> dict[str, str]:
    """Name what others may use."""
    modes = {str(path): stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    return {path: oct(mode) for path, mode in modes.items() if mode & 0o077}


async def test_the_database_its_logs_and_its_backups_are_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    database = open_database(f"sqlite:///{folder / 'bell.sqlite3'}")
    await Bench(database).add()
    assert {path.name for path in folder.iterdir()} == {"bell.sqlite3", "bell.sqlite3-wal", "bell.sqlite3-shm"}
    await database.backup(folder / "copy.sqlite3")
    assert _open(folder) == {}
    await database.close()


async def test_files_that_are_open_to_others_are_closed(tmp_path: Path) -> None:
    file = tmp_path / "bell.sqlite3"
    database = open_database(f"sqlite:///{file}")
    bench = Bench(database)
    await bench.add()
    for path in tmp_path.iterdir():
        path.chmod(0o666)
    again = open_database(f"sqlite:///{file}")
    await again.open()
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    await again.close()
    await database.close()


async def test_a_folder_that_its_operator_shares_is_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    database = open_database(f"sqlite:///{tmp_path / 'bell.sqlite3'}")
    await database.open()
    await database.close()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_what_may_only_be_read_stays_so(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    file.chmod(0o444)
    private.file(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o400


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "data" / "commands.json"
    private.replaced(file, "one")
    (tmp_path / "data" / "commands.json.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        private.replaced(file, "two")
    assert file.read_text() == "one"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


_CACHES = """
import json, sys
from pathlib import Path
from bot.adapters.yahoo.client import YahooClient
from yfinance import cache
client = YahooClient(None, Path(sys.argv[1]), {"^N225": "Asia/Tokyo"})
cache.get_cookie_cache().store("curlCffi", {"a": 1})
print(json.dumps(sorted(path.name for path in Path(sys.argv[1]).iterdir())))
client.close()
"""


def test_the_caches_of_yfinance_are_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "yahoo"
    folder.mkdir(parents=True, mode=0o777)
    (folder / "cookies.db").touch(0o666)
    done = subprocess.run(
        [sys.executable, "-c", _CACHES, str(folder)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "cookies.db" in json.loads(done.stdout)
    assert _open(folder) == {}
