"""How does what went wrong read? One English sentence a code.

A sentence names the failure's fields in braces; where more than its fields decides how it reads, it is a function.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from bot.domain.errors import Failure, FailureCode
from bot.domain.markets.catalogue import listing
from bot.views.en.failure_fields import Fields
from bot.views.page import TERMINAL, PageStyle


def sentence(failure: Failure, style: PageStyle = TERMINAL, *, operator: bool = False) -> str:
    """Return the sentence of a failure; to the operator it may name files and hosts."""
    reason = partial(sentence, style=style, operator=operator)
    words, fields = SENTENCES[failure.code], Fields(failure, style, reason, operator=operator)
    return words.format_map(fields) if isinstance(words, str) else words(fields)


_WHAT_IS_KNOWN: Final = (
    "I know indexes, gold, oil and a few currencies, not single shares, coins or funds: try Nikkei 225, DAX or gold."
)


def _unknown_market(fields: Fields) -> str:
    known = f"I don't know “{fields['text']}”."
    *others, last = [listing(key).name for key in fields.names("suggestions")] or [""]
    if others:
        return f"{known} Did you mean {', '.join(others)} or {last}?"
    if last:
        return f"{known} Did you mean {last}?"
    return f"{known} {_WHAT_IS_KNOWN}"


def _subcommand_missing(fields: Fields) -> str:
    return f"Ask {' or '.join(fields.names('commands'))}."


def _unreadable(fields: Fields) -> str:
    kind, number = fields["kind"], fields["number"]
    command = "/alert" if kind == "alert" else "/schedule"
    return f"{kind.capitalize()} {number} cannot be read: remove it with `{command} remove`, and set it up again."


def _too_many(fields: Fields) -> str:
    return f"This server has {fields['most']} {fields['kind']}s already; remove one first."


def _strong(fields: Fields, permissions: tuple[str, ...]) -> str:
    return ", ".join(fields.style.strong(permission_name(name)) for name in permissions)


def permission_name(name: str) -> str:
    """Return what Discord calls a permission in its settings: "Send Messages in Threads"."""
    return name.replace("_", " ").title().replace(" In ", " in ")


def _cannot_post(fields: Fields) -> str:
    return f"I can't post in {fields['channel']}: I lack {_strong(fields, fields.names('permissions'))} there."


def _permissions_missing(fields: Fields) -> str:
    return f"I lack {_strong(fields, fields.names('permissions'))} in the channel."


def _cannot_see(fields: Fields) -> str:
    where = fields["channel"] if "channel" in fields.raw else "that channel"
    return f"I cannot see {where}: give me View Channel there, and open it again if it is an archived thread."


def _columns_missing(fields: Fields) -> str:
    missing = fields.names("missing")
    return (
        f"Line 1 of {fields['path']} must name the columns {','.join(fields.names('columns'))}; "
        f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing."
    )


def _file_empty(fields: Fields) -> str:
    return f"{fields['path']} is empty: its first line must name the columns {','.join(fields.names('columns'))}."


def _unusable(doing: str) -> Callable[[Fields], str]:
    def words(fields: Fields) -> str:
        why = f"{fields['database']} cannot be {doing}: {fields['why']}."
        return why if fields.operator else f"{why} Try again later; whoever runs this bot finds more in its log."

    return words


def _damaged(fields: Fields) -> str:
    advice = (
        "move it away, or put a backup in its place, and start again."
        if fields.operator
        else "whoever runs this bot must put a backup in its place and start it again."
    )
    return f"{fields['database']} is damaged and nothing was written to it: {advice}"


def _nothing_to_back_up(fields: Fields) -> str:
    return (
        f"There is no database {fields.raw.get('database')} yet: nothing to copy."
        if fields.operator
        else "There is no database yet: nothing to copy."
    )


def _wrong_scheme(fields: Fields) -> str:
    return f"it must start with {' or '.join(fields.names('schemes'))}"


_C = FailureCode
SENTENCES: Final[Mapping[FailureCode, str | Callable[[Fields], str]]] = {
    _C.UNKNOWN_MARKET: _unknown_market,
    _C.UNKNOWN_COMMAND: "I don't know the command “{text}”. Ask /help for what there is.",
    _C.NOTHING_ASKED: "Ask something, such as /index nikkei.",
    _C.MARKET_MISSING: "Which market? For example: /{command} nikkei.",
    _C.SUBCOMMAND_MISSING: _subcommand_missing,
    _C.CALENDAR_UNKNOWN: (
        "I don't understand “{text}”: name asia, europe, americas or world, and 1 to {most} days, as /calendar asia 7."
    ),
    _C.UNKNOWN_TIMING: "I don't understand “{text}”. Write 09:00, or 30 min before Tokyo opens.",
    _C.UNKNOWN_TIME: "“{text}” is no time of day.",
    _C.AMBIGUOUS_TIME_ZONE: lambda fields: (
        f"“{fields['text']}” may be the time of {' or '.join(fields.names('zones'))}: choose one of them."
    ),
    _C.FIXED_TIME_ZONE: (
        "“{text}” is the same distance from UTC all year, which most cities are not: choose a city, such as "
        "America/New_York."
    ),
    _C.UNKNOWN_TIME_ZONE: "I don't know the time zone “{text}”. Choose one from the list, such as Asia/Tokyo.",
    _C.UNKNOWN_DAYS: "I don't understand the days “{text}”. Write mon,wed,fri or mon-fri.",
    _C.UNKNOWN_LANGUAGE: "I don't know the language “{text}”. Choose one from the list, such as en-US or ja.",
    _C.TIME_ZONE_MISSING: "Which time zone? Choose one, such as Asia/Tokyo.",
    _C.TOO_FAR_FROM_SESSION: "At most {hours} h before or after an opening or close.",
    _C.NEVER_COMES: "A post at these times would never come.",
    _C.RULE_MARKET_MISSING: "Which market must trade? Name it in the option “market”.",
    _C.NOTE_WITHOUT_HOLIDAYS: (
        "It comes on holidays too, so there is no day for a note: choose days on which a market trades."
    ),
    _C.PERCENT_MISSING: "A move of how many per cent? Name it in the option “percent”.",
    _C.PROXY_NOT_WATCHED: ("I cannot watch {market}: its level is not known, only the move of an ETF that tracks it."),
    _C.ALERT_NOT_TESTED: "An alert cannot be tried out: it tells what has happened.",
    _C.IS_AN_ALERT: "Number {number} is an alert: `/alert` is for alerts.",
    _C.NO_SUCH_NUMBER: "This server has no post or alert number {number}.",
    _C.UNREADABLE_SUBSCRIPTION: _unreadable,
    _C.TOO_MANY_SUBSCRIPTIONS: _too_many,
    _C.NOT_AN_ANNOUNCEMENT_CHANNEL: "{channel} is no announcement channel, so nothing can be published there.",
    _C.MENTIONS_EVERYONE: "I mention roles, not everyone: choose another one.",
    _C.CHANNEL_UNKNOWN: (
        "I cannot see its channel any more: name another one with `/schedule edit`, or set it up anew."
    ),
    _C.SERVERS_ONLY: "This works in servers only.",
    _C.ADMINS_ONLY: "You need the Manage Server permission for this.",
    _C.NO_DATABASE_FOR_POSTS: "This bot keeps no posts: it runs without a database.",
    _C.MENTION_FORBIDDEN: "You may not mention <@&{role}> in {channel}.",
    _C.CANNOT_POST: _cannot_post,
    _C.CANNOT_SEE: _cannot_see,
    _C.REFRESHED_TOO_SOON: "You can refresh again in {seconds} s.",
    _C.TESTED_TOO_SOON: "Post {number} was just tested: you can test it again in {seconds} s.",
    _C.TOO_MANY_TESTS: "This server has tested {most} posts within a minute: try again in {seconds} s.",
    _C.COMMAND_CHANGED: "This command has just changed. Restart Discord, or try again in a minute.",
    _C.FLAW: "Something went wrong on our side. Reference `{reference}`.",
    _C.NO_RECORDS_OF_INSTRUMENT: "Records are kept of indexes, and {market} is none: ask `/index` for its level.",
    _C.NO_LEVEL: "No level of {market} is known at this moment.",
    _C.NO_LEVELS: "No level of any of these markets is known at this moment.",
    _C.NO_DAILY_BARS: "The source has no daily bars of {market}.",
    _C.ETF_INSTEAD: "{market} has no history: its source carries an ETF in its place.",
    _C.HISTORY_NOT_LOADED: "There is no history of {market}: run “history update” first.",
    _C.SOURCE_SILENT: "Yahoo is not answering. Please try again in a few minutes.",
    _C.SOURCE_SILENT_NOTHING_KEPT: (
        "Yahoo is not answering, and nothing is kept from before. Please try again in a few minutes."
    ),
    _C.SOURCE_REFUSES: (
        "Yahoo refuses to answer: it was asked too often. It is left alone for a while; please try again later."
    ),
    _C.DISK_FULL_FOR_SOURCE: ("The disk is full, so I cannot ask Yahoo. Whoever runs this bot must free some space."),
    _C.NO_FOLDER: "There is no folder {path}.",
    _C.NO_HISTORY_IN_FOLDERS: "The folders hold no market's history.",
    _C.NOT_A_FILE: "{path} is no file that can be read; put a CSV file in its place, or remove it.",
    _C.FILE_EMPTY: _file_empty,
    _C.FILE_TOO_LARGE: "{path} cannot be read: it is larger than {megabytes} MB.",
    _C.FILE_DENIED: "{path} cannot be read: access to it is denied.",
    _C.FILE_UNREADABLE: "{path} cannot be read: the file system reports an error.",
    _C.LINE_NOT_UTF8: "Line {line} of {path} cannot be read: save the file as UTF-8 text.",
    _C.LINE_QUOTES: "Line {line} of {path} cannot be read: its quotation marks do not pair.",
    _C.LINE_WRONG: "Line {line} of {path} is not a {row}: {why}.",
    _C.LINE_SAME_DATE: "Line {line} of {path} has the date of line {first}, {day}; keep one of them.",
    _C.LINE_SAME_MARKET: "Line {line} of {path} has the market of line {first}, {key}; keep one of them.",
    _C.COLUMN_TWICE: "Line 1 of {path} names the column {column} twice; keep one of them.",
    _C.COLUMNS_MISSING: _columns_missing,
    _C.CELLS_COUNT: "it has {cells} cells, and line 1 names {columns} columns",
    _C.NOT_A_PRICE: "“{cell}” is no price (leave the cell empty where it is not known)",
    _C.LEVEL_MISSING: "it has no level",
    _C.NOT_POSITIVE: "every figure in it must be above zero",
    _C.NOT_A_DATE: "“{cell}” is no date (write it like 2025-09-16)",
    _C.NOT_AN_INSTANT: "“{cell}” is no instant; write it like 2025-09-16T16:30+09:00",
    _C.OFFSET_MISSING: "“{cell}” has no offset; write it like 2025-09-16T16:30+09:00",
    _C.OUTSIDE_YEARS: "{cell} lies outside the years {first} to {last}",
    _C.DATABASE_BUSY: "{database} is busy with another process's work; try again in a moment.",
    _C.DATABASE_UNUSABLE: _unusable("used"),
    _C.DATABASE_UNWRITABLE: _unusable("written"),
    _C.DATABASE_DAMAGED: _damaged,
    _C.DATABASE_NEWER: (
        "{database} was written by a newer version of this bot (tables {tables}, this version knows {known}): "
        "update the bot, or restore a backup from before the update."
    ),
    _C.DATABASE_FOREIGN: (
        "{database} was not made by this bot and is left alone: name another file in the setting of the database."
    ),
    _C.DATABASE_STILL_READ: (
        "{database} is still being read as it was before something was deleted; that is erased a little later."
    ),
    _C.NO_BACKUP_OF_POSTGRESQL: (
        "Only an SQLite file is backed up by this command: for PostgreSQL use its own pg_dump."
    ),
    _C.NO_BACKUP_OF_MEMORY: "A database in memory has no backup.",
    _C.NOTHING_TO_BACK_UP: _nothing_to_back_up,
    _C.BACKUP_EXISTS: "The file {path} exists already and is not overwritten.",
    _C.BACKUP_UNWRITABLE: "The backup {path} cannot be written: {why}.",
    _C.BACKUP_FAILED: "The backup {path} could not be written: {why}.",
    _C.DISK_FULL: "the disk is full",
    _C.DISK_READ_ONLY: "the disk may only be read",
    _C.DISK_FAILS: "the disk reports an error",
    _C.FILE_READ_ONLY: "the file may only be read",
    _C.FILE_CLOSED: "the file or its folder cannot be opened",
    _C.FILE_DAMAGED: "the file is damaged",
    _C.FOLDER_DENIED: "access to the file or its folder is denied",
    _C.FOLDER_MISSING: "the folder does not exist",
    _C.PATH_BLOCKED: "a part of its path is not a folder",
    _C.IS_A_FOLDER: "it is a folder",
    _C.SERVER_READ_ONLY: "it may only be read",
    _C.LOGIN_REFUSED: "the user name or password is refused",
    _C.NO_SUCH_DATABASE: "there is no database of that name",
    _C.RIGHT_MISSING: "its user lacks the right",
    _C.CONNECTION_BROKE: "the connection to it broke",
    _C.CONNECTIONS_EXHAUSTED: "it has too many connections",
    _C.SERVER_STARTING: "it is starting or shutting down",
    _C.NO_REPLY: "it does not answer",
    _C.ERROR_IN_LOG: "it reported an error, see the log",
    _C.SETTING_WRONG: "Setting {setting}: {why}.",
    _C.SETTINGS_WRONG: "Settings: {why}.",
    _C.CREDENTIAL_MISSING: "Setting DISCORD_TOKEN: it is missing; copy it from Discord's developer portal.",
    _C.ENV_IS_A_FOLDER: "Settings: .env is a folder; it must be a file like .env.example, or not be there.",
    _C.ENV_NOT_UTF8: "Settings: .env is not UTF-8 text; save it as UTF-8.",
    _C.ENV_UNREADABLE: "Settings: .env cannot be read; give the bot's user access to it.",
    _C.TIME_ZONES_MISSING: "The time zones are missing on this machine: install the Python package tzdata.",
    _C.DATABASE_FOLDER_CLOSED: (
        "Setting DATABASE_URL: no file can be written in {folder}; name one in another folder."
    ),
    _C.DATABASE_IS_A_FOLDER: "Setting DATABASE_URL: {file} is a folder; name a file in it.",
    _C.ADDRESSES_NOT_BOTH: "DISCORD_API_URL and DISCORD_GATEWAY_URL must be set both or neither",
    _C.TIMES_NOT_ORDERED: "POST_SEND must be below POST_LEASE, and POST_LEASE below POST_NONCE",
    _C.WRONG_SCHEME: _wrong_scheme,
    _C.UNPRINTABLE_OR_SPACE: "it holds a space or a character that cannot be printed",
    _C.UNPRINTABLE: "it holds a character that cannot be printed",
    _C.NO_HOST: "it names no host",
    _C.WRONG_HOST: "its host is no name of a machine",
    _C.WRONG_PORT: "its port must be a number from 1 to 65535",
    _C.NOT_ONE_OF: "it must be {expected}",
    _C.OUT_OF_RANGE: "it must be a number from {least} to {most}",
    _C.DATABASE_FORM: "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME",
    _C.DATABASE_KIND: (
        "the database is SQLite or PostgreSQL: write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
    ),
    _C.DATABASE_SLASHES: "three slashes stand before an SQLite file, and four where its path begins with one",
    _C.SSLMODE: "the option sslmode is called ssl here, as in ?ssl=require",
    _C.UNKNOWN_OPTION: "it has an option that is not known; known are {known}",
    _C.SSL_VALUE: "its option ssl must be one of {known}",
    _C.OPTION_VALUE: "one of its options has a value that cannot be used",
    _C.CREDENTIAL_REFUSED: "Discord refuses the token: check DISCORD_TOKEN (Developer Portal, Bot, Reset Token).",
    _C.SHARD_REFUSED: "Discord refuses this shard: its number is out of range.",
    _C.MORE_SHARDS: "Discord wants more shards than the bot opened: start it again.",
    _C.GATEWAY_VERSION: "Discord no longer speaks this version of its gateway: update discord.py.",
    _C.INTENT_UNKNOWN: "Discord does not know an intent that the bot asked for: update discord.py.",
    _C.INTENT_REFUSED: (
        "Discord refuses an intent: the bot asks for one that is not enabled for it (Developer Portal, Bot)."
    ),
    _C.CHANNEL_GONE: "The channel is gone.",
    _C.CHANNEL_HIDDEN: "I cannot see the channel.",
    _C.MESSAGE_GONE: "The message is gone.",
    _C.PERMISSION_MISSING: "I lack a permission in the channel.",
    _C.PERMISSIONS_MISSING: _permissions_missing,
    _C.THREAD_ARCHIVED: "The thread is archived.",
    _C.HISTORY_UNREADABLE: "I lack Read Message History in the channel.",
    _C.TOO_MUCH_WRITTEN: "Too much was written in the channel since.",
    _C.DISCORD_REFUSES: "Discord refuses it ({status}, {error}).",
    _C.DISCORD_REFUSES_LOGIN: "Discord refuses the token.",
    _C.DISCORD_ASKS_TO_WAIT: "Discord asks to wait.",
    _C.DISCORD_SILENT: "Discord did not answer.",
    _C.DISCORD_FAILS: "Discord has trouble ({status}).",
    _C.DISCORD_UNREADABLE: "Discord's answer could not be read.",
    _C.DISCORD_UNREACHABLE: "Discord cannot be reached.",
    _C.DISCORD_NOT_CONNECTED: "The bot is not connected to Discord yet.",
    _C.DISCORD_OTHER_MESSAGE: "Discord answered for another message.",
    _C.HELD_UP: "It was held up for too long to be sent.",
    _C.TOO_LATE: "It was too late by the time that it could be sent.",
    _C.NOT_RUNNING: "I was not running, or could not reach Discord, until it was too late.",
    _C.NOT_COMPOSED: "The message could not be composed.",
    _C.NOT_MENTIONED: "It was sent without the mention: whoever set it up may not mention that role now.",
    _C.STOPPED: "It was paused, or I had left the server, before it could be sent.",
    _C.DAMAGED_ROW: "It was damaged where I keep it, and could not be sent.",
    _C.MAYBE_SENT: "It may or may not have been sent: {why}",
    _C.OTHER: "{text}",
}
