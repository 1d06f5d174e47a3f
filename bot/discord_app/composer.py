"""What does a post look like, before it goes to any channel in particular?"""

from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any, Final

import discord

from bot.discord_app import custom_ids
from bot.domain.answers import Answer
from bot.domain.errors import NoQuotes
from bot.domain.posting.schedule import Subject, Topic
from bot.domain.posting.subscriptions import PostContent
from bot.services.posting_ports import Composed
from bot.services.questions import Questions
from bot.views import message
from bot.views.languages import language
from bot.views.page import DISCORD, Page
from bot.views.pages import page

_LONGEST: Final = 3800  # characters; a mention and a note of delay still fit into the 4000


class PostComposer:
    """Composes what a post says from the questions that anybody may ask."""

    def __init__(self, ask: Questions, renew: Callable[[datetime], Awaitable[None]]) -> None:
        """Take the questions, and how to have quotes read again that are older than an instant."""
        self._ask = ask
        self._renew = renew

    async def compose(self, content: PostContent) -> Composed:
        """Compose a message for every recipient, from quotes read after its time; see `MessageComposer`."""
        subject = content.subject
        if subject is not None and content.skipped is None and subject.topic is not Topic.STATUS:  # needs no quotes
            if subject.topic is Topic.SUMMARY and (begin := self._ask.summary_query(subject.region).begin) is not None:
                begin(content.due)  # what it tells besides is fetched while the quotes are waited for
            await self._renew(content.due)
        view: Any = await drawn(self._ask, content)
        body = {
            "flags": discord.MessageFlags(components_v2=True).value,
            "allowed_mentions": {"parse": []},
            "components": view.to_components(),
        }
        return Composed(body, language(content.style.language).posting.delayed(content.due))


async def drawn(ask: Questions, content: PostContent, name: str = custom_ids.UNNAMED) -> message.Message:
    """Lay a post out with the button that carries its name, which none has yet that is composed to be sent."""
    view = message.laid_out(await _told(ask, content), _LONGEST)
    subject = Subject(Topic.MARKET, content.event.market) if content.event else content.subject
    label = language(content.style.language).posting.button("now")
    button = discord.ui.Button[Any](label=label, custom_id=custom_ids.post(subject, name))
    view.add_item(discord.ui.ActionRow(button))
    return view


def question(ask: Questions, what: Subject) -> Coroutine[Any, Any, Answer]:
    """Ask what a post tells."""
    match what.topic:
        case Topic.SUMMARY:
            return ask.summary(what.region)
        case Topic.STATUS:
            return ask.status(what.region)
        case Topic.RECORDS:
            return ask.records()
        case Topic.MARKET:
            return ask.index(what.key)


async def _told(ask: Questions, content: PostContent) -> Page:
    """Say what a post says; where nothing at all is known it says that."""
    words = language(content.style.language)
    if content.skipped is not None:
        return words.posting.skipped_page(content)
    try:
        if content.event is not None:
            shown = page(await ask.index(content.event.market), DISCORD, words)
            return shown._replace(alerts=(words.posting.event(content.event), *shown.alerts), refresh=None)
        assert content.subject is not None, "what is neither an event nor left out has a subject"
        return page(await question(ask, content.subject), DISCORD, words)._replace(refresh=None)
    except NoQuotes:
        return words.posting.empty_page(content)
