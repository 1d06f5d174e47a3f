"""What may never be read in a log or a repr: tokens, and passwords in addresses?

Libraries write what they send and receive at DEBUG, and addresses into their errors. Everything is hidden in the final
text, whoever wrote it. No pattern looks further than a bounded stretch, so that no text makes it slow.
"""

import logging
import re
from collections.abc import Collection
from typing import Final

HIDDEN: Final = "***"

_SHORTEST: Final = 6  # characters of a secret that is looked for by itself; a shorter one would spoil every word
_IN_PATH: Final = r"[^/\s\"'?#<>)\\]{1,512}"
_PATTERNS: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        # An interaction's token answers in the bot's name for 15 minutes, a webhook's for ever.
        (rf"(/interactions/\d{{1,20}}/){_IN_PATH}", rf"\1{HIDDEN}"),
        (rf"(/webhooks/\d{{1,20}}/){_IN_PATH}", rf"\1{HIDDEN}"),
        (r"(token\\?[\"']\s{0,4}:\s{0,4}\\?[\"'])[^\"'\\]{1,512}", rf"\1{HIDDEN}"),
        (r"\baW50ZXJhY3Rpb246[\w=-]{1,512}", HIDDEN),  # "interaction:" as Discord's tokens of one begin
        (r"\b(Bot|Bearer) [\w.=-]{20,512}", rf"\1 {HIDDEN}"),
        (r"(://[^:/@\s\"'\\]{0,128}):[^\s\"'\\]{0,512}@", rf"\1:{HIDDEN}@"),
        (r"([?&](?:password|passwd|token)=)[^&\s\"'\\]{1,512}", rf"\1{HIDDEN}"),
    )
)


def redact(text: str, secrets: Collection[str] = ()) -> str:
    """Hide tokens and the passwords of addresses, and these secrets wherever they stand."""
    for secret in secrets:
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, HIDDEN)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


class Redacting(logging.Formatter):
    """Formats as another formatter does and hides secrets in the outcome, tracebacks included."""

    def __init__(self, inner: logging.Formatter, secrets: Collection[str] = ()) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """Write the record without what nobody may read."""
        return redact(self._inner.format(record), self._secrets)
