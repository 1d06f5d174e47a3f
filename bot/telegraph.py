"""What does a post look like, before it goes to any channel in particular?"""

import json
from dataclasses import replace
from typing import Any, Final

import discord

from bot.domain.answers import Answer
from bot.domain.errors import MarketError
from bot.domain.posts import Telling
from bot.domain.schedule import Topic
from bot.services.deliveries import POST_ID
from bot.services.questions import Questions
from bot.views import message, post_wording
from bot.views.blocks import DISCORD, Page
from bot.views.pages import page

_LONGEST: Final = 3800  # characters; a mention and a note of delay still fit into the 4000
_TEXT: Final = 10


class Telegraph:
    """Composes what a post says from the questions that anybody may ask."""

    def __init__(self, ask: Questions) -> None:
        """Take the questions."""
        self._ask = ask

    async def compose(self, telling: Telling) -> str:
        """Give a message for every recipient; see `Composer`."""
        try:
            told = await self.told(telling)
        except MarketError as error:  # nothing at all is known: the post says that
            told = Page(title=str(error))
        body = {
            "flags": discord.MessageFlags(components_v2=True).value,
            "allowed_mentions": {"parse": []},
            "components": _laid_out(told, telling),
        }
        return json.dumps({"message": body, "delayed": post_wording.delayed(telling.due)}, ensure_ascii=False)

    async def told(self, telling: Telling) -> Page:
        """Say what a post says, as a page; raises as the question does."""
        if telling.skipped is not None:
            return post_wording.skipped_page(telling)
        if telling.event is not None:
            answer = await self._ask.index(telling.event.market)
            told = page(answer, DISCORD)
            return replace(told, alerts=(post_wording.event(telling.event), *told.alerts), refresh=None)
        return replace(page(await self._answer(telling), DISCORD), refresh=None)

    async def _answer(self, telling: Telling) -> Answer:
        subject = telling.subject
        assert subject is not None, "what is neither an event nor left out has a subject"
        match subject.topic:
            case Topic.SUMMARY:
                return await self._ask.summary(subject.region)
            case Topic.STATUS:
                return await self._ask.status(subject.region)
            case Topic.RECORDS:
                return await self._ask.records()
            case Topic.MARKET:
                return await self._ask.index(subject.key)


def _laid_out(told: Page, telling: Telling) -> list[dict[str, Any]]:
    """Lay a page out with the button that carries the post's id; what it shows anew is told by what follows the id."""
    view: Any = message.laid_out(told)
    parts: list[dict[str, Any]] = view.to_components()
    texts = [one for part in parts for one in (part, *part.get("components", ())) if one["type"] == _TEXT]
    excess = sum(len(one["content"]) for one in texts) - _LONGEST
    if excess > 0:
        longest = max(texts, key=lambda one: len(one["content"]))
        longest["content"] = longest["content"][: -excess - 1] + "…"
    subject = telling.subject
    about = (
        f":{subject.topic}:{subject.key}"
        if subject
        else f":{Topic.MARKET}:{telling.event.market}"
        if telling.event
        else ""
    )
    button = {"type": 2, "style": 2, "label": "Now", "custom_id": POST_ID + about}
    return [*parts, {"type": 1, "components": [button]}]
