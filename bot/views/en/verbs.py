"""Which verb does a move deserve?

By its size first, and by how large it is for the market itself: the ranges are those in which the wires' own verbs
were found (643 facts of real wraps): inched and edged 0.03 to 0.4 %, slipped and dipped to 0.6, added and gained about
0.5, rose and fell any size, climbed about 0.9, dropped about 1.1, jumped and surged 0.6 to 4.8, sank and tumbled
above 1.5, plunged above 7; flat below 0.1. From 3 % on nothing climbs or falls any more, whatever is usual there.
"""

from dataclasses import dataclass, field

FLAT = 0.1
_SMALL, _MIDDLE, _LARGE = 0.35, 0.65, 1.3
_SINKING, _PLUNGING = 1.5, 7.0
HUGE = 3.0
"""Per cent from which on a move has a strong verb in every market."""
_STRONG, _VIOLENT = 1.8, 2.5
"""Volatilities from which on a move is strong, or violent, for its market."""
_JUMP, _SURGE = 0.6, 1.5

# Past tense, and the present of headlines.
_EDGED_UP = ("edged up", "inched up")
_ADDED = ("added", "gained", "rose")
_ROSE = ("rose", "climbed", "gained")
_CLIMBED = ("climbed", "rose", "advanced")
_JUMPED = ("jumped", "climbed")
_SURGED = ("surged", "jumped")
_EDGED_DOWN = ("edged down", "inched down")
_SLIPPED = ("slipped", "dipped", "lost")
_FELL = ("fell", "dropped", "lost")
_SANK = ("sank", "tumbled", "slid")
_PLUNGED = ("plunged", "tumbled", "sank")

PRESENT = {
    "edged up": "edges up", "inched up": "inches up", "added": "adds", "gained": "gains", "rose": "rises",
    "climbed": "climbs", "advanced": "advances", "jumped": "jumps", "surged": "surges", "edged down": "edges down",
    "inched down": "inches down", "slipped": "slips", "dipped": "dips", "lost": "loses", "fell": "falls",
    "dropped": "drops", "sank": "sinks", "tumbled": "tumbles", "slid": "slides", "plunged": "plunges",
    "was flat": "is flat",
}  # fmt: skip


def choices(change_pct: float, z: float | None) -> tuple[str, ...]:
    """Return the verbs that fit, the best first; z is the move in its market's volatilities."""
    size = abs(change_pct)
    force = abs(z) if z is not None else size
    if change_pct > 0:
        if size >= HUGE or (force >= _VIOLENT and size >= _SURGE):
            return _SURGED
        if force >= _STRONG and size >= _JUMP:
            return _JUMPED
        return _rise(size)
    if size > _PLUNGING:
        return _PLUNGED
    if size >= HUGE or (size > _SINKING and force >= _SINKING):
        return _SANK
    return _fall(size)


def _rise(size: float) -> tuple[str, ...]:
    if size < _SMALL:
        return _EDGED_UP
    if size < _MIDDLE:
        return _ADDED
    return _ROSE if size < _LARGE else _CLIMBED


def _fall(size: float) -> tuple[str, ...]:
    if size < _SMALL:
        return _EDGED_DOWN
    return _SLIPPED if size < _MIDDLE else _FELL


@dataclass(slots=True)
class Verbs:
    """The verbs of one text: a fitting one that was not used yet is taken first."""

    used: list[str] = field(default_factory=list)

    def past(self, change_pct: float, z: float | None = None) -> str:
        """Return the verb of a move: "rose", "sank"; "was flat" below 0.1 %."""
        return "was flat" if abs(change_pct) < FLAT else self._fresh(choices(change_pct, z))

    def neutral(self, change_pct: float) -> str:
        """Return a verb that also fits smaller moves, which are told after this one without a verb of their own."""
        if abs(change_pct) >= HUGE:
            return self.past(change_pct)
        return self._fresh(("rose", "gained") if change_pct > 0 else ("fell", "lost"))

    def _fresh(self, fitting: tuple[str, ...]) -> str:
        verb = min(fitting, key=lambda verb: self.used.index(verb) if verb in self.used else -1)
        if verb in self.used:  # all were used: the one used longest ago, which is then the newest
            self.used.remove(verb)
        self.used.append(verb)
        return verb


def present(change_pct: float, z: float | None = None) -> str:
    """Return the verb of a headline: "rises", "sinks"."""
    if abs(change_pct) < FLAT:
        return PRESENT["was flat"]
    # "Tokyo adds" and "Tokyo loses" want a figure behind them.
    return next(PRESENT[verb] for verb in choices(change_pct, z) if verb not in ("added", "lost"))
