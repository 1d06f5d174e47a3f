"""How is it said that an exchange is closed, and why?

The sessions table names what closes an exchange. Most are holidays, which it is closed "for"; storms, blackouts and
attacks are none, and what has no name there is closed and no more.
"""

from typing import Final

_STORMS: Final = ("Typhoon ", "Hurricane ")
_BY: Final = {
    "Trading system failure": "by a trading system failure",
    "Severe weather": "by severe weather",
    "Black rainstorm": "by a rainstorm",
    "Heavy Snow": "by heavy snow",
    "Blackout in New York City": "by a blackout",
    "Paperwork Crisis": "for its paperwork backlog",
    "September 11 attacks": "after the September 11 attacks",
    "Earthquakes": "after earthquakes",
    "Emergency Lockdown": "after a coup",
    "Catch Up Day": "to catch up on paperwork",
    "Special holiday": "for a special holiday",
    "Temporary Public Holiday": "for a public holiday",
    "Year-end holiday": "for the year-end holiday",
    "New Year holiday": "for the New Year holiday",
    "Last session of the year": "at the end of the year",
    "Election holiday": "for an election",
    "General election additional holiday": "after a general election",
    "Federal Territories holiday": "for a holiday of the federal territories",
    "Polling Day": "for polling day",
    "Day of Silence": "for the Day of Silence",
}
_WITH_ARTICLE: Final = (
    "Day after",
    "Day before",
    "Second Day following",
    "Day of Installation",
    "Day of Mourning",
    "Funeral",
    "State Funeral",
    "National Day of",
    "Wedding",
    "Coronation of",
    "Golden Jubilee",
    "Diamond Jubilee",
    "Platinum Jubilee",
    "Additional holiday",
)
_NAME_WITH_ARTICLE: Final = (
    "Double Ninth Festival",
    "Dragon Boat Festival",
    "Emperor's ",
    "King's Birthday",
    "Mid-Autumn Festival",
    "Prophet's Birthday",
    "Queen's Birthday",
    "Songkran Festival",
    "Spring Bank Holiday",
    "Summer Bank Holiday",
)


def closed(name: str | None) -> str:
    """Say that an exchange is closed, for or by what has this name in the sessions table: "closed for Labor Day"."""
    if name is None:
        return "closed"
    if name in _BY:
        return f"closed {_BY[name]}"
    if name.startswith(_STORMS):
        return f"closed by {name}"
    if name.startswith(_WITH_ARTICLE):
        return f"closed for the {name[0].lower()}{name[1:]}"
    return f"closed for {'the ' if name.startswith(_NAME_WITH_ARTICLE) else ''}{name}"
