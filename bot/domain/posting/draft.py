"""Which post does an admin mean who sets one up, or changes one and leaves most of it out?"""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.errors import BadQuestion, FailureCode
from bot.domain.markets.search import find
from bot.domain.posting.parsing import subject, weekdays, when
from bot.domain.posting.schedule import EVERY_DAY, Around, Daily, DayRule, Subject, Timing, Topic, usual_rule
from bot.domain.posting.subscriptions import Destination, Post, PostStyle
from bot.domain.posting.zones import timezone


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an admin typed and chose; what was left out is ``None``, and when a post is changed stays as it was.

    ``guild``, ``creator`` (who asks), ``channel`` and ``mention`` (a role) are Discord's ids. ``silent`` takes the
    mention away. ``language`` is a code of Discord's, ``locale`` the one that the server speaks, for a new post.
    """

    guild: int
    creator: int
    locale: str = "en-US"
    what: str | None = None
    channel: int | None = None
    when: str | None = None
    zone: str | None = None
    days: str | None = None
    only: str | None = None
    market: str | None = None
    note: bool | None = None
    mention: int | None = None
    silent: bool = False
    publish: bool | None = None
    language: str | None = None


def merge(draft: Draft, before: Post | None, now: datetime) -> Post:
    """Make the post that a draft asks for: a new one, or a changed one with the number of the one ``before`` it.

    ``now`` is the instant up to which it is settled. A new post needs the draft's ``when`` and ``channel``. Whether
    the post can go to its destination is not asked here; one that is not changed is the very object of ``before``.

    Raises:
        MarketError: what of it is not understood, or does not go together; one sentence says it.
    """
    about = subject(draft.what) if draft.what else before.subject if before else Subject(Topic.RECORDS)
    timing = _timing(draft, about, before.timing if before else None)
    return Post(
        destination=_destination(draft, before.destination if before else None),
        subject=about,
        timing=timing,
        style=PostStyle(draft.language) if draft.language else before.style if before else PostStyle(draft.locale),
        planned_until=now,
        id=before.id if before else 0,
    )


def _destination(draft: Draft, before: Destination | None) -> Destination:
    chosen = any(choice is not None for choice in (draft.channel, draft.mention, draft.publish))
    if before is not None and not draft.silent and not chosen:
        return before
    channel = draft.channel if draft.channel is not None or before is None else before.channel
    assert channel is not None, "a new post's channel is required by the command"
    mention = draft.mention if draft.mention is not None or before is None else before.mention
    publish = draft.publish if draft.publish is not None else before is not None and before.publish
    return Destination(
        guild=draft.guild,
        channel=channel,
        creator=draft.creator,
        mention=None if draft.silent else mention,
        publish=publish,
    )


def _timing(draft: Draft, about: Subject, before: Timing | None) -> Timing:
    moment = _moment(draft, before.when if before else None)
    if draft.only:
        rule = DayRule(draft.only)
    elif before and type(before.when) is type(moment):
        rule = before.rule
    else:
        rule = usual_rule(about, moment)
    market = find(draft.market).key if draft.market else about.key if about.topic is Topic.MARKET else ""
    market = market or (before.market if before else "")
    if rule is DayRule.MARKET and not market:
        raise BadQuestion(FailureCode.RULE_MARKET_MISSING)
    note = draft.note if draft.note is not None else bool(before and before.skip_note)
    if note and rule is DayRule.EVERY and isinstance(moment, Daily):
        raise BadQuestion(FailureCode.NOTE_WITHOUT_HOLIDAYS)
    return Timing(moment, rule=rule, region=about.region, market=market, skip_note=note)


def _moment(draft: Draft, before: Daily | Around | None) -> Daily | Around:
    """Read when it comes; of a time that is changed the zone and the weekdays stay where no others are named."""
    daily = before if isinstance(before, Daily) else None
    if draft.when is not None:
        moment = when(draft.when, draft.zone or (daily.zone if daily else None))
    elif daily and draft.zone:
        moment = replace(daily, zone=timezone(draft.zone))
    else:
        assert before is not None, "a new post's time is required by the command"
        moment = before
    days = weekdays(draft.days) if draft.days is not None else before.weekdays if before else EVERY_DAY
    return replace(moment, weekdays=days)
