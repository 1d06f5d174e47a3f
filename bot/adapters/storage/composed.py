"""How is a composed message kept as text?

As JSON with the ``message``, the ``delayed`` line for one that comes late and, where there are any, ``files`` in
base64; what the versions before kept is the same without files.
"""

import base64
import json
from typing import Any

from bot.services.posting_ports import Composed


def composed_text(composed: Composed) -> str:
    """Write a composed message as text."""
    parts: dict[str, Any] = {"message": composed.body, "delayed": composed.delayed_line}
    if composed.files:
        parts["files"] = [[name, base64.b64encode(content).decode()] for name, content in composed.files]
    return json.dumps(parts, ensure_ascii=False)


def read_composed(text: str) -> Composed:
    """Read a composed message from its text.

    Raises:
        ValueError: if it is none.
    """
    try:
        parts = json.loads(text)
        body, delayed = parts["message"], parts["delayed"]
        files = tuple((str(name), base64.b64decode(content)) for name, content in parts.get("files", ()))
    except (AttributeError, LookupError, TypeError) as error:
        raise ValueError("no composed message") from error
    if not isinstance(body, dict) or not isinstance(body.get("components"), list):
        raise ValueError("a composed message without a body")  # noqa: TRY004 - what is stored is wrong, not a type
    return Composed(body, None if delayed is None else str(delayed), files)
