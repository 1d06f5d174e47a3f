"""/schedule, /alert and /data in a simulated Discord, with a real database, real deliveries and real REST calls."""

import json
import re
from typing import Any

import discord
import pytest

from bot.domain.errors import NoQuotes
from tests.house import House
from tests.sentences import other
from tests.simulated import text


def posted(message: discord.Message) -> str:
    return json.dumps([component.to_dict() for component in message.components], ensure_ascii=False)


async def test_from_setting_it_up_to_the_post_in_the_channel(house: House) -> None:
    said = await house.nikkei()
    assert "Nikkei 225, 09:00 Asia/Tokyo, on days when Nikkei 225 trades" in said
    for day in ("16", "17", "18"):
        assert f"<t:{int(house.clock.now.replace(day=int(day), hour=0).timestamp())}:F>" in said
    await house.turn(hours=12)
    (post,) = house.channel.history()
    assert "45,055.38" in posted(post)
    assert house.desk.renewed == [house.clock.now]  # quotes from before the post's time are not good enough
    listed = text((await house.schedule("list")).response)
    assert "1 post" in listed
    assert "sent" in listed
    pressed = await house.member.click(post, label="Now")
    assert pressed.ephemeral
    assert "45,055.38" in text(pressed.response)


async def test_nothing_is_kept_before_it_is_confirmed_or_when_it_is_declined(house: House) -> None:
    shown = await house.schedule("add", what="nikkei", channel=house.channel, when="09:00", zone="Asia/Tokyo")
    assert "No posts yet" in text((await house.schedule("list")).response)
    await house.admin.click(shown.response, label="No")
    assert "No posts yet" in text((await house.schedule("list")).response)


async def test_preview_test_pause_resume_edit_and_remove(house: House) -> None:
    await house.nikkei()
    preview = await house.schedule("preview", number=1)
    assert preview.ephemeral
    assert "45,055.38" in text(preview.response)
    assert house.channel.history() == []
    await house.schedule("test", number=1)
    await house.turn(seconds=1)
    assert len(house.channel.history()) == 1
    assert "paused" in text((await house.schedule("pause", number=1)).response)
    await house.turn(hours=12)
    assert len(house.channel.history()) == 1
    assert "goes on: next" in text((await house.schedule("resume", number=1)).response)
    shown = await house.schedule("edit", number=1, when="30 min before Hong Kong opens")
    assert "30 min before Hong Kong opens" in text(shown.response)
    await house.admin.click(shown.response, label="Yes")
    await house.turn(hours=1)
    assert len(house.channel.history()) == 2
    await house.schedule("remove", number=1)
    await house.turn(hours=24)
    assert len(house.channel.history()) == 2
    assert "no post or alert number 1" in text((await house.schedule("pause", number=1)).response)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"when": "soon"}, "30 min before Tokyo opens"),
        ({"zone": "Asia/Tokio"}, "time zone"),
        ({"what": "nikei"}, "Did you mean"),
        ({"publish": True}, "announcement channel"),
        ({"only": "market", "what": "records"}, "Which market"),
        ({"days": "caturday"}, "days"),
        ({"language": "klingon"}, "don't know the language"),
        ({"only": "every", "note": True}, "no day for a note"),
    ],
)
async def test_what_is_wrong_is_said_in_one_sentence(house: House, options: dict[str, Any], sentence: str) -> None:
    assert sentence in await house.nikkei(**options)
    assert "No posts yet" in text((await house.schedule("list")).response)


@pytest.mark.parametrize(
    ("lacking", "name"),
    [
        ({"send_messages": False}, "Send Messages"),
        ({"view_channel": False}, "View Channel"),
        ({"attach_files": False}, "Attach Files"),
        ({"read_message_history": False}, "Read Message History"),
    ],
)
async def test_a_permission_that_the_bot_lacks_is_named(house: House, lacking: dict[str, bool], name: str) -> None:
    assert house.env.bot.user is not None
    denied: Any = {house.env.bot.user: discord.PermissionOverwrite(**lacking)}
    assert f"**{name}**" in await house.nikkei(channel=house.guild.create_text_channel("closed", overwrites=denied))


