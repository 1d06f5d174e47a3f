"""Which rules did the quotes fail since the start, and which of that is worth a line in the log?"""

import logging
from collections import Counter
from collections.abc import Sequence

from bot.domain.model import Fault
from bot.domain.quotes import Observation

_log = logging.getLogger(__name__)


class Rejections:
    """Counts by market and rule what was not believed, and logs it when it changes."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, Fault]] = Counter()
        self._logged: dict[str, frozenset[Fault]] = {}

    def count(self, key: str, faults: frozenset[Fault], *, shown: bool) -> None:
        """Count the rules that the quote of a market failed; ``shown`` says whether something of it is shown."""
        for fault in faults:
            self.counts[key, fault] += 1
        if faults != self._logged.get(key, frozenset()):
            self._logged[key] = faults
            level = logging.INFO if shown else logging.WARNING
            _log.log(level, "Yahoo, %s: not believed: %s", key, " ".join(sorted(faults)) or "nothing")


def failed_rules(faults: Sequence[Fault], observation: Observation | None, *, refused: bool) -> frozenset[Fault]:
    """Return all rules that a quote failed.

    Args:
        faults: those of its parts, at first sight.
        observation: what is shown of it, with the rules that it failed since.
        refused: whether it was refused as a whole.
    """
    rules = {*faults, *(observation.faults if observation is not None else ())}
    if refused:
        rules.add(Fault.CONTRADICTED)
    if observation is not None and observation.unconfirmed:
        rules.add(Fault.UNCONFIRMED)
    return frozenset(rules)
