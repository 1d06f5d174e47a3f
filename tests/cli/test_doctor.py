import datetime as dt
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import app
from bot.adapters.files.packaged import sessions
from bot.adapters.yahoo import transport
from bot.adapters.yahoo.source import YahooSource
from bot.cli import checks
from bot.cli.checks import Finding, examine
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS
from bot.settings import Settings
from tests.loopback.discord import TOKEN, Discord
from tests.loopback.yahoo import LoopbackYahoo, forget
from tests.loopback.yahoo_world import default_world

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)


async def found(settings: Settings, now: dt.datetime = NOW) -> dict[str, Finding]:
    return {finding.subject: finding async for finding in examine(settings, sessions(), now)}


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    # None of them is about who is slow: on a busy machine all are.
    monkeypatch.setattr(checks, "YahooSource", partial(YahooSource, patience=100.0))
    monkeypatch.setattr(checks, "_TIMEOUT", 100.0)
    monkeypatch.setattr(transport, "_COOKIE_PATIENCE", 100.0)
    forget()


def installed(tmp_path: Path, yahoo: str, **more: object) -> Settings:
    fields: dict[str, object] = {"database_url": f"sqlite+aiosqlite:///{tmp_path / 'bell.sqlite3'}", **more}
    return Settings(_env_file=None, yahoo_url=yahoo, **fields)  # type: ignore[arg-type]


async def test_a_sound_installation_is_all_ok(quiet: None, tmp_path: Path) -> None:
    with LoopbackYahoo(default_world(dt.datetime.now(dt.UTC))) as yahoo:
        async with Discord() as discord:
            findings = await found(
                installed(
                    tmp_path,
                    yahoo.url,
                    discord_token=SecretStr(TOKEN),
                    discord_api_url=discord.api,
                    discord_gateway_url=discord.gateway,
                )
            )
    for subject in ("settings", "time zones", "data folder", "database", "Discord"):
        assert findings[subject].status == "ok", findings[subject]
    quotes = [finding for subject, finding in findings.items() if subject.startswith("Yahoo ")]
    assert len(quotes) == len(MARKETS) + len(INSTRUMENTS)
    assert all("since" in quote.text and "last trade" in quote.text for quote in quotes if quote.status == "ok")
    assert "last trade" in findings["Yahoo ^N225"].text
    assert findings["heavyweights"].status == "warning", "some markets' weights nobody has looked up"
    assert "sti" in findings["heavyweights"].text
    assert "min late" in findings["Yahoo ^N225"].text


async def test_a_table_that_ends_within_sixty_days_is_a_warning_and_one_that_ended_a_failure(
    quiet: None, tmp_path: Path
) -> None:
    with LoopbackYahoo() as yahoo:
        yahoo.fault = "500"
        soon = await found(installed(tmp_path, yahoo.url))
        assert soon["sessions of XSHG"].status == "warning"
        assert "2026-12-31" in soon["sessions of XSHG"].text
        assert "sessions of XTKS" not in soon
        forget()
        late = await found(installed(tmp_path, yahoo.url), NOW.replace(year=2027, month=1, day=2))
        assert late["sessions of XSHG"].status == "failed"


async def test_what_is_wrong_is_said_with_what_to_do_and_stops_nothing_else(quiet: None, tmp_path: Path) -> None:
    (tmp_path / "bell.sqlite3").write_bytes(b"this is no database" * 100)
    with LoopbackYahoo() as yahoo:
        yahoo.fault = "429"
        async with Discord() as discord:
            findings = await found(
                installed(
                    tmp_path,
                    yahoo.url,
                    discord_token=SecretStr("wrong"),
                    discord_api_url=discord.api,
                    discord_gateway_url=discord.gateway,
                )
            )
    assert findings["database"].status == "failed"
    assert findings["Yahoo"].status == "failed"
    assert "asked too often" in findings["Yahoo"].text
    assert findings["Discord"].status == "failed"
    assert "portal" in findings["Discord"].text
    assert (tmp_path / "bell.sqlite3").read_bytes().startswith(b"this is no database")


async def test_a_rule_that_mutes_a_market_is_named(quiet: None, tmp_path: Path) -> None:
    world = default_world(dt.datetime.now(dt.UTC))
    world.of("russell2000")["regularMarketPreviousClose"] = 0.0001
    with LoopbackYahoo(world) as yahoo:
        findings = await found(installed(tmp_path, yahoo.url))
    assert findings["Yahoo ^RUT"].status == "warning"
    assert "previous_near_zero" in findings["Yahoo ^RUT"].text


async def test_a_level_that_the_stored_closes_contradict_is_named(quiet: None, tmp_path: Path) -> None:
    now = dt.datetime.now(dt.UTC)
    world = default_world(now)
    with LoopbackYahoo(world) as yahoo:
        settings = installed(tmp_path, yahoo.url)
        async with app.market_data(settings) as parts:
            await parts.histories.open()
            await parts.histories.update(["russell2000"])
        forget()
        for name in ("Price", "PreviousClose", "DayHigh", "DayLow"):
            world.of("russell2000")[f"regularMarket{name}"] *= 100
        findings = await found(settings)
    assert findings["Yahoo ^RUT"].status == "warning"
    assert "contradicted ×1" in findings["Yahoo ^RUT"].text


async def test_without_a_token_the_rest_is_checked(quiet: None, tmp_path: Path) -> None:
    with LoopbackYahoo() as yahoo:
        yahoo.fault = "500"
        findings = await found(installed(tmp_path, yahoo.url))
    assert findings["Discord"].status == "warning"
