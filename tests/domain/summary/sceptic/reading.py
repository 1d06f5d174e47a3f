"""Reads the words of a summary as a sceptic would, and checks every one of them against the JSON.

Knows nothing of how the sentences are made: it replaces names by keys, matches what it finds, and takes what it has
checked out of the text. A figure, or a name, that is left over is an error.
"""

import re
from collections.abc import Mapping
from typing import Any

from tests.domain.summary.sceptic.agenda import read_agenda, read_decision
from tests.domain.summary.sceptic.breadth import read_breadth
from tests.domain.summary.sceptic.closed import read_closures, read_week
from tests.domain.summary.sceptic.cross_market import read_elsewhere, read_futures, read_rates
from tests.domain.summary.sceptic.evidence import Evidence
from tests.domain.summary.sceptic.headline import read_headline
from tests.domain.summary.sceptic.moves import read_moves
from tests.domain.summary.sceptic.records import read_records
from tests.domain.summary.sceptic.vocabulary import with_keys


def check(answer: Mapping[str, Any], facts: Mapping[str, Any], headline: str, text: str) -> None:
    """Raise `Untrue` where the words say what the JSON does not; ``facts`` are what the answer was made of."""
    evidence = Evidence(answer, facts)
    read_headline(evidence, headline)
    for sentence in re.split(r"(?<=[%a-z0-9)])(?<!Jr)\.(?:\s|$)", text.replace("\n", " ")):
        if sentence:
            _read_sentence(evidence, sentence)


def _read_sentence(evidence: Evidence, raw: str) -> None:
    text = read_agenda(evidence, read_decision(evidence, raw))
    if dated := re.match(r"On (?:(\w+day)|(\w{3} \d+)(?:, \d{4})?), ", text):
        days = (evidence.today - evidence.day).days
        named = f"{evidence.day:%A}" if dated[1] else f"{evidence.day:%b} {evidence.day.day}"
        evidence.need((dated[1] or dated[2]) == named and days > 0 and (days <= 6 or not dated[1]), raw)
        text = text[dated.end()].upper() + text[dated.end() + 1 :]
    if re.search(r" (?:is|are|was|were) closed\b|last session was", text):
        text = read_closures(evidence, text)
    text = with_keys(text)
    if re.match(r"(?:Over the week|So far this week|In the week to)", text):
        text = read_week(evidence, text)
    elif re.match(r"(?:Overnight|Meanwhile|On \w+day |On \w{3} \d+|Earlier in|Since then in|In [\w ]+, still)", text):
        text = read_elsewhere(evidence, text)
    elif text.startswith("U.S. index futures"):
        text = read_futures(evidence, text)
    elif re.match(r"(?:The dollar|The 10-year|The euro|The pound|Brent|Gold|The VIX|U\.S\. crude)", text):
        read_rates(evidence, text)
        return
    else:
        text = read_breadth(evidence, text)
        text = read_records(evidence, text)
        text = read_moves(evidence, text)
    left = re.findall(r"«[\w-]+»|\d+", text)
    evidence.need(not left, f"not checked: {left} in {raw!r} ({text!r})")
