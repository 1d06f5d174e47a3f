"""Is what a server asks for most offered first, and nothing else kept?"""

from bot.services.asked_markets import AskedMarkets


def test_what_is_asked_more_than_once_comes_first() -> None:
    asked = AskedMarkets()
    for text in ("nikkei", "kospi", "日経", "kospi", "KOSPI", "dax", "AAPL"):
        asked.note(1, text)
    assert asked.most(1) == ("kospi", "nikkei")
    assert asked.most(2) == asked.most(None) == ()


def test_messages_to_the_bot_alone_are_not_counted_and_old_servers_are_forgotten() -> None:
    asked = AskedMarkets()
    for guild in (None, *range(3000)):
        asked.note(guild, "dax")
        asked.note(guild, "dax")
    assert asked.most(0) == ()
    assert asked.most(2999) == ("dax",)
