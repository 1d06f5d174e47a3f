"""How are the fields of a failure written in its sentence?"""

from collections.abc import Callable, Iterator, Mapping

from bot.domain.errors import Failure, Field, Typed
from bot.domain.markets.catalogue import listing
from bot.views.page import PageStyle


class Fields(Mapping[str, str]):
    """A failure's fields as a sentence writes them; ``database`` is its subject, named to the operator alone."""

    def __init__(self, failure: Failure, style: PageStyle, worded: Callable[[Failure], str], *, operator: bool) -> None:
        self.raw: Mapping[str, Field] = dict(failure.fields)
        self.style = style
        self._worded = worded
        self.operator = operator

    def __getitem__(self, name: str) -> str:
        value = self.raw.get(name)
        if name == "database":
            return f"The database {value}" if self.operator and value else "The database"
        match value:
            case None:
                return "?"  # of a stored failure that was damaged: no list is to break for it
            case Typed():
                return self.style.literal(value.text)
            case Failure():
                return self._worded(value)
            case tuple():
                return ", ".join(value)
            case _:
                return self._plain(name, value)

    def _plain(self, name: str, value: object) -> str:
        if name == "market":
            return listing(str(value)).name
        return f"<#{value}>" if name == "channel" else str(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self.raw)

    def __len__(self) -> int:
        return len(self.raw)

    def names(self, name: str) -> tuple[str, ...]:
        """Return a field that holds several words."""
        value = self.raw.get(name, ())
        return value if isinstance(value, tuple) else (str(value),)
