"""With which exit status does a command end, and how is an error told?"""

import sys
from collections.abc import Coroutine
from typing import Final, NoReturn, TypeVar

import click

from bot.domain.errors import BadQuestion, BadSetting, MarketError

T = TypeVar("T")

DONE: Final = 0
NOT_DONE: Final = 1
WRONG_USAGE: Final = 2


def fail(error: MarketError) -> NoReturn:
    """Write one sentence to standard error and exit: 2 where a name or a setting is wrong, else 1."""
    from bot.views.en.failures import sentence  # needed where something failed, and then alone

    click.echo(sentence(error.failure, operator=True), err=True)
    sys.exit(WRONG_USAGE if isinstance(error, (BadQuestion, BadSetting)) else NOT_DONE)


def run(work: Coroutine[object, object, T]) -> T:
    """Do a command's work to its end, or `fail`."""
    import asyncio  # 30 ms, which what waits for nothing saves

    try:
        return asyncio.run(work)
    except MarketError as error:
        fail(error)
