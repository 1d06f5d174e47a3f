"""Whatever stands in a setting: is it read, or refused in one line that names it, without a secret?"""

import json
import logging
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.storage.address import require_folder
from bot.adapters.storage.engine import open_database
from bot.domain.errors import BadSetting
from bot.settings import Settings, read
from tests.conftest import ROOT
from tests.sentences import sentence_of

PASSWORD = "p4ssw0rd-that-no-log-may-hold"
SOUND = {"DISCORD_TOKEN": "a.token.nobody-reads"}


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def refusal() -> str:
    with pytest.raises(BadSetting) as error:
        read()
    assert error.value.__cause__ is None
    assert sentence_of(error.value).isprintable()
    return sentence_of(error.value)


@pytest.mark.parametrize("port", ["99999", "65536", "0", "-1", "text", "80x", "1e3", "８０x"])
@pytest.mark.parametrize("name", ["YAHOO_URL", "DISCORD_API_URL", "DISCORD_GATEWAY_URL", "DATABASE_URL"])
def test_a_port_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, name: str, port: str) -> None:
    scheme = {"DISCORD_GATEWAY_URL": "ws", "DATABASE_URL": "postgresql"}.get(name, "http")
    monkeypatch.setenv(name, f"{scheme}://bell:{PASSWORD}@127.0.0.1:{port}/path")
    said = refusal()
    assert said.startswith(f"Setting {name}: ")
    assert PASSWORD not in said


@pytest.mark.parametrize(
    "value", ["inf", "-inf", "nan", "1e309", "1e300", "-1", "0", "1e12", "text", "\u0661\u0662x", "0x10"]
)
@pytest.mark.parametrize("name", ["POST_RATE", "POST_SEND", "POST_LEASE", "POST_NONCE", "POST_LATE", "POST_GRACE"])
def test_a_number_that_is_none_or_too_large_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert refusal().startswith(f"Setting {name}: it must be a number from ")


@pytest.mark.parametrize(
    ("value", "read_as"),
    [
        ("sqlite:///bell.sqlite3", "sqlite+aiosqlite:///bell.sqlite3"),
        ("sqlite:////var/lib/bell.sqlite3", "sqlite+aiosqlite:////var/lib/bell.sqlite3"),
        ("sqlite+aiosqlite:///a%20b.sqlite3", "sqlite+aiosqlite:///a%20b.sqlite3"),
        ("postgresql://bell:p%40ss@db/bell", "postgresql+asyncpg://bell:p%40ss@db/bell"),
        ("postgres://bell@db:5433/bell?ssl=require", "postgresql+asyncpg://bell@db:5433/bell?ssl=require"),
        ("postgresql+asyncpg://bell@/bell?host=/run/pg", "postgresql+asyncpg://bell@/bell?host=/run/pg"),
    ],
)
def test_an_address_of_a_database_needs_no_drivers_name(
    monkeypatch: pytest.MonkeyPatch, value: str, read_as: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", value)
    assert read().database_url == read_as
    open_database(read_as)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("mysql://bell:{}@db/bell", "the database is SQLite or PostgreSQL"),
        ("sqlite+pysqlite:///file", "the database is SQLite or PostgreSQL"),
        ("postgresql+psycopg://bell:{}@db/bell", "the database is SQLite or PostgreSQL"),
        ("bell.sqlite3", "write sqlite:///FILE"),
        ("postgresql:bell:{}@db", "write sqlite:///FILE"),
        ("sqlite://bell.sqlite3", "three slashes"),
        ("sqlite:///bell.sqlite3?mode=ro", "an option that is not known"),
        ("sqlite:///bell.sqlite3?timeout=soon", "a value that cannot be used"),
        ("postgresql://bell:{}@db/bell?sslmode=require", "called ssl here"),
        ("postgresql://bell:{}@db/bell?ssl=yes", "its option ssl must be one of"),
        ("postgresql://bell:{}@db/bell?colour=red", "an option that is not known"),
        ("postgresql://bell:{}@db..x/bell", "its host is no name"),
        ("postgresql://bell:{}@db/bell?port=99999", "its port must be"),
    ],
)
def test_an_address_that_names_no_database_is_said_in_words_of_our_own(
    monkeypatch: pytest.MonkeyPatch, value: str, said: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", value.format(PASSWORD))
    refused = refusal()
    assert refused.startswith("Setting DATABASE_URL: ")
    assert said in refused
    assert PASSWORD not in refused


def test_a_byte_order_mark_in_env_just_works(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("\ufeffLOG_LEVEL=ERROR\r\nPOST_RATE=5\r\n".encode())
    assert (read().log_level, read().post_rate) == ("ERROR", 5.0)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "latin-1", "cp1252"])
