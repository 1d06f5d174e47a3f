"""Which settings are there? Read from the environment and from ``.env``, when asked and never at import."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import unquote, urlsplit

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_serializer, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.adapters.storage.address import canonical
from bot.domain.attribution.headlines import PUBLISHERS
from bot.domain.errors import BadSetting, Failure, FailureCode, Unusable, failure
from bot.domain.posting.limits import DeliveryLimits
from bot.redaction import redact

_FILE: Final = Path(".env")
_YEAR: Final = 31_536_000.0
"""Seconds of the longest time that can be set; without a bound, instants would leave what dates can hold."""

_Seconds = Annotated[float, Field(ge=1, le=_YEAR, allow_inf_nan=False)]
_LIMITS: Final = DeliveryLimits()


def _default_database() -> str:
    return f"sqlite+aiosqlite:///{user_data_path('opening-bell') / 'opening-bell.sqlite3'}"


class Settings(BaseSettings):
    """The bot's settings; ``.env.example`` tells what each is for.

    The token, and passwords in addresses, are in no repr, dump or error; `secrets` has them for what hides them.
    """

    model_config = SettingsConfigDict(
        env_file=_FILE,
        env_file_encoding="utf-8-sig",  # with or without a byte order mark
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    discord_token: SecretStr | None = None
    discord_api_url: str | None = None
    discord_gateway_url: str | None = None
    yahoo_url: str | None = None
    news_publishers: str = Field(default=", ".join(PUBLISHERS), max_length=2000)
    database_url: str = Field(default_factory=_default_database)
    post_rate: float = Field(default=_LIMITS.rate, ge=0.01, le=45, allow_inf_nan=False)
    post_send: float = Field(default=_LIMITS.send.total_seconds(), ge=0.1, le=120, allow_inf_nan=False)
    post_lease: float = Field(default=_LIMITS.lease.total_seconds(), ge=0.1, le=120, allow_inf_nan=False)
    post_nonce: float = Field(default=_LIMITS.nonce.total_seconds(), ge=0.1, le=120, allow_inf_nan=False)
    post_late: _Seconds = _LIMITS.late.total_seconds()
    post_grace: _Seconds = _LIMITS.grace.total_seconds()
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("discord_api_url", "yahoo_url")
    @classmethod
    def _http(cls, value: str | None) -> str | None:
        return _address(value, ("http://", "https://"))

    @field_validator("discord_gateway_url")
    @classmethod
    def _websocket(cls, value: str | None) -> str | None:
        return _address(value, ("ws://", "wss://"))

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        return canonical(value)

    @model_validator(mode="after")
    def _both_or_neither(self) -> "Settings":
        # One without the other would send the token to the real Discord.
        if (self.discord_api_url is None) != (self.discord_gateway_url is None):
            raise Unusable(FailureCode.ADDRESSES_NOT_BOTH)
        return self

    @field_serializer("discord_api_url", "discord_gateway_url", "yahoo_url", "database_url")
    def _without_password(self, value: str | None) -> str | None:
        return None if value is None else redact(value)

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Yield what repr, str and pretty-printers show."""
        for name, value in super().__repr_args__():
            yield name, redact(value) if isinstance(value, str) else value

    def token(self) -> str:
        """Return the bot's token, the one way to it in plain text.

        Raises:
            BadSetting: if there is none.
        """
        if self.discord_token is None or not self.discord_token.get_secret_value().strip():
            raise BadSetting(FailureCode.CREDENTIAL_MISSING)
        return self.discord_token.get_secret_value().strip()

    @property
    def secrets(self) -> frozenset[str]:
        """The token and the passwords of all addresses, as they are written and as they are meant."""
        secrets = {self.discord_token.get_secret_value().strip()} if self.discord_token else set[str]()
        for address in (self.discord_api_url, self.discord_gateway_url, self.yahoo_url, self.database_url):
            if address and (password := _password(address)):
                secrets |= {password, unquote(password)}
        return frozenset(secrets)

    @model_validator(mode="after")
    def _once(self) -> "Settings":
        try:
            _ = self.limits
        except ValueError:  # the rule is theirs, the names are ours
            raise Unusable(FailureCode.TIMES_NOT_ORDERED) from None
        return self

    @property
    def limits(self) -> DeliveryLimits:
        """The times and rates of deliveries that are set, the others as they are by default."""
        return DeliveryLimits(
            send=timedelta(seconds=self.post_send),
            lease=timedelta(seconds=self.post_lease),
            nonce=timedelta(seconds=self.post_nonce),
            late=timedelta(seconds=self.post_late),
            grace=timedelta(seconds=self.post_grace),
            rate=self.post_rate,
        )

    @property
    def publishers(self) -> tuple[str, ...]:
        """Who may be quoted with a headline."""
        return tuple(name for part in self.news_publishers.split(",") if (name := part.strip()))

    @property
    def data_folder(self) -> Path:
        """The folder for what the bot keeps beside its database."""
        return user_data_path("opening-bell")


def _password(address: str) -> str | None:
    user, at, _ = address.partition("://")[2].rpartition("@")
    return user.partition(":")[2] if at else None


def _address(value: str | None, schemes: tuple[str, ...]) -> str | None:
    if value is None:
        return None
    if not value.startswith(schemes):
        raise Unusable(FailureCode.WRONG_SCHEME, schemes=schemes)
    if not value.isprintable() or " " in value:
        raise Unusable(FailureCode.UNPRINTABLE_OR_SPACE)
    try:
        parts = urlsplit(value)
        host = (parts.hostname or "").encode("idna")
    except ValueError:  # brackets that do not pair, a label of more than 63 letters
        host = b""
    if not host:
        raise Unusable(FailureCode.NO_HOST)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise Unusable(FailureCode.WRONG_PORT)
    return value.rstrip("/")


def read() -> Settings:
    """Read the settings.

    Raises:
        BadSetting: it names the setting; a secret's value is never repeated.
    """
    if _FILE.is_dir():
        raise BadSetting(FailureCode.ENV_IS_A_FOLDER)
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "_".join(map(str, first["loc"])).upper()
        why = _reason(first)
        if name:
            raise BadSetting(FailureCode.SETTING_WRONG, setting=name, why=why) from None
        raise BadSetting(FailureCode.SETTINGS_WRONG, why=why) from None
    except UnicodeError:
        raise BadSetting(FailureCode.ENV_NOT_UTF8) from None
    except OSError:
        raise BadSetting(FailureCode.ENV_UNREADABLE) from None


def _reason(error: Any) -> Failure:  # noqa: ANN401 - pydantic_core's own, of which three fields are read
    field = Settings.model_fields.get(str(error["loc"][0])) if error["loc"] else None
    if error["type"] == "literal_error":
        return failure(FailureCode.NOT_ONE_OF, expected=str(error["ctx"]["expected"]))
    if field is not None and field.annotation is float:
        bounds = {name: getattr(rule, name) for rule in field.metadata for name in ("ge", "le") if hasattr(rule, name)}
        return failure(FailureCode.OUT_OF_RANGE, least=f"{bounds['ge']:g}", most=f"{bounds['le']:.0f}")
    ours = error.get("ctx", {}).get("error")
    return ours.failure if isinstance(ours, Unusable) else failure(FailureCode.OTHER, text=str(error["msg"]))