async def test_a_channel_that_is_closed_later_is_reported(house: House) -> None:
    await house.nikkei()
    house.env.inject_error("POST", f"/channels/{house.channel.id}/messages", status=403, code=50013, times=50)
    await house.turn(hours=12)
    listed = text((await house.schedule("list")).response)
    assert "I lack a permission in the channel." in listed
    for _ in range(13):
        await house.turn(minutes=10)
    listed = text((await house.schedule("list")).response)
    assert "paused" in listed
    notices = [request for request in house.env.http_requests if "I have paused" in json.dumps(request.json)]
    assert len(notices) == 1
    assert "post 1 in **Test Guild**" in json.dumps(notices[0].json)
    assert "`/schedule resume number:1`" in json.dumps(notices[0].json)
    assert str(house.channel.id) not in notices[0].path  # it went to the admin, not to the channel


async def test_a_permission_that_is_taken_away_later_is_named_and_given_back_suffices(house: House) -> None:
    await house.nikkei()
    channel = house.client.get_channel(house.channel.id)
    assert isinstance(channel, discord.TextChannel)
    me = channel.guild.me
    await channel.set_permissions(me, send_messages=False)
    await house.env.settle()
    await house.turn(hours=12)
    assert "I lack **Send Messages** in the channel." in text((await house.schedule("list")).response)
    await channel.set_permissions(me, send_messages=True)
    await house.env.settle()
    for _ in range(3):
        await house.turn(minutes=1)
    assert len(house.channel.history()) == 1


async def test_those_who_may_not_manage_the_server_may_not(house: House) -> None:
    """Discord hides the commands. An admin may open them to everybody, but the bot still refuses."""
    for command in await house.client.tree.fetch_commands():
        house.guild.set_command_permissions(command, {house.guild.default_role: True})
    shown = await house.member.slash(house.channel, "schedule list")
    assert shown.ephemeral
    assert "Manage Server" in text(shown.response)
    assert "Manage Server" in text((await house.member.slash(house.channel, "data delete")).response)


async def test_a_role_that_the_admin_may_not_mention_is_refused(house: House) -> None:
    role = house.guild.create_role("traders")
    assert "may not mention" in await house.nikkei(mention=role)
    assert "not everyone" in await house.nikkei(mention=house.guild.default_role)
    open_role = house.guild.create_role("all", mentionable=True)
    said = await house.nikkei(mention=open_role)
    assert f"mentions <@&{open_role.id}>" in said
    await house.turn(hours=12)
    assert f"<@&{open_role.id}>" in posted(house.channel.history()[0])
    shown = await house.schedule("edit", number=1, silent=True)
    assert "mentions" not in text(shown.response)
    await house.admin.click(shown.response, label="Yes")
    await house.turn(hours=24)
    assert f"<@&{open_role.id}>" not in posted(house.channel.history()[-1])


async def test_what_is_left_out_of_an_edit_stays_as_it_was(house: House) -> None:
    role = house.guild.create_role("all", mentionable=True)
    await house.nikkei(days="mon-fri", only="region", note=True, mention=role, language="Japanese")
    elsewhere = house.guild.create_text_channel("elsewhere")
    for changes, expected in (
        ({"when": "10:30"}, "10:30 Asia/Tokyo, Mon to Fri when a market of Asia trades"),
        ({"zone": "Europe/Berlin"}, "10:30 Europe/Berlin, Mon to Fri when"),
        ({"days": "mon,wed"}, "10:30 Europe/Berlin, Mon, Wed when"),
        ({"channel": elsewhere}, f"in <#{elsewhere.id}>; a line on holidays; mentions <@&{role.id}>"),
        ({"what": "asia summary"}, "Summary of Asia, 10:30 Europe/Berlin"),
        ({"only": "every", "note": False}, "10:30 Europe/Berlin, Mon, Wed"),
        ({"when": "15 min after Tokyo closes"}, "15 min after Tokyo closes, Mon, Wed"),
        ({"days": "every day"}, "15 min after Tokyo closes, in"),
    ):
        shown = await house.schedule("edit", number=1, **changes)
        assert expected in text(shown.response)
        assert "Japanese" in text(shown.response)
        await house.admin.click(shown.response, label="Yes")