def test_an_env_of_another_encoding_is_said(tmp_path: Path, encoding: str) -> None:
    (tmp_path / ".env").write_bytes("# für uns\nDISCORD_TOKEN=x\n".encode(encoding))
    assert refusal() == "Settings: .env is not UTF-8 text; save it as UTF-8."


def test_an_env_that_is_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    assert "is a folder" in refusal()


def test_an_env_that_may_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("LOG_LEVEL=ERROR")

    def denied(*_: object, **__: object) -> None:  # root, as whom tests may run, is never denied anything
        raise PermissionError

    monkeypatch.setattr("builtins.open", denied)
    assert "cannot be read" in refusal()


def hidden(made: Settings) -> Iterator[str]:
    yield from (repr(made), str(made), f"{made}", f"{made!r}", repr(made.model_dump()), made.model_dump_json())
    yield json.dumps(made.model_dump(mode="json"))
    yield repr([*made.__repr_args__()])  # what a pretty printer shows


@pytest.mark.parametrize("password", [PASSWORD, "p@4ssw0rd", "p:4ss/w0rd", "p%40ssw0rd", "пароль-пароль"])
def test_a_password_in_an_address_is_in_no_repr_and_no_dump(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://bell:{password}@db/bell")
    monkeypatch.setenv("YAHOO_URL", f"http://bell:{PASSWORD}@127.0.0.1:8080")
    made = read()
    for text in hidden(made):
        assert password not in text
        assert PASSWORD not in text
    assert "postgresql+asyncpg://bell:***@db/bell" in repr(made)
    assert {PASSWORD, password} <= made.secrets


def test_what_pydantic_itself_says_repeats_no_value() -> None:
    with pytest.raises(ValueError, match="database_url") as error:
        Settings(_env_file=None, database_url=f"mysql://bell:{PASSWORD}@db")
    assert PASSWORD not in str(error.value)


NAMES = [name.upper() for name in Settings.model_fields]
values = st.one_of(
    st.sampled_from(
        [
            "",
            "0",
            "-1",
            "1e309",
            "inf",
            "nan",
            "1e-320",
            "9" * 400,
            "1_0",
            "true",
            "null",
            "{}",
            "[]",
            "\udcff",
            " ",
            "DEBUG",
        ]
    ),
    st.sampled_from(
        ["http://", "https://", "ws://", "sqlite://", "sqlite:///", "postgresql://", "postgres://"]
    ).flatmap(
        lambda scheme: st.text(st.sampled_from("ab:/@[]?#%&=.0159é\u2028 "), max_size=14).map(
            lambda rest: scheme + rest
        )
    ),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12),
    st.floats().map(repr),
)


@settings(suppress_health_check=list(HealthCheck), max_examples=400)
@given(chosen=st.dictionaries(st.sampled_from(NAMES), values, max_size=6))
def test_any_settings_are_read_or_refused_in_one_line(tmp_path: Path, chosen: dict[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path))
        for name, value in chosen.items():
            patch.setenv(name, value)
        try:
            made = read()
        except BadSetting as error:
            assert sentence_of(error).isprintable()
            assert sentence_of(error).startswith("Setting")
            return
    for seconds in (made.post_late, made.post_grace, made.post_send, made.post_rate):
        assert math.isfinite(seconds)
    open_database(made.database_url)


