"""Do days of different character read differently? Read these as an editor would before changing them."""

import datetime as dt
from pathlib import Path

import pytest

from bot.domain.markets.market import Region
from bot.views.en import summary
from bot.views.page import TERMINAL
from tests.replayed import summarised

DAYS = (
    # a rout
    (
        "asia",
        "2024-08-05T12:00",
        "Tokyo plunges 12.4 % as all of Asia sells off",
        (
            (
                "All nine indexes fell. The Nikkei plunged 12.4 %, or 4,451.28 points, its largest fall since "
                "October 1987, leaving it 25.5 % below its peak of Jul 11, in a bear market; the KOSPI tumbled "
                "8.8 %, or 234.64 points, its largest fall since at least October 2011; the TAIEX sank 8.4 %, or"
                " 1,807.21 points, its largest fall since at least 2001. The Nifty 50 slid 2.7 %, its second-"
                "largest fall since February 2022; the Hang Seng fell 1.5 %, having been down as much as 3.0 %. "
                "The Shanghai Composite tumbled 1.5 % to its lowest close since February, closing at the day's "
                "low."
            ),
            "On Friday the S&P 500 sank 1.8 % and the Nasdaq slid 2.4 %.",
        ),
    ),
    # a record of 34 years
    (
        "asia",
        "2024-02-22T12:00",
        "Tokyo, Taipei and Mumbai at records as all of Asia rallies",
        (
            (
                "The Nikkei jumped 2.2 % to a record close of 39,098.68, its first close above 39,000, past the "
                "38,915.87 of Dec 29, 1989; the TAIEX rose 0.9 % to a record close of 18,852.78, past Tuesday's "
                "18,753.16; the Nifty 50 climbed 0.7 % to a record close of 22,217.45, its third record in five "
                "sessions. The Shanghai Composite gained 1.3 %, erasing a loss for the year that had reached 9.2"
                " %, its seventh rise in a row; the KOSPI added 0.4 %, erasing a loss for the year that had "
                "reached 8.3 %. Hong Kong advanced 1.5 %. On Friday Tokyo is closed for the Emperor's Birthday."
            ),
            "On Wednesday the S&P 500 edged up 0.1 % and the Nasdaq edged down 0.3 %.",
        ),
    ),
    # one market alone
    (
        "asia",
        "2024-10-02T12:00",
        "Hong Kong surges 6.2 % while Tokyo falls 2.2 %",
        (
            (
                "The Hang Seng surged 6.2 %, or 1,310.05 points, its largest rise since November 2022, its first"
                " close above 22,000 since February 2023; the Nikkei fell 2.2 %. Seoul dropped 1.2 %."
            ),
            "On Tuesday the S&P 500 lost 0.9 % and the Nasdaq sank 1.5 %.",
        ),
    ),
    # a quiet day
    (
        "asia",
        "2025-12-24T12:00",
        "Asia barely moves",
        (
            (
                "No index moved by more than the Shanghai Composite (+0.5 %); of 10 indexes four rose and six "
                "fell. On Thursday Seoul, Hong Kong, Singapore, Jakarta and five more are closed for Christmas "
                "Day."
            ),
            "On Tuesday the S&P 500 added 0.5 % to a record close and the Nasdaq gained 0.6 %.",
        ),
    ),
    # Lunar New Year
    (
        "asia",
        "2022-02-01T12:00",
        "Most of Asia is closed as Mumbai climbs 1.4 %",
        (
            (
                "The Nifty 50 climbed 1.4 %. Seoul, Taipei, Hong Kong, Shanghai and three more were closed for "
                "Lunar New Year. Sydney rose 0.5 % and Tokyo 0.3 %. On Wednesday Seoul, Taipei, Hong Kong, "
                "Shanghai and two more are closed for Lunar New Year."
            ),
            "On Monday the S&P 500 jumped 1.9 % and the Nasdaq surged 3.4 %.",
        ),
    ),
    # a weekend
    (
        "asia",
        "2025-09-20T12:00",
        "Asia is closed for the weekend after a mixed week",
        (
            (
                "Over the week, six of 10 indexes rose, the KOSPI most, by 1.5 %, while the Shanghai Composite "
                "fell 1.3 %. The last session was that of Friday, Sep 19."
            ),
            "On Friday the S&P 500 (+0.5 %), the Nasdaq (+0.7 %) and the Dow (+0.4 %) closed at records.",
        ),
    ),
    # records that did not last
    (
        "asia",
        "2025-09-19T12:00",
        "Most of Asia falls, Taipei the furthest",
        (
            (
                "The Nikkei (−0.6 %), the KOSPI (−0.5 %) and the TAIEX (−0.7 %) touched records in the session "
                "but closed at none. The Shanghai Composite edged down 0.3 %, off its Aug 25 close, the highest "
                "since August 2015. Against the region, the ASX 200 edged up 0.3 %. Mumbai slipped 0.4 %; Hong "
                "Kong and the CSI 300 were flat."
            ),
            "On Thursday the S&P 500 (+0.5 %), the Nasdaq (+0.9 %) and the Dow (+0.3 %) closed at records.",
        ),
    ),
    # a referendum
    (
        "europe",
        "2016-06-24T18:00",
        "Paris plunges 8.0 % as all of Europe sells off",
        (
            (
                "All three indexes fell. The CAC 40 plunged 8.0 %, or 359.17 points, its largest fall since "
                "October 2008, ending a run of five gains and giving back all of it; the DAX sank 6.8 %, or "
                "699.87 points, its largest fall since at least October 2011; the FTSE 100 tumbled 3.1 %, having"
                " been down as much as 8.7 %."
            ),
            "Earlier in Asia, the Nikkei plunged 7.9 % and the Hang Seng slid 2.9 %.",
        ),
    ),
    # a holiday
    (
        "europe",
        "2025-12-25T12:00",
        "Europe is closed for Christmas Day",
        (
            (
                "Over the week, two of three indexes fell, the CAC 40 most, by 0.6 %, while the DAX rose 0.2 %. "
                "Paris, London, Frankfurt, Milan and three more were closed for Christmas Day; the last session "
                "was that of Wednesday, Dec 24. On Friday Paris, Milan, Madrid, Amsterdam and one more are "
                "closed for Saint Stephen's Day."
            ),
            ("Meanwhile, the Nikkei edged up 0.1 % and the Shanghai Composite added 0.5 %, its seventh gain in a row."),
        ),
    ),
    # split
    (
        "americas",
        "2024-07-17T22:00",
        "Nasdaq sinks 2.8 % as most of Wall Street falls",
        (
            (
                "The Nasdaq sank 2.8 %, its largest fall since December 2022, all session below the low of the "
                "one before; the S&P 500 fell 1.4 %, off Tuesday's record close. The Dow added 0.6 % to a record"
                " close of 41,198.08, its first close above 41,000, its third record in a row."
            ),
            "Earlier in Europe, the FTSE 100 edged up 0.3 % and the DAX slipped 0.4 %.",
        ),
    ),
    # the world
    (
        "world",
        "2024-08-05T22:00",
        "Tokyo plunges 12.4 % as all of the world's markets sell off",
        (
            (
                "All 14 indexes fell. The Nikkei plunged 12.4 %, or 4,451.28 points, its largest fall since "
                "October 1987, leaving it 25.5 % below its peak of Jul 11, in a bear market; the KOSPI tumbled "
                "8.8 %, or 234.64 points, its largest fall since at least October 2011; the TAIEX sank 8.4 %, or"
                " 1,807.21 points, its largest fall since at least 2001. The DAX slid 1.8 %, its first close "
                "below its 200-day average since November 2023, its fourth-largest fall since July 2023; the S&P"
                " 500 tumbled 3.0 % and the Dow 2.6 %, both their largest falls since September 2022."
            ),
        ),
    ),
)


@pytest.mark.parametrize(("region", "as_of", "headline", "text"), DAYS, ids=[f"{day[0]}-{day[1]}" for day in DAYS])
def test_a_day_as_we_would_print_it(
    shared: Path, region: str, as_of: str, headline: str, text: tuple[str, ...]
) -> None:
    instant = dt.datetime.fromisoformat(as_of).replace(tzinfo=dt.UTC)
    answer, _ = summarised(shared / "data" / "history", Region(region), instant)
    page = summary.page(answer, TERMINAL)
    assert page.title == headline
    assert page.paragraphs == text
