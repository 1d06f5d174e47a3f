"""`/europe`: how did Europe's day go, and who trades now?"""

from commands.regions import region

europe = region("europe", "Europe's markets: the day's summary, and who trades now")
