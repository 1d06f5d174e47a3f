"""Which settings are there? Read from the environment and from ``.env``, when asked and never at import."""

from datetime import timedelta
from pathlib import Path
from typing import Final, Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.errors import BadSetting
from bot.domain.limits import Limits

_LIMITS: Final = Limits()


def _default_database() -> str:
    return f"sqlite+aiosqlite:///{user_data_path('opening-bell') / 'opening-bell.sqlite3'}"


class Settings(BaseSettings):
    """The bot's settings; ``.env.example`` tells what each is for. Addresses hold no secret, the token does."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    discord_token: SecretStr | None = None
    discord_api_url: str | None = None
    discord_gateway_url: str | None = None
    yahoo_url: str | None = None
    database_url: str = Field(default_factory=_default_database)
    post_rate: float = Field(default=_LIMITS.rate, gt=0, le=45)
    post_send: float = Field(default=_LIMITS.send.total_seconds(), gt=0)
    post_lease: float = Field(default=_LIMITS.lease.total_seconds(), gt=0)
    post_nonce: float = Field(default=_LIMITS.nonce.total_seconds(), gt=0, le=120)
    post_late: float = Field(default=_LIMITS.late.total_seconds(), gt=0)
    post_grace: float = Field(default=_LIMITS.grace.total_seconds(), gt=0)
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
    def _engine(cls, value: str) -> str:
        if not value.startswith(("sqlite+aiosqlite://", "postgresql+asyncpg://")):
            raise ValueError("it must start with sqlite+aiosqlite:// or postgresql+asyncpg://")
        return value

    @model_validator(mode="after")
    def _both_or_neither(self) -> "Settings":
        # One without the other would send the token to the real Discord.
        if (self.discord_api_url is None) != (self.discord_gateway_url is None):
            raise ValueError("DISCORD_API_URL and DISCORD_GATEWAY_URL must be set both or neither")
        return self

    def token(self) -> str:
        """Return the bot's token, the one way to it in plain text.

        Raises:
            BadSetting: if there is none.
        """
        if self.discord_token is None or not self.discord_token.get_secret_value().strip():
            raise BadSetting("Setting DISCORD_TOKEN: it is missing; copy it from Discord's developer portal.")
        return self.discord_token.get_secret_value().strip()

    @model_validator(mode="after")
    def _once(self) -> "Settings":
        try:
            _ = self.limits
        except ValueError:  # the rule is theirs, the names are ours
            raise ValueError("POST_SEND must be below POST_LEASE, and POST_LEASE below POST_NONCE") from None
        return self

    @property
    def limits(self) -> Limits:
        """The times and rates of deliveries that are set, the others as they are by default."""
        return Limits(
            send=timedelta(seconds=self.post_send),
            lease=timedelta(seconds=self.post_lease),
            nonce=timedelta(seconds=self.post_nonce),
            late=timedelta(seconds=self.post_late),
            grace=timedelta(seconds=self.post_grace),
            rate=self.post_rate,
        )

    @property
    def data_folder(self) -> Path:
        """The folder for what the bot keeps beside its database."""
        return user_data_path("opening-bell")


def _address(value: str | None, schemes: tuple[str, ...]) -> str | None:
    if value is not None and not value.startswith(schemes):
        raise ValueError(f"it must start with {' or '.join(schemes)}")
    return value.rstrip("/") if value else None


def read() -> Settings:
    """Read the settings.

    Raises:
        BadSetting: in one line that names the setting; a secret's value is never repeated.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "_".join(map(str, first["loc"])).upper()
        reason = first["msg"].removeprefix("Value error, ")
        raise BadSetting(f"Setting {name}: {reason}." if name else f"Settings: {reason}.") from None
