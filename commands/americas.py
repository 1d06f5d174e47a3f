"""`/americas`: how did the Americas' day go, and who trades now?"""

from commands.regions import region

americas = region("americas", "The Americas' markets: the day's summary, and who trades now")
