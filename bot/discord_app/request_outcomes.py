"""What does the course of a request to Discord say about the message in it?

discord.py tries a request several times by itself, and an answer may be lost on its way. Each try is watched: a message
may be there from the moment at which its request is written until an answer certainly refuses it.
"""

import contextlib
import logging
from collections.abc import Callable, Collection, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import SimpleNamespace
from typing import Final

import aiohttp
import discord

from bot.domain.errors import Failure, FailureCode
from bot.services.posting_ports import ChannelDead, Doubtful, NotSent, Rejected, SendError

_log = logging.getLogger(__name__)

UNREADABLE: Final = Failure(FailureCode.DISCORD_UNREADABLE)


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What an answer of some statuses, and some of Discord's codes or any, says about the message."""

    statuses: Collection[int]
    error: type[SendError]
    why: FailureCode = FailureCode.DISCORD_REFUSES
    codes: Collection[int] = ()
    wait: timedelta | None = None


_MEANINGS: Final = (
    _Meaning(
        {401}, NotSent, FailureCode.DISCORD_REFUSES_LOGIN, wait=timedelta(minutes=10)
    ),  # each counts towards a ban
    _Meaning({429}, NotSent, FailureCode.DISCORD_ASKS_TO_WAIT, wait=timedelta(minutes=1)),
    _Meaning({408}, Doubtful, FailureCode.DISCORD_SILENT),  # what waited for it may have passed it on
    _Meaning({403, 404}, ChannelDead),
    _Meaning(range(400, 500), ChannelDead, codes={50083}),
    _Meaning(range(400, 500), Rejected),
    _Meaning(range(500, 600), Doubtful, FailureCode.DISCORD_FAILS),
    # The request itself reports a success; here its body was lost. A redirect is either followed or not.
    _Meaning(range(1000), Doubtful, FailureCode.DISCORD_UNREADABLE),
)
"""The first line that fits counts."""

_REASONS: Final = {
    10003: FailureCode.CHANNEL_GONE,
    10008: FailureCode.MESSAGE_GONE,
    50001: FailureCode.CHANNEL_HIDDEN,
    50013: FailureCode.PERMISSION_MISSING,
    50083: FailureCode.THREAD_ARCHIVED,
}


def outcome(status: int, code: int = 0) -> SendError:
    """Say what an answer means that is no success, or one whose body was lost."""
    line = next(
        meaning for meaning in _MEANINGS if status in meaning.statuses and (not meaning.codes or code in meaning.codes)
    )
    if line.error is NotSent:
        return NotSent(line.why, line.wait)
    if issubclass(line.error, ChannelDead | Rejected):
        known = _REASONS.get(code)
        return line.error(known) if known else line.error(line.why, status=status, error=code)
    return line.error(line.why, status=status) if line.why is FailureCode.DISCORD_FAILS else line.error(line.why)


def _delayed(meaning: SendError, error: discord.HTTPException) -> SendError:
    """Wait for as long as the answer asks to, where it does."""
    with contextlib.suppress(LookupError, ValueError, OverflowError):
        if isinstance(meaning, NotSent) and error.status == HTTPStatus.TOO_MANY_REQUESTS:
            meaning.wait = timedelta(seconds=max(float(error.response.headers["Retry-After"]), 0.0))
    return meaning


@dataclass(slots=True)
class _Course:
    """What happened to the tries of one request so far."""

    expired: Callable[[], bool]  # whether nothing may be written any more: another process may have the message
    written: bool = False  # something went out whose answer has not come
    answered: bool = False
    doubtful: bool = False  # a try ended without an answer, or with one that proves nothing

    def lost(self) -> bool:
        """Say whether the message may be there although no answer told of it."""
        return self.doubtful or self.written

    def certain(self, error: SendError) -> SendError:
        """Let a refusal of the last try stand only where no earlier try can have come through."""
        return Doubtful(error.failure) if self.doubtful else error


_course: ContextVar[_Course | None] = ContextVar("course", default=None)


def watch(dated: Callable[[datetime], None]) -> aiohttp.TraceConfig:
    """Watch all requests of a session and report the Date header of each response."""
    trace = aiohttp.TraceConfig()

    async def written(_: aiohttp.ClientSession, __: SimpleNamespace, ___: object) -> None:
        if (course := _course.get()) is not None:  # told just before the first byte is written
            if course.expired():
                raise NotSent(FailureCode.HELD_UP)
            course.written = True

    async def moved(_: aiohttp.ClientSession, __: SimpleNamespace, ___: object) -> None:
        if (course := _course.get()) is not None:
            course.written, course.answered, course.doubtful = False, True, True

    async def answered(_: aiohttp.ClientSession, __: SimpleNamespace, given: aiohttp.TraceRequestEndParams) -> None:
        with contextlib.suppress(LookupError, TypeError, ValueError, ArithmeticError):
            dated(parsedate_to_datetime(given.response.headers["Date"]))
        if (course := _course.get()) is not None:  # the headers are there; the body may still be lost
            course.written, course.answered = False, True
            course.doubtful |= isinstance(outcome(given.response.status), Doubtful)

    async def broken(_: aiohttp.ClientSession, __: SimpleNamespace, ___: object) -> None:
        if (course := _course.get()) is not None:
            course.doubtful |= course.written
            course.written = False

    trace.on_request_headers_sent.append(written)
    trace.on_request_redirect.append(moved)
    trace.on_request_end.append(answered)
    trace.on_request_exception.append(broken)
    return trace


@contextlib.contextmanager
def judged(connected: Callable[[], bool], expired: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Turn what a request raises into what it means for the message; once it is ``expired`` nothing is written."""
    course = _Course(expired)
    token = _course.set(course)
    try:
        yield
    except discord.RateLimited as error:
        raise course.certain(NotSent(FailureCode.DISCORD_ASKS_TO_WAIT, timedelta(seconds=error.retry_after))) from error
    except discord.HTTPException as error:
        raise course.certain(_delayed(outcome(error.status, error.code), error)) from error
    except NotSent as error:
        raise course.certain(error) from error
    except (aiohttp.ClientError, OSError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and connected():
            raise  # not that the session was closed
        if course.lost():
            raise Doubtful(FailureCode.DISCORD_SILENT) from error
        raise NotSent(FailureCode.DISCORD_UNREACHABLE) from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        if not course.answered:
            raise  # not what came, but a flaw of our own
        _log.info("Discord's answer could not be read.", exc_info=True)
        raise Doubtful(UNREADABLE) if course.lost() else NotSent(UNREADABLE) from error
    finally:
        _course.reset(token)
