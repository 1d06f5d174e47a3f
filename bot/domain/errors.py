"""What went wrong? Errors carry a code with fields; which sentence that is, the views say.

    MarketError                a question cannot be answered: ``error.failure`` says why
    ├── UnknownMarket          no market of that name; carries up to three suggestions
    ├── BadQuestion            the words or options of a question are wrong
    ├── NoQuotes               a source does not answer and nothing is kept from before
    │   ├── SourceRefuses      it answered 429: ask nothing for a while
    │   └── NoRoom             the disk is full, so it cannot be asked
    ├── StoreError             the database cannot be read or written
    │   └── Damaged            a part of it cannot be read
    ├── Refused                the asker or the bot lacks a permission
    └── BadSetting             a setting is wrong; the failure names it

Raised where a whole question fails. Where a part of it does, the answer says so in a field. ``str(error)`` is the code
and its fields, for logs.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from bot.domain.text import shortened

SHOWN: Final = 60
"""Characters of the asker's text that are repeated."""


class FailureCode(StrEnum):
    """Every failure that is reported to somebody; each has a sentence in every language.

    A code that is stored with a post keeps its value for ever.
    """

    # What is asked
    UNKNOWN_MARKET = "unknown_market"
    UNKNOWN_COMMAND = "unknown_command"
    NOTHING_ASKED = "nothing_asked"
    MARKET_MISSING = "market_missing"
    SUBCOMMAND_MISSING = "subcommand_missing"
    CALENDAR_UNKNOWN = "calendar_unknown"
    UNKNOWN_TIMING = "unknown_timing"
    UNKNOWN_TIME = "unknown_time"
    UNKNOWN_TIME_ZONE = "unknown_time_zone"
    AMBIGUOUS_TIME_ZONE = "ambiguous_time_zone"
    FIXED_TIME_ZONE = "fixed_time_zone"
    UNKNOWN_DAYS = "unknown_days"
    UNKNOWN_LANGUAGE = "unknown_language"
    TIME_ZONE_MISSING = "time_zone_missing"
    TOO_FAR_FROM_SESSION = "too_far_from_session"
    NEVER_COMES = "never_comes"
    RULE_MARKET_MISSING = "rule_market_missing"
    NOTE_WITHOUT_HOLIDAYS = "note_without_holidays"
    PERCENT_MISSING = "percent_missing"
    NO_RECORDS_OF_INSTRUMENT = "no_records_of_instrument"
    PROXY_NOT_WATCHED = "proxy_not_watched"
    ALERT_NOT_TESTED = "alert_not_tested"
    IS_AN_ALERT = "is_an_alert"
    NO_SUCH_NUMBER = "no_such_number"
    UNREADABLE_SUBSCRIPTION = "unreadable_subscription"
    TOO_MANY_SUBSCRIPTIONS = "too_many_subscriptions"
    NOT_AN_ANNOUNCEMENT_CHANNEL = "not_an_announcement_channel"
    MENTIONS_EVERYONE = "mentions_everyone"
    CHANNEL_UNKNOWN = "channel_unknown"

    # What is refused
    SERVERS_ONLY = "servers_only"
    ADMINS_ONLY = "admins_only"
    NO_DATABASE_FOR_POSTS = "no_database_for_posts"
    MENTION_FORBIDDEN = "mention_forbidden"
    CANNOT_POST = "cannot_post"
    CANNOT_SEE = "cannot_see"
    REFRESHED_TOO_SOON = "refreshed_too_soon"
    TESTED_TOO_SOON = "tested_too_soon"
    TOO_MANY_TESTS = "too_many_tests"
    COMMAND_CHANGED = "command_changed"
    FLAW = "flaw"

    # Quotes and histories
    NO_LEVEL = "no_level"
    NO_LEVELS = "no_levels"
    NO_DAILY_BARS = "no_daily_bars"
    ETF_INSTEAD = "etf_instead"
    HISTORY_NOT_LOADED = "history_not_loaded"
    SOURCE_SILENT = "source_silent"
    SOURCE_SILENT_NOTHING_KEPT = "source_silent_nothing_kept"
    SOURCE_REFUSES = "source_refuses"
    DISK_FULL_FOR_SOURCE = "disk_full_for_source"

    # Files of a replay
    NO_FOLDER = "no_folder"
    NO_HISTORY_IN_FOLDERS = "no_history_in_folders"
    NOT_A_FILE = "not_a_file"
    FILE_EMPTY = "file_empty"
    FILE_TOO_LARGE = "file_too_large"
    FILE_DENIED = "file_denied"
    FILE_UNREADABLE = "file_unreadable"
    LINE_NOT_UTF8 = "line_not_utf8"
    LINE_QUOTES = "line_quotes"
    LINE_WRONG = "line_wrong"
    LINE_SAME_DATE = "line_same_date"
    LINE_SAME_MARKET = "line_same_market"
    COLUMN_TWICE = "column_twice"
    COLUMNS_MISSING = "columns_missing"
    CELLS_COUNT = "cells_count"
    NOT_A_PRICE = "not_a_price"
    LEVEL_MISSING = "level_missing"
    NOT_POSITIVE = "not_positive"
    NOT_A_DATE = "not_a_date"
    NOT_AN_INSTANT = "not_an_instant"
    OFFSET_MISSING = "offset_missing"
    OUTSIDE_YEARS = "outside_years"

    # The database, and why it cannot be used
    DATABASE_BUSY = "database_busy"
    DATABASE_UNUSABLE = "database_unusable"
    DATABASE_UNWRITABLE = "database_unwritable"
    DATABASE_DAMAGED = "database_damaged"
    DATABASE_NEWER = "database_newer"
    DATABASE_FOREIGN = "database_foreign"
    DATABASE_STILL_READ = "database_still_read"
    NO_BACKUP_OF_POSTGRESQL = "no_backup_of_postgresql"
    NO_BACKUP_OF_MEMORY = "no_backup_of_memory"
    NOTHING_TO_BACK_UP = "nothing_to_back_up"
    BACKUP_EXISTS = "backup_exists"
    BACKUP_UNWRITABLE = "backup_unwritable"
    BACKUP_FAILED = "backup_failed"
    DISK_FULL = "disk_full"
    DISK_READ_ONLY = "disk_read_only"
    DISK_FAILS = "disk_fails"
    FILE_READ_ONLY = "file_read_only"
    FILE_CLOSED = "file_closed"
    FILE_DAMAGED = "file_damaged"
    FOLDER_DENIED = "folder_denied"
    FOLDER_MISSING = "folder_missing"
    PATH_BLOCKED = "path_blocked"
    IS_A_FOLDER = "is_a_folder"
    SERVER_READ_ONLY = "server_read_only"
    LOGIN_REFUSED = "login_refused"
    NO_SUCH_DATABASE = "no_such_database"
    RIGHT_MISSING = "right_missing"
    CONNECTION_BROKE = "connection_broke"
    CONNECTIONS_EXHAUSTED = "connections_exhausted"
    SERVER_STARTING = "server_starting"
    NO_REPLY = "no_reply"
    ERROR_IN_LOG = "error_in_log"

    # Settings, and what is wrong with a value
    SETTING_WRONG = "setting_wrong"
    SETTINGS_WRONG = "settings_wrong"
    CREDENTIAL_MISSING = "credential_missing"
    ENV_IS_A_FOLDER = "env_is_a_folder"
    ENV_NOT_UTF8 = "env_not_utf8"
    ENV_UNREADABLE = "env_unreadable"
    TIME_ZONES_MISSING = "time_zones_missing"
    DATABASE_FOLDER_CLOSED = "database_folder_closed"
    DATABASE_IS_A_FOLDER = "database_is_a_folder"
    ADDRESSES_NOT_BOTH = "addresses_not_both"
    TIMES_NOT_ORDERED = "times_not_ordered"
    WRONG_SCHEME = "wrong_scheme"
    UNPRINTABLE_OR_SPACE = "unprintable_or_space"
    UNPRINTABLE = "unprintable"
    NO_HOST = "no_host"
    WRONG_HOST = "wrong_host"
    WRONG_PORT = "wrong_port"
    NOT_ONE_OF = "not_one_of"
    OUT_OF_RANGE = "out_of_range"
    DATABASE_FORM = "database_form"
    DATABASE_KIND = "database_kind"
    DATABASE_SLASHES = "database_slashes"
    SSLMODE = "sslmode"
    UNKNOWN_OPTION = "unknown_option"
    SSL_VALUE = "ssl_value"
    OPTION_VALUE = "option_value"

    # What keeps the bot off Discord
    CREDENTIAL_REFUSED = "credential_refused"
    SHARD_REFUSED = "shard_refused"
    MORE_SHARDS = "more_shards"
    GATEWAY_VERSION = "gateway_version"
    INTENT_UNKNOWN = "intent_unknown"
    INTENT_REFUSED = "intent_refused"

    # What became of a post; stored with it
    CHANNEL_GONE = "channel_gone"
    CHANNEL_HIDDEN = "channel_hidden"
    MESSAGE_GONE = "message_gone"
    PERMISSION_MISSING = "permission_missing"
    PERMISSIONS_MISSING = "permissions_missing"
    THREAD_ARCHIVED = "thread_archived"
    HISTORY_UNREADABLE = "history_unreadable"
    TOO_MUCH_WRITTEN = "too_much_written"
    DISCORD_REFUSES = "discord_refuses"
    DISCORD_REFUSES_LOGIN = "discord_refuses_login"
    DISCORD_ASKS_TO_WAIT = "discord_asks_to_wait"
    DISCORD_SILENT = "discord_silent"
    DISCORD_FAILS = "discord_fails"
    DISCORD_UNREADABLE = "discord_unreadable"
    DISCORD_UNREACHABLE = "discord_unreachable"
    DISCORD_NOT_CONNECTED = "discord_not_connected"
    DISCORD_OTHER_MESSAGE = "discord_other_message"
    HELD_UP = "held_up"
    TOO_LATE = "too_late"
    NOT_RUNNING = "not_running"
    NOT_COMPOSED = "not_composed"
    NOT_MENTIONED = "not_mentioned"
    STOPPED = "stopped"
    DAMAGED_ROW = "damaged_row"
    MAYBE_SENT = "maybe_sent"

    OTHER = "other"
    """A text from elsewhere, as it stands: of a library, or stored by a version that knew no codes."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed, short enough to be repeated; wherever it is shown it must read as text and nothing else."""

    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", shortened(self.text, SHOWN))

    def __str__(self) -> str:
        return self.text


