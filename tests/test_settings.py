from datetime import timedelta

import pytest

from bot.domain.errors import BadSetting
from bot.domain.posting.limits import DeliveryLimits
from bot.settings import Settings, read
from tests.sentences import failing, sentence_of


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
    assert name in sentence_of(error.value)
    assert "\n" not in sentence_of(error.value)


def test_one_discord_address_without_the_other_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_API_URL", "http://127.0.0.1:1/api/v10")
    with failing(BadSetting, match="both or neither"):
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


def test_the_limits_of_posts_are_those_of_the_domain_unless_they_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read().limits == DeliveryLimits()
    monkeypatch.setenv("POST_LATE", "60")
    monkeypatch.setenv("POST_RATE", "5")
    assert read().limits == DeliveryLimits(late=timedelta(minutes=1), rate=5.0)


def test_limits_under_which_a_message_could_come_twice_are_refused_by_their_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("POST_SEND", "50")
    with failing(BadSetting, match="POST_SEND must be below POST_LEASE, and POST_LEASE below POST_NONCE"):
        read()


def test_the_example_shows_the_defaults() -> None:
    from tests.conftest import ROOT

    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    shown = {name: value for name, _, value in (line.partition("=") for line in lines) if name.startswith("POST_")}
    assert {name: float(value) for name, value in shown.items()} == {
        name.upper(): field.default for name, field in Settings.model_fields.items() if name.startswith("post_")
    }


def test_every_setting_stands_in_the_example() -> None:
    from tests.conftest import ROOT

    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    for name in Settings.model_fields:
        assert f"\n{name.upper()}=" in example, name
