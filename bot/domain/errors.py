"""Which sentence does a reader see when a question cannot be answered?

    MarketError                the root: str(error) is the sentence, fit to be shown
    ├── UnknownMarket          no market of that name; carries up to three suggestions
    ├── BadQuestion            the words or options of a question are wrong
    ├── NoQuotes               a source does not answer and nothing is kept from before
    │   ├── SourceRefuses      it answered 429: ask nothing for a while
    │   └── NoRoom             the disk is full, so it cannot be asked
    ├── StoreError             the database cannot be read or written
    │   └── Damaged            a part of it cannot be read
    ├── Refused                the asker or the bot lacks a permission
    └── BadSetting             a setting is wrong; the sentence names it

Raised where a whole question fails. Where a part of it does, the answer says so in a field.

What the asker typed stands in a sentence as a field of its own, so that whoever shows it can keep it from being read as
anything but text.
"""

from collections.abc import Callable, Sequence
from typing import Final

from bot.domain.text import shortened

SHOWN: Final = 60
"""Characters of the asker's text that are repeated."""


class MarketError(Exception):
    """A question could not be answered; ``str(error)`` is one sentence for the reader."""

    def __init__(self, sentence: str, **typed: str) -> None:
        """Take a sentence; where it repeats what was typed, it names that in braces: "I don't know {text}."."""
        self._sentence = sentence
        self._typed = {name: shortened(text, SHOWN) for name, text in typed.items()}
        super().__init__(self.worded(str))

    def worded(self, escaped: Callable[[str], str]) -> str:
        """Give the sentence for a place where some characters mean more than themselves; ``escaped`` undoes that."""
        if not self._typed:
            return self._sentence
        return self._sentence.format_map({name: escaped(text) for name, text in self._typed.items()})

    @property
    def operator(self) -> str:
        """The sentence for whoever runs the bot, in logs and in the terminal: it may name files and hosts."""
        return str(self)


class UnknownMarket(MarketError):
    """No market goes by this name."""

    def __init__(self, text: str, suggestions: Sequence[str] = ()) -> None:
        """Say what was asked for and, where known, the names of the catalogue that may have been meant."""
        self.text = text
        self.suggestions = tuple(suggestions)
        sentence = "I don't know “{text}”."
        *others, last = self.suggestions or ("",)
        if others:
            sentence += f" Did you mean {', '.join(others)} or {last}?"
        elif last:
            sentence += f" Did you mean {last}?"
        else:
            sentence += " Try a name such as Nikkei 225, DAX or S&P 500."
        super().__init__(sentence, text=text)


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

    Every admin of every server may read ``str(error)``, so it names no file, host or user; ``operator`` does.
    """

    def __init__(self, sentence: str, operator: str | None = None) -> None:
        """Take the reader's sentence and, where it says more, the operator's."""
        super().__init__(sentence)
        self._operator = operator or sentence

    @property
    def operator(self) -> str:
        """The sentence for whoever runs the bot; names the database, and never its password."""
        return self._operator


class Damaged(StoreError):
    """A part of the database cannot be read; other parts may be sound."""


class Refused(MarketError):
    """The asker or the bot lacks a permission."""


class BadSetting(MarketError):
    """A setting is wrong; the sentence names it."""
