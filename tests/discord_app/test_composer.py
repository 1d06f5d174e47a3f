"""What is done for a post before it is composed?"""

from datetime import datetime

import pytest

from bot import app
from bot.discord_app.composer import PostComposer
from bot.domain.posting.subscriptions import PostContent, PostStyle
from tests.factories import ASIA, AT


async def test_what_a_summary_tells_besides_is_fetched_while_its_quotes_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ask, order = app.sample(), list[str]()
    query = ask.summary_query(ASIA.region)

    def begin(due: datetime) -> None:
        assert due == AT
        order.append("stocks")

    async def renew(_: datetime) -> None:
        order.append("quotes")

    monkeypatch.setattr(ask, "summary_query", lambda _: query._replace(begin=begin))
    composed = await PostComposer(ask, renew).compose(PostContent(AT, PostStyle("en-US"), ASIA))
    assert order[:2] == ["stocks", "quotes"]
    assert "made up most of the KOSPI's gain" in str(composed.body)
    assert "why:" not in str(composed.body), "the button under a post shows what it would say now"
