"""Reads the words of a summary as a sceptic would, and checks every one of them against the JSON.

Knows nothing of how the sentences are made: it replaces names by keys, matches what it finds, and takes what it has
checked out of the text. A figure, or a name, that is left over is an error.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from bot.domain.markets.catalogue import MARKETS
from bot.views.en.places import place, prose, spot

UP = "edged up|inched up|added|gained|rose|climbed|advanced|jumped|surged"
DOWN = "edged down|inched down|slipped|dipped|lost|fell|dropped|sank|tumbled|plunged"
PRESENT_UP = "edges up|inches up|gains|rises|climbs|advances|jumps|surges"
PRESENT_DOWN = "edges down|inches down|slips|dips|falls|drops|sinks|tumbles|plunges"
RANGES = {
    "edged": (0.1, 0.4), "inched": (0.1, 0.4), "slipped": (0.03, 0.66), "dipped": (0.03, 0.66), "added": (0.3, 0.7),
    "plunged": (7.0, 1e9), "sank": (1.5, 1e9), "tumbled": (1.5, 1e9), "jumped": (0.6, 1e9), "surged": (0.6, 1e9),
}  # fmt: skip
WORDS = {
    word: at for at, word in enumerate(("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"))
}
ORDINALS = {
    word: at + 1
    for at, word in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
    )
}
NAMES = {name: key for key in MARKETS for name in (place(key), spot(key), prose(key))}
CITY = {market.city for market in MARKETS.values()}
REGION_NAMES = {"asia": "Asia", "europe": "Europe", "americas": "the Americas", "world": "world markets"}
HISTORY_WORDS = {"highest_since": "highest", "lowest_since": "lowest"}

_FOLDED = {form: key for name, key in NAMES.items() for form in (name, name[0].upper() + name[1:])}
_NAME = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, _FOLDED), key=len, reverse=True))})\b")
_M = r"«([\w-]+)»"
_P = r"(\d[\d,]*\.\d) %"


class Untrue(AssertionError):
    """A sentence says what the figures do not."""


def number(word: str) -> int:
    return WORDS[word] if word in WORDS else int(word)


def rank(word: str) -> int:
    return ORDINALS[word] if word in ORDINALS else int(re.sub(r"\D", "", word))


def same(figure: str, value: float | None, decimals: int = 1) -> bool:
    shown = float(figure.replace(",", ""))
    return value is not None and abs(shown - abs(value)) <= 0.5 * 10**-decimals + 1e-6


class Sceptic:
    """One answer's JSON, and what was found wrong with its words."""

    def __init__(self, answer: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
        self.answer = answer
        self.facts = facts
        self.markets = {one["market"]: one for one in answer["markets"]}
        self.counted = {key: one for key, one in self.markets.items() if one["counted"]}
        self.moves = {key: one["quote"]["change_pct"] for key, one in self.counted.items()}
        self.context = {one["market"]: one for one in answer["context"]}
        self.day = dt.date.fromisoformat(answer["day"])

    def need(self, truth: object, why: str) -> None:
        if not truth:
            raise Untrue(why)

    def read(self, headline: str, text: str) -> None:
        self.headline(headline)
        for sentence in re.split(r"(?<=[%a-z0-9)])(?<!Jr)\.(?:\s|$)", text.replace("\n", " ")):
            if sentence:
                self.sentence(sentence)

    # ------------------------------------------------------------------ sentences

    def sentence(self, raw: str) -> None:
        text = raw
        if re.search(r" (?:is|are|was|were) closed for |last session was", text):
            text = self.closures(text)
        text = _NAME.sub(lambda found: f"«{_FOLDED[found[0]]}»", text)
        if re.match(r"(?:Over the week|So far this week|In the week to)", text):
            text = self.week(text)
        elif re.match(
            r"(?:Overnight|Meanwhile|On \w+day |On \w{3} \d+|Earlier in|Since then in|In [\w ]+, still)", text
        ):
            text = self.abroad(text)
        elif text.startswith("U.S. index futures"):
            text = self.futures(text)
        elif re.match(r"(?:The dollar|The 10-year|Gold|The VIX|U\.S\. crude)", text):
            return self.rates(text)
        else:
            text = self.breadth(text)
            text = self.records(text)
            text = self.moved(text)
        left = re.findall(r"«[\w-]+»|\d+", text)
        self.need(not left, f"not checked: {left} in {raw!r} ({text!r})")
        return None

    def closures(self, text: str) -> str:
        def check(found: re.Match[str]) -> str:
            named, why = found[1], found[2]
            shut = [one for one in self.markets.values() if one["missing"] and one["missing"]["reason"] == "holiday"]
            cities = {MARKETS[one["market"]].city for one in shut if (one["missing"]["name"] or "a holiday") == why}
            parts = [one for one in re.split(r", | and ", named[0].upper() + named[1:]) if one]
            more = [one for one in parts if one.endswith(" more")]
            for city in parts:
                self.need(city in more or city in cities, f"{city} is not shut for {why}")
            rest = number(more[0].split()[0]) if more else 0
            self.need(len(parts) - len(more) + rest <= len(cities), f"more are said to be shut than are: {text}")
            return ""

        last = re.search(r"[Tt]he last session was that of (\w+), (\w{3} \d+(?:, \d{4})?)", text)
        text = re.sub(
            r"((?:[A-Z][\w ã]*?|\w+ more)(?:(?:, | and )(?:[A-Z][\w ã]*?|\w+ more))*) (?:is|are|was|were) closed for "
            r"([^;,]+?)(?=;|$|,? and [A-Z])",
            check,
            text,
        )
        if last:
            self.last(last[1], last[2])
            text = text.replace(last[0], "")
        return text

    def last(self, weekday: str, date: str) -> None:
        eve = max(facts.calendar.previous(self.day).day for facts in self.facts.values())
        self.need(f"{eve:%A}" == weekday and f"{eve:%b} {eve.day}" == date.partition(",")[0], f"last session {date}")

    def week(self, text: str) -> str:
        weeks = {key: one["week_pct"] for key, one in self.markets.items() if one["week_pct"] is not None}
        dates = [one["quote"]["session_date"] for one in self.markets.values() if one["quote"]["session_date"]]
        ended = dt.date.fromisoformat(max(dates))
        iso = ended.isocalendar()[:2]
        weeks = {
            key: pct
            for key, pct in weeks.items()
            if (date := self.markets[key]["quote"]["session_date"])
            and dt.date.fromisoformat(date).isocalendar()[:2] == iso
        }
        higher = sum(pct >= 0.05 for pct in weeks.values())
        lower = sum(pct <= -0.05 for pct in weeks.values())
        text = re.sub(r"^(?:Over the week|So far this week|In the week to \w{3} \d+(?:, \d{4})?),? ", "", text)
        if text == "nothing changed":
            self.need(not higher and not lower, "the week changed")
            return ""
        if re.match(rf"{_M} (rose|fell) {_P}", text):
            moved = re.findall(rf"{_M} (rose|fell) {_P}", text)
            self.need(len(moved) == higher + lower and len(weeks) <= 2, "more markets have a week")
            for key, verb, figure in moved:
                self.need(same(figure, weeks[key]) and (weeks[key] > 0) == (verb == "rose"), text)
            return ""
        lead = re.match(rf"(all|both|\w+ of) ?(\w*) ?indexes (rose|fell), {_M} most, by {_P}", text)
        if lead is None:
            raise Untrue(text)
        said, counted, verb, key, figure = lead.groups()
        side = higher if verb == "rose" else lower
        if said == "all":
            self.need(side == len(weeks) == number(counted), text)
        elif said == "both":
            self.need(side == len(weeks) == 2, text)
        else:
            self.need(number(said.split()[0]) == side and number(counted) == len(weeks), text)
        far = (max if verb == "rose" else min)(weeks.values())
        self.need(weeks[key] == far and same(figure, far), text)
        rest = text[lead.end() :]
        if found := re.fullmatch(rf", while {_M} (rose|fell) {_P}", rest):
            far = (max if found[2] == "rose" else min)(weeks.values())
            self.need(weeks[found[1]] == far and (far > 0) == (found[2] == "rose") and same(found[3], far), rest)
            return ""
        return rest

    def abroad(self, text: str) -> str:  # noqa: C901 - one pattern after another
        date = next(iter({self.context[key]["session_date"] for key in re.findall(_M, text)}))
        session = dt.date.fromisoformat(date)
        if found := re.match(r"On (\w+day) ", text):
            self.need(f"{session:%A}" == found[1] and 0 < (self.day - session).days <= 6, text)
        elif text.startswith("Overnight"):
            self.need(session == self.day - dt.timedelta(days=1) and self.answer["phase"] == "during", text)
        elif text.startswith(("Earlier", "Meanwhile")):
            self.need(session == self.day, text)
        elif text.startswith("Since"):
            self.need(session >= self.day, text)
        text = re.sub(r"^On \w{3} \d+(?:, \d{4})?", "", text)

        def brackets(found: re.Match[str]) -> str:
            item = self.context[found[1]]
            self.need(same(found[3], item["change_pct"]), found[0])
            self.need(found[2] in ("", None) or (item["change_pct"] > 0) == (found[2] == "+"), found[0])
            if found[4]:
                self.need(
                    rank(found[4]) == abs(item["streak"]) and (item["streak"] > 0) == (found[5] == "gain"), found[0]
                )
            said = "record_close" if "closed at" in text else "record_high"
            self.need(item["record"] == said, found[0])
            return ""

        text = re.sub(rf"{_M} \(([+−]?){_P}(?:, its (\w+) (gain|fall) in a row)?\)", brackets, text)

        def move(found: re.Match[str]) -> str:
            key, verb, figure, record, nth, kind = found.groups()
            item = self.context[key]
            self.verb(verb, item["change_pct"])
            self.need(same(figure, item["change_pct"]), found[0])
            if record:
                self.need(item["record"] == ("record_close" if "close" in record else "record_high"), found[0])
            if nth:
                self.need(rank(nth) == abs(item["streak"]) and (item["streak"] > 0) == (kind == "gain"), found[0])
            return ""

        record = r"( to a record close| after touching a record)?"
        text = re.sub(rf"{_M} ({UP}|{DOWN}) {_P}{record}(?:, its (\w+) (gain|fall) in a row)?", move, text)

        def flat(found: re.Match[str]) -> str:
            item = self.context[found[1]]
            self.need(abs(item["change_pct"]) < 0.1, found[0])
            if found[2]:
                self.need(item["record"] == ("record_close" if "close" in found[2] else "record_high"), found[0])
            if found[3]:
                self.need(rank(found[3]) == abs(item["streak"]), found[0])
            return ""

        end = r"( at a record close| after touching a record)?(?:, its (\w+) (?:gain|fall) in a row)?"
        text = re.sub(rf"{_M} (?:was|is) flat{end}", flat, text)
        if text.endswith("were flat"):
            self.need(all(abs(self.context[key]["change_pct"]) < 0.1 for key in re.findall(_M, text)), text)
            text = re.sub(_M, "", text)

        def now(found: re.Match[str]) -> str:
            item = self.context[found[1]]
            self.need(same(found[3], item["change_pct"]) and (item["change_pct"] > 0) == (found[2] == "up"), found[0])
            return ""

        return re.sub(rf"{_M} is (up|down) {_P}", now, text)

    def futures(self, text: str) -> str:
        moves = [one["change_pct"] for key, one in self.context.items() if key in ("es-future", "nq-future")]
        moves = [one for one in moves if one is not None]
        if text.endswith("little changed"):
            self.need(all(abs(one) < 0.15 for one in moves), text)
            return ""
        if "higher" in text or "lower" in text:
            self.need(all((one > 0) == ("higher" in text) for one in moves), text)
        for figure in re.findall(_P, text):
            self.need(any(same(figure, one) for one in moves), text)
        return ""

    def rates(self, text: str) -> None:
        for key, pattern in {
            "usd-jpy": rf"dollar (\w+) {_P} to ([\d.,]+) yen", "usd-cny": rf"dollar (\w+) {_P} to ([\d.,]+) yuan",
            "usd-krw": rf"dollar (\w+) {_P} to ([\d.,]+) won", "gold": rf"[Gg]old (\w+) {_P} to \$([\d.,]+)",
            "oil": rf"crude (\w+) {_P} to \$([\d.,]+)", "vix": rf"VIX (\w+) {_P} to ([\d.,]+)",
        }.items():  # fmt: skip
            if found := re.search(pattern, text):
                item = self.context[key]
                self.need(same(found[2], item["change_pct"]), text)
                self.need((item["change_pct"] > 0) == (found[1] in ("rose", "gained")), text)
                self.need(same(found[3].rstrip(".,"), item["level"], 2), text)
                text = text.replace(found[0], "")
        if found := re.search(r"Treasury yield (\w+) (\d+) basis points to ([\d.]+) %", text):
            item = self.context["us-10y"]
            self.need(abs(abs(item["change"]) * 100 - int(found[2])) <= 0.5001, text)
            self.need(same(found[3], item["level"], 2) and (item["change"] > 0) == (found[1] == "rose"), text)
            text = text.replace(found[0], "").replace("10-year", "")
        self.need(not re.search(r"\d", text), f"not checked: {text}")

    # ------------------------------------------------------------------ the region's own day

    def breadth(self, text: str) -> str:
        up, down = self.answer["advancers"], self.answer["decliners"]
        counted, still = len(self.counted), self.answer["unchanged"]

        def sides(found: re.Match[str]) -> str:
            self.need(number(found[1]) == counted, found[0])
            for said, value in ((found[2], up), (found[3], down), (found[4], still)):
                self.need(number(said) == value if said else value == 0, found[0])
            return ""

        if found := re.match(r"(\w+) of (\w+) indexes (?:is|are) counted so far", text, re.IGNORECASE):
            self.need(number(found[1].lower()) == counted and number(found[2]) == len(self.markets), text)
            waiting = {
                key for key, one in self.markets.items() if (one["missing"] or {}).get("reason") == "not_yet_open"
            }
            self.need(set(re.findall(_M, text)) <= waiting, text)
            more = re.search(r"(\w+) more", text)
            self.need(not more or len(re.findall(_M, text)) + number(more[1]) <= len(waiting), text)
            return ""
        rose, fell, rest = r"(?:(\w+) rose)?", r"(?:(?:, | and )?(\w+) fell)?", r"(?:(?: and )?(\w+) did not change)?"
        text = re.sub(rf"[Oo]f (?!the)(\w+) indexes {rose}{fell}{rest}", sides, text)
        if found := re.search(r"(?:[Aa]ll (\w+)|[Bb]oth) indexes (rose|fell)(?!,| in)", text):
            side = up if found[2] == "rose" else down
            self.need(side == counted == (number(found[1]) if found[1] else 2), text)
            text = text.replace(found[0], "")
        if found := re.search(r"[Oo]ne index is counted: it (rose|fell|did not change)", text):
            self.need(counted == 1 and {"rose": up, "fell": down}.get(found[1], still) == 1, text)
            text = text.replace(found[0], "")
        if found := re.search(rf"[Nn]o index moved by more than {_M} \(([+−]?){_P}\)", text):
            self.need(abs(self.moves[found[1]]) == max(map(abs, self.moves.values())), text)
            self.need(same(found[3], self.moves[found[1]]), text)
            text = text.replace(found[0], "")
        if found := re.search(rf"{_M} \(([+−]?){_P}\) is the one index counted", text):
            self.need(counted == 1 and same(found[3], self.moves[found[1]]), text)
            text = text.replace(found[0], "")
        if found := re.search(rf"[Aa]ll (\w+) indexes in ([\w ]+?) (rose|fell), {_M} most, by {_P}", text):
            part = {"the euro area": "Euro area"}.get(found[2], found[2])
            moves = {key: pct for key, pct in self.moves.items() if MARKETS[key].part == part}
            self.need(len(moves) == number(found[1]), text)
            self.need(all((pct > 0) == (found[3] == "rose") and abs(pct) >= 0.05 for pct in moves.values()), text)
            self.need(abs(moves[found[4]]) == max(map(abs, moves.values())) and same(found[5], moves[found[4]]), text)
            text = text.replace(found[0], "")
        if text.startswith("Of the indexes counted"):
            text = self.regions(text)
        if found := re.match(r"No trade of (\w+day) has been seen yet(?:: this is (\w+day)'s session)?", text):
            day = self.day if not found[2] else min(one.calendar.next(self.day).day for one in self.facts.values())
            self.need(f"{day:%A}" == found[1] and (found[2] or not self.counted), text)
            self.need(not found[2] or f"{self.day:%A}" == found[2], text)
            dates = {one["quote"]["session_date"] for one in self.markets.values()}
            self.need(day.isoformat() not in dates or not self.counted, text)
        return text

    def regions(self, text: str) -> str:
        for region in ("asia", "europe", "americas"):
            moves = [pct for key, pct in self.moves.items() if MARKETS[key].region == region]
            name = REGION_NAMES[region]
            found = re.search(
                rf"(?:(\w+) of (\w+)|(all) (\w+)|(both)|(the one)) (rose|fell) in {name}|(none) moved in {name}", text
            )
            if found is None:
                self.need(not moves, f"{region} is left out: {text}")
                continue
            side, of, whole, all_of, both, one, verb, none = found.groups()
            up, down = sum(pct >= 0.05 for pct in moves), sum(pct <= -0.05 for pct in moves)
            if none:
                self.need(not up and not down, text)
                continue
            moved = up if verb == "rose" else down
            said = number(side) if side else number(all_of) if whole else 2 if both else 1 if one else -1
            self.need(moved == said and len(moves) == (number(of) if of else said), text)
        return ""

    def records(self, text: str) -> str:
        def closed(found: re.Match[str]) -> str:
            key, verb, figure, level = found.groups()
            self.need(self.markets[key]["record"] == "record_close" and key in self.answer["records"], found[0])
            self.need(same(level, self.markets[key]["quote"]["level"], 2), found[0])
            if verb == "closed little changed at":
                self.need(abs(self.moves[key]) < 0.1, found[0])
            else:
                self.verb(verb, self.moves[key])
                self.need(same(figure, self.moves[key]), found[0])
            return f"‹{key}›"

        text = re.sub(
            rf"{_M} (closed little changed at|{UP}|{DOWN})(?: {_P} to)? a record close of ([\d,.]+\d)", closed, text
        )

        def high(found: re.Match[str]) -> str:
            key, way, figure, level = found.groups()
            self.need(self.markets[key]["record"] == "record_high" and key in self.answer["records"], found[0])
            self.need(not self.facts[key].over(self.as_of), f"the session is over: {found[0]}")
            self.need(same(level, self.facts[key].record.intraday.level, 2), found[0])
            self.toward(way, figure, self.moves[key], found[0])
            return f"‹{key}›"

        text = re.sub(rf"{_M}, (flat|up|down)(?: {_P})?, touched a record ([\d,.]+\d)", high, text)

        def faded(found: re.Match[str]) -> str:
            key, level, way, figure = found.groups()
            self.need(self.markets[key]["record"] == "record_high" and self.facts[key].over(self.as_of), found[0])
            self.need(same(level, self.facts[key].record.intraday.level, 2), found[0])
            self.toward(way, figure, self.moves[key], found[0])
            return f"‹{key}›"

        text = re.sub(
            rf"{_M} touched a record ([\d,.]+\d) in the session and closed (little changed|up|down)(?: {_P})?, "
            "without a record close",
            faded,
            text,
        )

        if found := re.search(r"^(.+) touched records in the session but closed at none", text):
            for key, sign, figure in re.findall(rf"{_M} \(([+−]?){_P}\)", found[1]):
                self.need(self.markets[key]["record"] == "record_high" and self.facts[key].over(self.as_of), text)
                self.need(same(figure, self.moves[key]) and (not sign or (self.moves[key] > 0) == (sign == "+")), text)
            return re.sub(rf"{_M} \([+−]?{_P}\)", "", text)

        def course(found: re.Match[str]) -> str:
            key, figure, level = found.groups()
            self.need(self.markets[key]["on_course"], found[0])
            self.need(same(level, self.markets[key]["quote"]["level"], 2) and same(figure, self.moves[key]), found[0])
            return f"‹{key}›"

        text = re.sub(rf"{_M}, up {_P} at ([\d,.]+\d), is on course for a record close", course, text)
        if found := re.search(rf"((?:{_M}(?:, | and )?)+) sets? (?:a record|records) too", text):
            for key in re.findall(_M, found[1]):
                self.need(key in self.answer["records"], f"{key} is at no record: {text}")
            text = text.replace(found[0], "")
        if found := re.search(
            rf"((?:{_M}(?:, | and )?)+) (?:is|are) on course for (?:a record close|record closes)", text
        ):
            for key in re.findall(_M, found[1]):
                self.need(self.markets[key]["on_course"], text)
            text = text.replace(found[0], "")
        parts = re.split(r"‹([\w-]+)›", text)
        return parts[0] + "".join(
            self.record_extra(key, rest) for key, rest in zip(parts[1::2], parts[2::2], strict=True)
        )

    def record_extra(self, key: str, text: str) -> str:
        record, trend = self.facts[key].record, self.facts[key].trend
        own = record.intraday if self.markets[key]["record"] == "record_high" else record.closing
        if found := re.search(
            r", past (?:(\w+day)'s ([\d,.]+\d)|the ([\d,.]+\d) of (\w{3}) (\d+)(?:, (\d{4}))?)", text
        ):
            date = own.previous.date
            self.need(same(found[2] or found[3], own.previous.level, 2), text)
            if found[1]:
                self.need(f"{date:%A}" == found[1] and 0 < (self.day - date).days <= 6, text)
            else:
                year = int(found[6]) if found[6] else self.day.year
                self.need((f"{date:%b}", date.day, date.year) == (found[4], int(found[5]), year), text)
            text = text.replace(found[0], "", 1)
        if found := re.search(r", its first close above ([\d,]+)", text):
            self.need(same(found[1], record.closing.round_number, 0), text)
            text = text.replace(found[0], "", 1)
        if found := re.search(r", its (\w+) in a row", text):
            self.need(rank(found[1]) == record.closing.in_a_row, text)
            text = text.replace(found[0], "", 1)
        if found := re.search(r"(?:, its| and heads for an?) (\w+) gain in a row", text):
            self.need(rank(found[1]) == trend.streak, text)
            text = text.replace(found[0], "", 1)
        if found := re.search(rf", after gaining {_P} last week", text):
            self.need(same(found[1], self.markets[key]["last_week_pct"]) and trend.last_week_pct > 0, text)
            text = text.replace(found[0], "", 1)
        return text

    def moved(self, text: str) -> str:
        """Check "the Nikkei rose 0.3 %, its …", lists that share a verb, and who is flat."""
        bucking = set(self.answer["bucking"])
        if "gainst the" in text:
            named = set(re.findall(_M, text))
            self.need(named <= bucking, f"{named - bucking} are not against the region")
            if "alone against" in text:
                self.need(len(bucking) == 1, text)
                text = re.sub(r", alone against the (?:region|tide)", "", text)

        def flats(found: re.Match[str]) -> str:
            for key in re.findall(_M, found[0]):
                self.need(key in self.answer["flat"], f"{key} is not flat")
            return ""

        text = re.sub(rf"{_M}(?:(?:, | and ){_M})* (?:was|were) flat", flats, text)

        def each(found: re.Match[str]) -> str:
            verb, figure = found[found.re.groups - 1], found[found.re.groups]
            for key in re.findall(_M, found[0]):
                self.verb(verb, self.moves[key])
                self.need(same(figure, self.moves[key]), found[0])
            return ""

        text = re.sub(rf"(?:{_M}(?:, | and ))+{_M} ({UP}|{DOWN}) {_P} each", each, text)
        verb = ""
        while found := re.search(rf"{_M} (?:({UP}|{DOWN}) )?{_P}", text):
            verb = found[2] or verb
            self.need(verb, f"a figure without a verb: {text}")
            self.verb(verb, self.moves[found[1]], listed=found[2] is None)
            self.need(same(found[3], self.moves[found[1]]), found[0])
            rest = self.extras(found[1], text[found.end() :])
            text = text[: found.start()] + rest
        return text

    def extras(self, key: str, text: str) -> str:
        facts, move = self.facts[key], self.moves[key]
        upto = re.match(r"[^;]*?(?=,? and «|, «|, while|; |$)", text)
        assert upto is not None
        own, rest = text[: upto.end()], text[upto.end() :]
        if found := re.search(r", its largest (rise|fall) since (\w+ \d{4})", own):
            self.need((move > 0) == (found[1] == "rise"), own)
            self.need(f"{self.largest(key):%B %Y}" == found[2], f"{key}: {own}, but {self.largest(key)}")
            own = own.replace(found[0], "")
        if found := re.search(rf",? after an? {_P} (rise|fall) the session before", own):
            history, day = facts.history, facts.quote.session_date
            last, before = history.before(day), history.before(history.before(day).day)
            pct = (last.close / before.close - 1) * 100
            self.need(last.day == facts.calendar.previous(day).day, own)
            self.need(before.day == facts.calendar.previous(last.day).day, own)
            self.need(same(found[1], round(pct, 2)) and (pct > 0) == (found[2] == "rise") and pct * move < 0, own)
            own = own.replace(found[0], "")
        if found := re.search(r",? ending a run of (\w+) (gains|losses)", own):
            run = self.run_before(key)
            self.need(abs(run) == number(found[1]) and (run > 0) == (found[2] == "gains") and run * move < 0, own)
            own = own.replace(found[0], "")
        if found := re.search(r",? to its (highest|lowest) close since (\w+ \d{4})", own):
            since = facts.record.highest_since if found[1] == "highest" else facts.record.lowest_since
            self.need(f"{since:%B %Y}" == found[2], own)
            self.need(facts.record.closing.date == facts.quote.session_date, own)
            own = own.replace(found[0], "")
        if found := re.search(r",? its (\w+) (rise|fall) in a row", own):
            streak = facts.trend.streak
            self.need(rank(found[1]) == abs(streak) and (streak > 0) == (found[2] == "rise") == (move > 0), own)
            own = own.replace(found[0], "")
        date = r"(?:(\w+day)'s|its (\w{3} \d+)(?:, (\d{4}))?)"
        if found := re.search(rf", off {date} close, the highest since (\w+ \d{{4}})", own):
            high = facts.trend.recent_high
            self.named_day(found[1], found[2], high.date)
            self.need(f"{high.highest_since:%B %Y}" == found[4] and facts.quote.level < high.level, own)
            own = own.replace(found[0], "")
        if found := re.search(rf", off {date} record close", own):
            closing = facts.record.closing
            standing = closing if closing.is_record and closing.date < facts.quote.session_date else closing.previous
            self.named_day(found[1], found[2], standing.date)
            self.need(facts.quote.level < standing.level, own)
            own = own.replace(found[0], "")
        return own + rest

    def named_day(self, weekday: str | None, date: str | None, truth: dt.date) -> None:
        if weekday:
            self.need(f"{truth:%A}" == weekday and 0 < (self.day - truth).days <= 6, f"{weekday} is not {truth}")
        else:
            self.need(f"{truth:%b} {truth.day}" == date, f"{date} is not {truth}")

    # ------------------------------------------------------------------ the headline

    def headline(self, raw: str) -> None:  # noqa: C901, PLR0912 - one pattern after another
        answer, tone = self.answer, self.answer["tone"]
        text = _NAME.sub(lambda found: f"«{_FOLDED[found[0]]}»", raw)
        up, down, counted = answer["advancers"], answer["decliners"], len(self.counted)
        rising = up >= down
        lead = max(up, down)
        if re.search(r"\ball of\b|across the board", text):
            self.need(counted and lead == counted, raw)
        if re.search(r"[Mm]ost of", text) and "closed" not in text:
            self.need(2 * lead > counted, raw)
            self.need(rising == bool(re.search(r"ris|rall|gain", text)), raw)
        if "[Mm]ost of" in text and "closed" in text:
            self.need(2 * len(answer["closed"]) > len(self.markets), raw)
        if re.search(r"adds? to (?:its|their) (?:rally|losses)", text):
            sign = 1 if "rally" in text else -1
            gone = [
                key
                for key, pct in self.moves.items()
                if sign * pct >= 0.1
                and (
                    sign * (self.markets[key]["streak"] or 0) >= 3
                    or sign * (self.markets[key]["last_week_pct"] or 0) >= 1
                )
            ]
            self.need(2 * len(gone) > lead and 2 * lead > counted, raw)
            if " of " in text:
                self.need(2 * len(gone) > counted and ("all of" not in text or len(gone) == counted), raw)
        tones = {"sells? off": ("selloff",), r"\brall(?:ies|y)\b(?<!its rally)(?<!their rally)": ("rally",)}
        for words, allowed in tones.items():
            if re.search(words, text):
                self.need(tone in allowed, raw)
        if "mixed" in text and "week" not in text:
            self.need(tone == "mixed", raw)
        if "barely" in text:
            self.need(all(abs(pct) < 0.7 for pct in self.moves.values()), raw)
        if "higher" in text or "lower" in text:
            self.need(tone in (("rally", "higher") if "higher" in text else ("lower", "selloff")), raw)
        if found := re.match(r"(.+?) at (?:a record|records)", text):
            for key in re.findall(_M, found[1]):
                self.need(key in answer["records"], f"{key} is at no record: {raw}")
        if found := re.match(r"(.+?) heads? for (?:a record|records)", text):
            for key in re.findall(_M, found[1]):
                self.need(self.markets[key]["on_course"], raw)
        for key, verb, figure in re.findall(rf"{_M} ({PRESENT_UP}|{PRESENT_DOWN})(?: {_P})?", text):
            self.need((self.moves[key] > 0) == bool(re.fullmatch(PRESENT_UP, verb)), raw)
            self.need(not figure or same(figure, self.moves[key]), raw)
        if found := re.search(rf"led by {_M}", text):
            self.need(self.moves[found[1]] > 0 and self.leads(found[1]), raw)
        if found := re.search(rf"{_M} the furthest", text):
            self.need(self.moves[found[1]] < 0 and self.leads(found[1]), raw)
        if "weekend" in text:
            self.need(self.day.weekday() >= 5 and tone == "closed", raw)
        if re.search(r"(?:is|are) closed for", text) and "ost of" not in text and "weekend" not in text:
            self.need(tone == "closed", raw)
        if text.startswith("No figures"):
            self.need(not self.counted, raw)

    def leads(self, key: str) -> bool:
        """Whether no other city's own index moved further that way."""
        sign = 1 if self.moves[key] > 0 else -1
        beside = {one.key: one.companion_of for one in MARKETS.values() if one.companion_of}
        others = [
            pct * sign
            for other, pct in self.moves.items()
            if not MARKETS[other].wide and not (other in beside and sign * self.moves.get(beside[other], 0) >= 0.1)
        ]
        return not others or self.moves[key] * sign >= max(others)

    # ------------------------------------------------------------------ what the past says

    @property
    def as_of(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.answer["as_of"])

    def largest(self, key: str) -> dt.date:
        """Find, the slow way, the last earlier session with a move at least as large in the same direction."""
        facts, move = self.facts[key], self.moves[key]
        bars = [bar for bar in facts.history if bar.day < facts.quote.session_date]
        later = facts.quote.session_date
        for before, bar in zip(bars[-2::-1], bars[:0:-1], strict=True):
            if facts.calendar.knows(bar.day) and abs(move) < 10:
                self.need(facts.calendar.previous(later).day == bar.day, f"{key}: a hole before {later}")
            pct = round((bar.close / before.close - 1) * 100, 2)
            if pct >= move if move > 0 else pct <= move:
                return dt.date.fromordinal(bar.day.toordinal())
            later = bar.day
        raise Untrue(f"{key} never moved so far")

    def run_before(self, key: str) -> int:
        facts = self.facts[key]
        bars = [bar for bar in facts.history if bar.day < facts.quote.session_date]
        run = 0
        for before, bar in zip(bars[-2::-1], bars[:0:-1], strict=True):
            if facts.calendar.previous(bar.day).day != before.day or bar.close == before.close:
                break
            step = 1 if bar.close > before.close else -1
            if run * step < 0:
                break
            run += step
        return run

    def toward(self, way: str, figure: str | None, move: float, why: str) -> None:
        if way in ("flat", "little changed"):
            self.need(abs(move) < 0.1, why)
        else:
            self.need((move > 0) == (way == "up") and same(figure or "-1", move), why)

    def verb(self, verb: str, move: float | None, *, listed: bool = False) -> None:
        self.need(move is not None, f"{verb} without a move")
        assert move is not None
        self.need((move > 0) == bool(re.fullmatch(UP, verb)), f"{verb} for {move}")
        low, high = RANGES.get(verb.partition(" ")[0], (0.03, 1e9))
        self.need(listed or low - 0.01 <= abs(move) <= high + 0.01, f"{verb} for {move}")


def check(answer: Mapping[str, Any], facts: Mapping[str, Any], headline: str, text: str) -> None:
    """Raise `Untrue` where the words say what the JSON does not; ``facts`` are what the answer was made of."""
    Sceptic(answer, facts).read(headline, text)
