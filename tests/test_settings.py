import pytest

from bot.domain.errors import BadSetting
from bot.settings import Settings, read


def test_the_defaults_need_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.chdir(str(tmp_path))
    settings = read()
    assert settings.discord_token is None
    assert settings.database_url.startswith("sqlite+aiosqlite:///")
    assert settings.log_level == "INFO"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("YAHOO_URL", "ftp://example"),
        ("DISCORD_API_URL", "nonsense"),
        ("DISCORD_GATEWAY_URL", "http://127.0.0.1"),
        ("DATABASE_URL", "mysql://x"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting) as error:
        read()
    assert name in str(error.value)
    assert "\n" not in str(error.value)


def test_one_discord_address_without_the_other_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_API_URL", "http://127.0.0.1:1/api/v10")
    with pytest.raises(BadSetting, match="both or neither"):
        read()


def test_the_token_is_in_no_repr_and_in_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "very-secret-token")
    settings = read()
    assert "very-secret" not in repr(settings)
    assert "very-secret" not in settings.model_dump_json()
    monkeypatch.setenv("LOG_FORMAT", "xml")
    with pytest.raises(BadSetting) as error:
        read()
    assert "very-secret" not in f"{error.value!r} {error.value.__cause__!r}"


def test_every_setting_stands_in_the_example() -> None:
    from tests.conftest import ROOT

    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    for name in Settings.model_fields:
        assert f"\n{name.upper()}=" in example, name