async def test_a_preview_is_the_post_itself(house: House) -> None:
    await house.nikkei()
    preview = text((await house.schedule("preview", number=1)).response)
    await house.turn(hours=12)
    (post,) = house.channel.history()
    assert "Now" in preview
    for part in json.loads(posted(post))[0]["components"]:
        assert json.dumps(part["content"], ensure_ascii=False) in preview
    house.desk.error = NoQuotes(other("Yahoo is not answering, and nothing is kept from before."))
    assert "no figures" in text((await house.schedule("preview", number=1)).response)
    await house.turn(hours=24)
    assert "Press **Now** in a while" in posted(house.channel.history()[-1])


async def test_25_posts_are_all_listed(house: House) -> None:
    for hour in range(25):
        await house.nikkei(when=f"{hour % 24}:30", only="region", days="mon-fri", note=True)
    await house.turn(hours=24)
    await house.schedule("list")
    listed = [
        json.dumps(request.json, ensure_ascii=False)
        for request in house.env.http_requests
        if "25 posts" in str(request.json)
    ]
    assert len(listed) == 2
    assert all(f"**{number}** Nikkei" in "".join(listed) for number in range(1, 26))
    assert "25 posts, page 2" in listed[1]


async def test_a_thread_is_a_place_too_until_it_is_archived(house: House) -> None:
    channel = house.client.get_channel(house.channel.id)
    assert isinstance(channel, discord.TextChannel)
    made = await channel.create_thread(name="talk", type=discord.ChannelType.public_thread)
    await house.env.settle()
    (thread,) = house.channel.threads
    await house.nikkei(channel=thread)
    await house.turn(hours=12)
    assert "45,055.38" in posted(thread.history()[-1])
    await made.edit(archived=True)
    await house.env.settle()
    assert "I cannot see" in await house.nikkei(channel=thread)


async def test_alerts_are_set_listed_and_removed(house: House) -> None:
    missing = await house.admin.slash(house.channel, "alert add", market="nikkei", what="move", channel=house.channel)
    assert "how many per cent" in text(missing.response)
    never = await house.admin.slash(house.channel, "alert add", market="topix", what="round", channel=house.channel)
    assert "cannot watch TOPIX" in text(never.response)
    shown = await house.admin.slash(
        house.channel, "alert add", market="nikkei", what="move", channel=house.channel, percent=2.5
    )
    assert "a move of 2.5 %" in text(shown.response)
    assert "a move of 2.5 %" in text((await house.admin.slash(house.channel, "alert list")).response)
    assert "is an alert" in text((await house.schedule("preview", number=1)).response)
    await house.admin.slash(house.channel, "alert remove", number=1)
    assert "No alerts yet" in text((await house.admin.slash(house.channel, "alert list")).response)


async def test_data_delete_asks_and_leaves_nothing(house: House) -> None:
    await house.nikkei()
    shown = await house.admin.slash(house.channel, "data delete")
    assert shown.response is not None
    await house.admin.click(shown.response, label="Yes")
    assert "No posts yet" in text((await house.schedule("list")).response)
    await house.turn(hours=12)
    assert house.channel.history() == []


async def test_choices_are_offered_while_typing(house: House) -> None:
    zones = await house.admin.autocomplete(house.channel, "schedule add", "zone", "")
    assert zones[0]["value"] == "Asia/Tokyo"
    languages = await house.admin.autocomplete(house.channel, "schedule add", "language", "jap")
    assert [choice["value"] for choice in languages] == ["ja"]


async def test_a_test_of_a_post_has_a_limit_of_its_own(house: House) -> None:
    for hour in range(6):
        await house.nikkei(when=f"{hour}:30")
    assert "On its way" in text((await house.schedule("test", number=1)).response)
    again = text((await house.schedule("test", number=1)).response)
    assert re.search(r"Post 1 was just tested: you can test it again in \d\d s\.", again)
    for number in range(2, 6):
        assert "On its way" in text((await house.schedule("test", number=number)).response)
    assert "tested 5 posts within a minute" in text((await house.schedule("test", number=6)).response)
    assert "no post or alert number 99" in text((await house.schedule("test", number=99)).response)
    await house.turn(seconds=1)
    assert len(house.channel.history()) == 5