@settings(suppress_health_check=list(HealthCheck), max_examples=150)
@given(content=st.one_of(st.binary(max_size=60), st.text(max_size=60).map(lambda text: f"LOG_LEVEL={text}".encode())))
def test_any_env_is_read_or_refused_in_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    (tmp_path / ".env").write_bytes(content)
    caplog.set_level(logging.CRITICAL, "dotenv")
    try:
        read()
    except BadSetting as error:
        assert sentence_of(error).isprintable()


def _path(*before: str) -> str:
    return os.pathsep.join([*before, str(ROOT), os.environ["PYTHONPATH"]])


def bot(command: str, cwd: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    env = {**os.environ, "PYTHONPATH": _path(), "XDG_DATA_HOME": str(cwd / "data"), **SOUND, **environment}
    return subprocess.run(
        [sys.executable, "-m", "bot", command], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )


def a_file_in_its_way(folder: Path) -> str:
    (folder / "file").write_text("")
    return f"sqlite:///{folder / 'file' / 'bell.sqlite3'}"


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"YAHOO_URL": "http://127.0.0.1:99999"}, "Setting YAHOO_URL: its port must be"),
        ({"POST_GRACE": "inf"}, "Setting POST_GRACE: it must be a number"),
        ({"POST_LATE": "1e300"}, "Setting POST_LATE: it must be a number"),
        ({"DATABASE_URL": f"mysql://bell:{PASSWORD}@db/bell"}, "Setting DATABASE_URL: the database is SQLite or"),
        ({"DATABASE_URL": "a file in its way"}, "Setting DATABASE_URL: no file can be written in"),
        ({"DATABASE_URL": "a folder"}, "is a folder; name a file in it."),
        ({"no": "encoding"}, "Settings: .env is not UTF-8 text"),
        ({"PYTHONTZPATH": ""}, "install the Python package tzdata."),
    ],
)
def test_run_ends_with_one_line_and_status_2(tmp_path: Path, environment: dict[str, str], said: str) -> None:
    if environment.get("DATABASE_URL") == "a file in its way":
        environment = {"DATABASE_URL": a_file_in_its_way(tmp_path)}
    elif environment.get("DATABASE_URL") == "a folder":
        environment = {"DATABASE_URL": f"sqlite:///{tmp_path}"}
    elif "no" in environment:
        (tmp_path / ".env").write_text(f"DISCORD_TOKEN={PASSWORD}", encoding="utf-16")
    if "PYTHONTZPATH" in environment:
        environment = environment | {"PYTHONPATH": _path(without_tzdata(tmp_path))}
    done = bot("run", tmp_path, **environment)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert PASSWORD not in done.stderr + done.stdout


def without_tzdata(folder: Path) -> str:
    """Make a folder that hides the package from Python."""
    (folder / "hidden" / "tzdata").mkdir(parents=True)
    (folder / "hidden" / "tzdata" / "__init__.py").write_text("raise ImportError\n")
    return str(folder / "hidden")


def test_doctor_and_a_question_say_it_too(tmp_path: Path) -> None:
    lost = {"PYTHONTZPATH": "", "PYTHONPATH": _path(without_tzdata(tmp_path))}
    for environment, said in (
        (lost, "install the Python package tzdata."),
        ({"POST_GRACE": "inf"}, "Setting POST_GRACE"),
    ):
        done = bot("doctor", tmp_path, **environment)
        assert done.returncode == 1
        assert said in done.stdout
        assert "Traceback" not in done.stderr
    words = [sys.executable, "-m", "bot", "ask", "/index nikkei", "--sample"]
    done = subprocess.run(words, cwd=tmp_path, env=os.environ | lost, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        2,
        "The time zones are missing on this machine: install the Python package tzdata.\n",
    )


def test_a_full_disk_is_no_wrong_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", full)
    require_folder(f"sqlite:///{tmp_path / 'data' / 'bell.sqlite3'}")
