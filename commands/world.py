"""`/world`: how did the world's day go, and who trades now?"""

from commands.regions import region

world = region("world", "The world's markets: the day's summary, and who trades now")