Field: TypeAlias = "str | int | float | dt.date | Typed | Failure | tuple[str, ...]"
"""What a failure says of itself; a failure in a failure is its reason."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong: a code, and the fields that its sentence needs."""

    code: FailureCode
    fields: tuple[tuple[str, Field], ...] = ()

    def __str__(self) -> str:
        return f"{self.code}{''.join(f' {name}={value}' for name, value in self.fields)}"


def failure(code: FailureCode, /, **fields: Field) -> Failure:
    """Make a failure."""
    return Failure(code, tuple(fields.items()))


class Unusable(ValueError):
    """A value cannot be used; whoever read it says where it stands."""

    def __init__(self, code: FailureCode, /, **fields: Field) -> None:
        self.failure = failure(code, **fields)
        super().__init__(str(self.failure))


def reason_of(error: ValueError) -> Failure:
    """Return why a value cannot be used; of a library's error, its own words."""
    return error.failure if isinstance(error, Unusable) else failure(FailureCode.OTHER, text=str(error))


class CodedError(Exception):
    """An error that somebody may be told of; ``failure`` says why."""

    def __init__(self, why: FailureCode | Failure, /, **fields: Field) -> None:
        self.failure = failure(why, **fields) if isinstance(why, FailureCode) else why
        super().__init__(str(self.failure))


class MarketError(CodedError):
    """A question could not be answered."""


class UnknownMarket(MarketError):
    """No market goes by this name."""

    def __init__(self, text: str, suggestions: Sequence[str] = ()) -> None:
        """Take what was asked for and, where known, the keys of markets that may have been meant."""
        self.text = text
        self.suggestions = tuple(suggestions)
        super().__init__(FailureCode.UNKNOWN_MARKET, text=Typed(text), suggestions=self.suggestions)


class BadQuestion(MarketError):
    """The words or options of a question are wrong."""


class NoQuotes(MarketError):
    """A source does not answer and nothing is kept from before."""


class SourceRefuses(NoQuotes):
    """The source said that it was asked too often; asking again makes it worse."""


class NoRoom(NoQuotes):
    """There is no room on the disk for what asking a source needs: not the source's fault."""


class StoreError(MarketError):
    """The database cannot be read or written.

    Every admin of every server may read the sentence; the fields that name a file or a host are for the operator alone.
    """


class Damaged(StoreError):
    """A part of the database cannot be read; other parts may be sound."""


class Refused(MarketError):
    """The asker or the bot lacks a permission."""


class BadSetting(MarketError):
    """A setting is wrong; the failure names it."""
