"""What is a holiday called on which an exchange is closed, in the plain English of a news wire?

A source of the sessions table (see `bot.build.sessions_table`), read when the table is built and never by the running
bot. The days themselves come from elsewhere: a name is looked up only for a day that is known to be a holiday,
and a day that no source names stays without one.
"""

import re
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from bot.domain.calendars.calendar import is_weekend

_AFTERNOON: Final = re.compile(r"\(from \d+pm\)$")
_COUNTRY: Final = 2  # letters of a country's code; a market's has four
_ENGLISH: Final = ("en_US", "en_GB", "en_HK", "en_SG", "en_AU", "en_CA", "en_IN", "en_PH", "en_NZ")

# How the sources word a name, and how a wire would: patterns in order, then whole names.
_PATTERNS: Final = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"\s*\([^)]*\)", ""),
        (r"^(Day off|No Trading|Substitute Holiday|Bank Holiday|Public Holiday)$", ""),
        (r"^(Alternative|Substitute) holiday for (the )?", ""),
        (r"^The (day preceding|\w+ day of) (\w+ New Year|Chuseok)$", r"\2"),
        (r"^The [Dd]ay following (the )?", "Day after "),
        (r"(Chinese|Korean) New Year", "Lunar New Year"),
        (r" (Joint|Extended) Holiday$", ""),
        (r" (Second|Third) Day$", ""),
        (r" extra (Mon|Fri)day$", ""),
        (r"^(Second|Third) [Dd]ay of (Eid al-Fitr|Eid al-Adha|Lunar New Year)$", r"\2"),
        (r"^The ", ""),
        (r"^(Eid al-\w+|Founding Day|National Day) Holiday$", r"\1"),
        (r"\bHM (King|Queen)", r"\1"),
        (r"S\.A\.R\.", "SAR"),
        (r"^Emperor (Akihito|Naruhito)'s Birthday$", "Emperor's Birthday"),
        (r"^(Business Day Prior to|Last \w+ Day [Bb]efore) Christmas( Day)?$", "Last session before Christmas"),
        (r"^Business Day Prior to New Year's Day$", "Last session of the year"),
        (r"^Last \w+ Day [Oo]f (the )?(Calendar )?Year( Early Close)?$", "Last session of the year"),
        (r"^(Dr\. )?(Baba Saheb|B\. ?R\.) Ambedkar('s)? Jayanti$", "Ambedkar Jayanti"),
        (r"^Mahatma Gandhi('s)? Jayanti$", "Gandhi Jayanti"),
        (r"^([IE]i?d-[Uu]l-Fitr|Eid'l Fitr|Hari Raya Puasa)$", "Eid al-Fitr"),
        (r"^(Id-ul-Zuha|Bakri Id|Eid'l Adha|Hari Raya Haji)$", "Eid al-Adha"),
        (r"^(Workers'|Worker's|International Labor|National Labor)( Day)?$", "Labor Day"),
        (r"^(70th|80th) Anniversary of the Victory .*$", r"\1 anniversary of the end of World War II"),
    )
)
_WHOLE: Final = {
    "ANZAC Day": "Anzac Day",
    "Additional holiday": "Special holiday",
    "Additional special day": "Special holiday",
    "All Saints Day": "All Saints' Day",
    "Aniversario de Sao Paulo": "Sao Paulo's anniversary",
    "Ano Novo": "New Year's Day",
    "Ascension": "Ascension Day",
    "Assumption Of Mary Day": "Assumption Day",
    "Benito Juárez's birthday": "Benito Juárez's Birthday",
    "Birthday of HM Yang di-Pertuan Agong": "King's Birthday",
    "Bridge Public Holiday": "Special holiday",
    "Christmas": "Christmas Day",
    "Citizen's Holiday Golden Week": "Citizens' Holiday",
    "Closed following Attacks on the World Trade Center": "September 11 attacks",
    "Constitution Memorial Day": "Constitution Day",
    "Day After Christmas": "Day after Christmas",
    "Day after Thanksgiving Day": "Day after Thanksgiving",
    "Dia da Consciencia Negra": "Black Awareness Day",
    "Elections special day": "Election Day",
    "End of Year Holiday": "Year-end holiday",
    "Feast of the Immaculate Conception of Mary": "Immaculate Conception",
    "Foundation Day": "National Foundation Day",
    "Heakth and Sports Day": "Health and Sports Day",
    "Juneteenth National Independence Day": "Juneteenth",
    "Last Day of the Year": "New Year's Eve",
    "Late Summer Bank Holiday": "Summer Bank Holiday",
    "Lunar New Year's Day": "Lunar New Year",
    "Mahashivratri": "Maha Shivaratri",
    "National Day of Zumbi and Black Awareness": "Black Awareness Day",
    "National Holiday": "Citizens' Holiday",
    "New Year": "New Year's Day",
    "New Year's": "New Year's Day",
    "New Year's Holiday": "New Year holiday",
    "Nuzul Al-Quran Day": "Nuzul Al-Quran",
    "Pentecost Monday": "Whit Monday",
    "Physical Education Day": "Health and Sports Day",
    "Prophet Muhammad's Birthday": "Prophet's Birthday",
    "Quarta Cinzas": "Ash Wednesday",
    "Republic Proclamation Day": "Republic Day",
    "Trading Suspended for the Whole Day due to Severe Weather": "Severe weather",
    "Universal Fraternization Day": "New Year's Day",
    "V-J Day. End of World War II": "V-J Day",
    "Vespera Natal": "Christmas Eve",
    "Vesak": "Vesak Day",
    "Veteran's Day": "Veterans Day",
    "Weekend Christmas": "Christmas Day",
    "first weekday after Christmas Day": "Boxing Day",
    "second weekday after Christmas Day": "Boxing Day",
}


