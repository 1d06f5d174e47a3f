"""Is there a token or a password in any log, even at DEBUG, where libraries write what goes over the wire?"""

import io
import json
import logging
import time
from pathlib import Path

import pytest

from bot import logs
from bot.redaction import redact
from tests.loopback.discord import TOKEN, Discord
from tests.loopback.payloads import APPLICATION
from tests.loopback.process import RUN, bot

SECRET = "aSecretThatNoLogMayHold"


@pytest.mark.parametrize(
    "text",
    [
        f"POST https://discord.com/api/v10/interactions/99/{SECRET}/callback with None has returned 204",
        f"PATCH https://discord.com/api/v10/webhooks/1000/{SECRET}/messages/@original",
        f"https://discord.com/api/webhooks/1000/{SECRET}?wait=true",
        f"ClientConnectorError(url='/api/v10/interactions/99/{SECRET}')",
        f"{{'t': 'INTERACTION_CREATE', 'd': {{'token': '{SECRET}', 'id': '9'}}}}",
        f'{{"op":2,"d":{{"token":"{SECRET}","intents":1}}}}',
        json.dumps({"message": json.dumps({"token": SECRET})}),
        f"aW50ZXJhY3Rpb246MTIzOmFi{SECRET}",
        f"Authorization: Bot MTAwMA.G12345.{SECRET}",
        f"could not connect to postgresql+asyncpg://bell:{SECRET}@db/bell",
        f"http://bell:p@{SECRET}@127.0.0.1:8080/query1.finance.yahoo.com",
        f"postgresql://db/bell?password={SECRET}&ssl=require",
    ],
)
def test_what_libraries_write_is_hidden(text: str) -> None:
    assert SECRET not in redact(text)
    assert "***" in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "bot.discord_app.connection: Discord cannot be reached (500); trying again in 1.5 s.",
        "https://discord.com/api/v10/channels/1/messages?limit=50",
        "The bot answers https://query1.finance.yahoo.com/v7/finance/quote at 15:30",
        "user@example.org: 12:30",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "part", ["/interactions/", "/webhooks/1/", "://a:", "'token': '", "://:", "Bot ", "?token=", "a"]
)
def test_no_text_makes_it_slow(part: str) -> None:
    text = part * (60_000 // len(part))
    before = time.process_time()
    redact(text, ["another secret"])
    assert time.process_time() - before < 5  # seconds of a processor; a search that is quadratic takes a minute


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_traceback_holds_no_secret(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written, root = io.StringIO(), logging.getLogger()
    monkeypatch.setattr("sys.stderr", written)
    monkeypatch.setattr(root, "handlers", root.handlers)
    monkeypatch.setattr(root, "level", root.level)
    logs.configure("DEBUG", "json" if form == "json" else "text", [SECRET])

    def fail() -> None:
        raise ValueError(f"postgresql://bell:of-the-address@db, {SECRET}")

    try:
        fail()
    except ValueError:
        logging.getLogger("bot").exception("Failed with %s.", {"token": "of-the-payload"})
    output = written.getvalue()
    assert "ValueError" in output
    for secret in (SECRET, "of-the-address", "of-the-payload"):
        assert secret not in output
    if form == "json":
        assert json.loads(output)["level"] == "ERROR"


@pytest.mark.parametrize("form", ["text", "json"])
async def test_at_debug_the_running_bot_writes_no_token(tmp_path: Path, form: str) -> None:
    settings = {
        "LOG_LEVEL": "DEBUG",
        "LOG_FORMAT": form,
        "XDG_DATA_HOME": str(tmp_path),
        "YAHOO_URL": f"http://bell:{SECRET}@127.0.0.1:9",
    }
    async with Discord() as discord, bot(discord, *RUN, **settings) as running:
        session = await discord.connected()
        asked = [await discord.ask("help"), await discord.ask("index", {"market": "nikkei"})]
        for number in asked:
            await discord.callback(number)
        await discord.request(f"/webhooks/{APPLICATION}/*")  # the answer after "thinking…"
        assert session.connection is not None
        session.connection.drop()
        await discord.until(lambda: any(frame["op"] == 6 for frame in discord.frames))
        await discord.ask("nothing-of-this-name")
        await running.said("nothing-of-this-name")
        running.process.terminate()
        assert await running.exit(60) == 0
        output = running.output
    assert f"/interactions/{asked[0]}/***" in output
    assert "'token': '***'" in output
    for secret in (TOKEN, SECRET, "token-"):
        assert secret not in output
