"""Is a data folder that is full from the start, or may only be read, said as such and not put down to Yahoo?

In a real file system of half a megabyte that is full, in a process of its own.
"""

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.loopback.yahoo import LoopbackYahoo
from tests.loopback.yahoo_world import default_world

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a small file system can be mounted on Linux only")

_MOUNTED = """
set -e
mount -t tmpfs -o size=512k tmpfs "$1"
mkdir -p "$1/opening-bell" "$1/tmp"
[ "$2" = full ] && { cat /dev/zero > "$1/filler" 2>/dev/null || true; }
[ "$2" = closed ] && mount -o remount,ro "$1"
shift 2
exec "$@"
"""

_ASK = """
import asyncio, json, logging, os, sys, tempfile
from bot import app, logs
from bot.adapters.files.packaged import sessions
from bot.adapters.files.private import PrivateFile
from bot.discord_app.client import Client
from bot.domain.errors import MarketError
from bot.cli.checks import examine
from bot.settings import Settings
from bot.views.en.failures import sentence

async def main():
    settings = Settings(_env_file=None, yahoo_url=sys.argv[1])
    told = {}
    async with app.market_data(settings) as parts:
        await parts.histories.open()
        problem = parts.histories.problem
        told["problem"] = problem and sentence(problem, operator=True)
        try:
            answer = await parts.questions.ask("/index nikkei")
            told["answer"] = answer.model_dump(mode="json")
        except MarketError as error:
            told["answer"] = sentence(error.failure)
        from bot.adapters.storage.subscriptions import SubscriptionTables
        try:
            await SubscriptionTables(parts.database).list_for_guild(1)
        except MarketError as error:
            told["posts"] = sentence(error.failure)
    client = Client(parts.questions, [], PrivateFile(settings.data_folder / "commands.json"), app.utcnow)
    client.remember_sync("1", "digest")
    told["doctor"] = {one.subject: one.text async for one in examine(settings, sessions(), app.utcnow())}
    print(json.dumps(told))

tempfile.tempdir = os.environ.get("NOWHERE")
logs.configure("INFO", "text")
asyncio.run(main())
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder over which a file system may be mounted, by root or in a name space of one's own."""
    place = tmp_path / "disk"
    place.mkdir()
    if shutil.which("unshare") is None or _run(place, "plain", "true").returncode:
        pytest.skip("no file system can be mounted here")
    return place


def _run(folder: Path, how: str, *command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    space = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    return subprocess.run(
        [*space, "sh", "-c", _MOUNTED, "sh", str(folder), how, *command],
        env={**os.environ, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _asked(folder: Path, how: str, yahoo: LoopbackYahoo, **environment: str) -> tuple[dict[str, Any], str]:
    given = {"XDG_DATA_HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1", **environment}
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        given[name] = ""
    done = _run(folder, how, sys.executable, "-c", _ASK, yahoo.url, **given)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


@pytest.mark.parametrize(
    ("how", "why"), [("full", "the disk is full"), ("closed", "cannot be opened|only be read|access")]
)
def test_yahoo_is_asked_all_the_same_and_what_cannot_be_kept_is_said(folder: Path, how: str, why: str) -> None:
    with LoopbackYahoo(default_world(dt.datetime.now(dt.UTC))) as yahoo:
        output, log = _asked(folder, how, yahoo)
    assert output["answer"]["quote"]["level"] > 0, output["answer"]
    assert "Yahoo is not answering" not in json.dumps(output)
    assert re.search(f"The database .* cannot be (written|used): .*({why})", output["problem"]), output["problem"]
    assert re.search(f"The database cannot be (written|used): .*({why})", output["posts"]), output["posts"]
    assert str(folder) not in output["posts"]
    assert "The data folder cannot be written" in log
    assert "The folder for Yahoo's caches cannot be written" in log
    assert "Traceback" not in log
    advice = "free some space" if how == "full" else "give the bot's user access"
    assert output["doctor"]["data folder"].endswith(advice)


def test_where_there_is_no_room_anywhere_that_is_the_answer(folder: Path) -> None:
    with LoopbackYahoo() as yahoo:
        output, log = _asked(folder, "full", yahoo, NOWHERE=str(folder / "tmp"))
    assert output["answer"] == "The disk is full, so I cannot ask Yahoo. Whoever runs this bot must free some space."
    assert "Traceback" not in log