class Names:
    """The names of one exchange's holidays and unusual days, from several sources: the first that has a name counts."""

    def __init__(self, sources: Iterable[str], first: date, last: date, rules: Mapping[date, str]) -> None:
        """Take names from markets ("XHKG") and countries ("CH-ZH") of `holidays`, then from the calendar's rules."""
        years = range(first.year, last.year + 1)
        self._sources = [*(_published(source, years) for source in sources), rules]

    def closed(self, days: Iterable[date]) -> dict[date, str | None]:
        """Return the name of each weekday on which the exchange is closed; None where no source has one."""
        shut = sorted(days)
        names = {day: self._of(day) or self._sunday(day) for day in shut}
        for block in _blocks(shut):
            # A bridge or a moved day off is named after the holiday that it prolongs.
            counts = Counter(name for day in block if (name := names[day]))
            for day in block:
                if names[day] is None and counts and self._mentioned(day):
                    names[day] = counts.most_common(1)[0][0]
        return names

    def special(self, day: date, closed: Mapping[date, str | None]) -> str | None:
        """Return why the exchange trades at unusual hours on a day; None where that is not known."""
        if (day.month, day.day) == (12, 24):
            return "Christmas Eve"
        if (day.month, day.day) == (12, 31):
            return "New Year's Eve"
        if (name := self._of(day)) is not None:
            # A source may call the afternoon before a holiday by that holiday's name.
            halved = any(_AFTERNOON.search(source.get(day, "")) for source in self._sources)
            return f"Eve of {name}" if halved and name in closed.values() else name
        following = day + timedelta(days=1)
        while is_weekend(following):
            following += timedelta(days=1)
        eve = closed.get(following)
        if eve is None:
            return None
        return eve if "Eve" in eve else f"{eve}'s Eve" if eve.endswith("New Year") else f"Eve of {eve}"

    def _of(self, day: date) -> str | None:
        for source in self._sources:
            if (name := source.get(day)) and (worded := wording(name)):
                return worded
        return None

    def _sunday(self, day: date) -> str | None:
        """Return the holiday on the Sunday before that a day off stands in for, other holidays in between (Japan)."""
        if not any("substitute" in source.get(day, "").lower() for source in self._sources):
            return None
        return self._of(day - timedelta(days=day.weekday() + 1))

    def _mentioned(self, day: date) -> bool:
        return any(source.get(day) for source in self._sources)


def wording(name: str) -> str:
    """Return a source's name as a news wire words it; empty where the name says nothing ("Day off")."""
    parts: list[str] = []
    for part in re.split(r"; | / ", name):
        worded = part
        for pattern, replacement in _PATTERNS:
            worded = pattern.sub(replacement, worded)
        worded = _WHOLE.get(worded, worded)
        if worded and worded not in parts:
            parts.append(worded)
    return " and ".join(parts[:2])


def rules_of(*calendars: Any) -> dict[date, str]:
    """Return the names that the holiday rules of exchange_calendars carry, by day."""
    names: dict[date, str] = {}
    for calendar in calendars:
        if calendar is not None and calendar.rules:
            for stamp, name in calendar.holidays(return_name=True).items():
                names.setdefault(stamp.date(), str(name))
    return names


def _published(source: str, years: Iterable[int]) -> dict[date, str]:
    import holidays

    code, _, subdivision = source.partition("-")
    kind = holidays.country_holidays if len(code) == _COUNTRY else holidays.financial_holidays
    plain = kind(code, subdiv=subdivision or None)
    language: str | None = next((name for name in _ENGLISH if name in plain.supported_languages), None)
    if plain.default_language in _ENGLISH:
        language = plain.default_language
    wanted = {"public", "half_day", "bank", "government"} & set(plain.supported_categories)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of years that it does not reach; they stay without a name
        return dict(
            kind(code, subdiv=subdivision or None, years=years, language=language, categories=tuple(sorted(wanted)))
        )


def _blocks(days: list[date]) -> list[list[date]]:
    """Split days into runs with nothing but weekends between them."""
    blocks: list[list[date]] = []
    for day in days:
        if blocks and all(
            is_weekend(blocks[-1][-1] + timedelta(days=number)) for number in range(1, (day - blocks[-1][-1]).days)
        ):
            blocks[-1].append(day)
        else:
            blocks.append([day])
    return blocks
