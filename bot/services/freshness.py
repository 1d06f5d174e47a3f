"""Was something done so lately that it need not be done again?"""

import datetime as dt


def within(then: dt.datetime | None, span: dt.timedelta, now: dt.datetime) -> bool:
    """Return whether an instant lies less than a span before another; one dated after it does not."""
    return then is not None and dt.timedelta(0) <= now - then < span
