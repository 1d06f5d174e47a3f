"""What went wrong with a post is a code with fields: the sentences that are stored become codes."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLES = ("subscriptions", "deliveries")
_SENTENCES = {
    "channel_gone": "The channel is gone.",
    "channel_hidden": "I cannot see the channel.",
    "message_gone": "The message is gone.",
    "permission_missing": "I lack a permission in the channel.",
    "thread_archived": "The thread is archived.",
    "history_unreadable": "I lack Read Message History in the channel.",
    "too_much_written": "Too much was written in the channel since.",
    "discord_refuses_login": "Discord refuses the token.",
    "discord_asks_to_wait": "Discord asks to wait.",
    "discord_silent": "Discord did not answer.",
    "discord_unreadable": "Discord's answer could not be read.",
    "discord_unreachable": "Discord cannot be reached.",
    "discord_not_connected": "The bot is not connected to Discord yet.",
    "discord_other_message": "Discord answered for another message.",
    "held_up": "It was held up for too long to be sent.",
    "too_late": "It was too late by the time that it could be sent.",
    "not_running": "I was not running, or could not reach Discord, until it was too late.",
    "not_composed": "The message could not be composed.",
    "not_mentioned": "It was sent without the mention: whoever set it up may not mention that role now.",
    "stopped": "It was paused, or I had left the server, before it could be sent.",
    "damaged_row": "It was damaged where I keep it, and could not be sent.",
}
_CODES = {sentence: code for code, sentence in _SENTENCES.items()}
_MAYBE_SENT = "It may or may not have been sent: "
_REFUSES = re.compile(r"Discord refuses it \((\d{1,9}), (\d{1,9})\)\.")
_FAILS = re.compile(r"Discord has trouble \((\d{1,9})\)\.")
_LACKS = re.compile(r"I lack \*\*([A-Za-z *,]+)\*\* in the channel\.")


def coded(text: str) -> dict[str, Any]:
    """Return the code and the fields of a sentence; of an unknown one its text."""
    if text in _CODES:
        return {"code": _CODES[text]}
    if text.startswith(_MAYBE_SENT):
        return {"code": "maybe_sent", "why": coded(text.removeprefix(_MAYBE_SENT))}
    if match := _REFUSES.fullmatch(text):
        return {"code": "discord_refuses", "status": int(match[1]), "error": int(match[2])}
    if match := _FAILS.fullmatch(text):
        return {"code": "discord_fails", "status": int(match[1])}
    if match := _LACKS.fullmatch(text):
        names = [name.lower().replace(" ", "_") for name in match[1].split("**, **")]
        return {"code": "permissions_missing", "permissions": names}
    return {"code": "other", "text": text}


def worded(failure: dict[str, Any]) -> str:
    """Return the sentence that the version before had for a code; of one that it did not know, what is stored."""
    match failure:
        case {"code": "maybe_sent", "why": dict(why)}:
            sentence = _MAYBE_SENT + worded(why)
        case {"code": "discord_refuses", "status": status, "error": error}:
            sentence = f"Discord refuses it ({status}, {error})."
        case {"code": "discord_fails", "status": status}:
            sentence = f"Discord has trouble ({status})."
        case {"code": "permissions_missing", "permissions": list(names)}:
            titles = (str(name).replace("_", " ").title().replace(" In ", " in ") for name in names)
            sentence = f"I lack **{'**, **'.join(titles)}** in the channel."
        case {"code": "other", "text": str(text)}:
            sentence = text
        case _:
            sentence = _SENTENCES.get(str(failure.get("code"))) or json.dumps(failure, ensure_ascii=False)
    return sentence


def upgrade() -> None:
    """Turn sentences into codes."""
    _rewrite(lambda text: json.dumps(coded(text), ensure_ascii=False, separators=(",", ":")))


def downgrade() -> None:
    """Turn codes into sentences."""

    def sentence(text: str) -> str:
        try:
            failure = json.loads(text)
        except ValueError:
            return text
        return worded(failure) if isinstance(failure, dict) else text

    _rewrite(sentence)


def _rewrite(turned: Callable[[str], str]) -> None:
    """Turn each text that is stored once, however many rows have it; what is damaged stays as it is."""
    connection = op.get_bind()
    for name in _TABLES:
        problem = sa.column("problem", sa.Text)
        table = sa.table(name, problem)
        for (text,) in connection.execute(sa.select(problem).where(problem.is_not(None)).distinct()).fetchall():
            if isinstance(text, str):
                connection.execute(sa.update(table).where(problem == text).values(problem=turned(text)))
