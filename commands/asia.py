"""`/asia`: how did Asia's day go, and who trades now?"""

from commands.regions import region

asia = region("asia", "Asia's markets: the day's summary, and who trades now")
