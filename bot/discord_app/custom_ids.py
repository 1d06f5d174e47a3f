"""What does a button carry in its custom id, and how is that read again?

Buttons outlive the process that sent them, so all that a press needs is in the custom id, and messages of years ago
must still be understood: a form that was sent once stays. Discord takes 100 characters.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.domain.posting.schedule import Subject
from bot.views.message import ButtonIds

REFRESH: Final = r"ix:(?P<key>[a-z0-9-]{1,32})"
"""Under ``/index``: the key of the market whose figures are renewed."""

WHY: Final = r"why:(?P<key>[a-z0-9-]{1,32})"
"""Under ``/index`` and summaries: the key of the market whose move is explained to whoever presses."""

NOW: Final = (
    r"post:(?P<id>[0-9a-f]{1,24}):(?P<topic>summary|market|records|status):(?P<key>[a-z0-9-]{0,32})"
)  # fmt: skip
"""Under a post: its name (a nonce, or the number of a post that is previewed) and what is shown anew."""

CONFIRMATION: Final = r"ask:(?P<token>[0-9a-f]{1,12}-[0-9a-f]{16}):(?P<answer>yes|no)"
"""Under a question to an admin: the token under which it is kept."""

_POST: Final = "post:"
UNNAMED: Final = "?"
"""The name of a post that has none yet; no nonce has it."""


def refresh(market: str) -> str:
    """Return the custom id of the button that renews a market's figures."""
    return f"ix:{market}"


def why(market: str) -> str:
    """Return the custom id of the button that shows why a market moved."""
    return f"why:{market}"


def confirmation(token: str, *, yes: bool) -> str:
    """Return the custom id of the button that answers the question of a token."""
    return f"ask:{token}:{'yes' if yes else 'no'}"


def post(subject: Subject | None, name: str = UNNAMED) -> str:
    """Return the custom id of the button under a post; without a name it is a placeholder that `named` fills.

    By its name a post is found again in its channel (`names`); a press on one without a subject shows nothing.
    """
    return f"{_POST}{name}" + (f":{subject.topic}:{subject.key}" if subject else "")


def named(component: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Copy a component of a message with the placeholders of posts in it, at any depth, filled with a name."""
    copy = dict(component)
    if isinstance(custom_id := copy.get("custom_id"), str):
        copy["custom_id"] = _filled(custom_id, name)
    if components := copy.get("components"):
        copy["components"] = [named(inner, name) for inner in components]
    if accessory := copy.get("accessory"):
        copy["accessory"] = named(accessory, name)
    return copy


def names(message: Mapping[str, Any], name: str) -> bool:
    """Say whether a message, as Discord gives it, bears the button of the post of this name."""
    return any(custom_id.split(":")[:2] == [_POST.rstrip(":"), name] for custom_id in _within(message))


BUTTON_IDS: Final = ButtonIds(refresh, why)
"""The custom ids of the buttons under answers."""


def _filled(custom_id: str, name: str) -> str:
    kind, *fields = custom_id.split(":")
    if f"{kind}:" != _POST or not fields or fields[0] != UNNAMED:
        return custom_id
    return ":".join((kind, name, *fields[1:]))


def _within(part: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(custom_id := part.get("custom_id"), str):
        yield custom_id
    for inner in (*part.get("components", ()), *filter(None, [part.get("accessory")])):
        yield from _within(inner)
