"""What must a reader know beside the figures, in an answer about one market and in one about many?"""

from collections.abc import Collection

from bot.domain.model import Note, NoteKind
from bot.domain.snapshot import MarketSnapshot
from bot.services.ports import Quotes

_NOTED_OF_MANY = frozenset(
    {
        NoteKind.NO_CHANGE,
        NoteKind.NO_TRADE,
        NoteKind.PROXY,
        NoteKind.CALENDAR_UNKNOWN,
        NoteKind.REJECTED,
        NoteKind.UNCONFIRMED,
    }
)
"""Notes of single markets that an answer about many repeats; the others show beside the market's figure."""
_CAUSED_BY_OUTAGE = frozenset({NoteKind.STALE, NoteKind.NO_TRADE})
"""Notes that follow from a source that does not answer, and must not be blamed on the exchange."""


def all_notes(quotes: Quotes, snapshot: MarketSnapshot) -> tuple[Note, ...]:
    """Return the notes of an answer about one market."""
    on_source = source_notes(quotes, [snapshot])
    left_out = _CAUSED_BY_OUTAGE if _is_down(on_source) else frozenset()
    return (*on_source, *(note for note in snapshot.notes if note.kind not in left_out))


def common_notes(quotes: Quotes, snapshots: Collection[MarketSnapshot]) -> tuple[Note, ...]:
    """Return the notes of an answer about many markets; what concerns one alone shows beside its figure."""
    on_source = source_notes(quotes, snapshots)
    kinds = _NOTED_OF_MANY - _CAUSED_BY_OUTAGE if _is_down(on_source) else _NOTED_OF_MANY
    return (*on_source, *(note for snapshot in snapshots for note in snapshot.notes if note.kind in kinds))


def source_notes(quotes: Quotes, snapshots: Collection[MarketSnapshot]) -> tuple[Note, ...]:
    """Return the note on the source of the figures, if there is one."""
    if quotes.source == "sample":
        return (Note(kind=NoteKind.SAMPLE),)
    if not quotes.failing:
        return ()
    # A close that is still the last one is as old as its reading: nothing has been traded since.
    readings = [snapshot.quote.fetched_at for snapshot in snapshots if snapshot.quote.fetched_at]
    stale = [snapshot.quote.time for snapshot in snapshots if snapshot.quote.stale and snapshot.quote.time]
    return (Note(kind=NoteKind.SOURCE_DOWN, time=min(stale or readings, default=None)),)


def _is_down(notes: Collection[Note]) -> bool:
    return any(note.kind is NoteKind.SOURCE_DOWN for note in notes)
