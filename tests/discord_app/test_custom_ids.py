"""Does a custom ID carry what its button needs, and can a post be found by it?"""

import re
from typing import Any

import pytest

from bot.discord_app import custom_ids
from bot.domain.posting.schedule import Subject, Topic

NONCE = "0123456789abcdef01234567"
NIKKEI = Subject(Topic.MARKET, "nikkei")


def fields(template: str, custom_id: str) -> dict[str, str]:
    match = re.fullmatch(template, custom_id)
    assert match, custom_id
    assert len(custom_id) <= 100
    return match.groupdict()


def test_what_is_built_is_read_again() -> None:
    assert fields(custom_ids.REFRESH, custom_ids.refresh("hang-seng")) == {"key": "hang-seng"}
    token = f"{0x68C7F0D0:x}-{'a1' * 8}"
    for yes, answer in ((True, "yes"), (False, "no")):
        read = fields(custom_ids.CONFIRMATION, custom_ids.confirmation(token, yes=yes))
        assert read == {"token": token, "answer": answer}
    for subject in (NIKKEI, Subject(Topic.RECORDS), Subject(Topic.SUMMARY, "asia"), Subject(Topic.STATUS, "world")):
        read = fields(custom_ids.NOW, custom_ids.post(subject, NONCE))
        assert read == {"id": NONCE, "topic": subject.topic, "key": subject.key}


def test_messages_of_the_versions_before_are_understood() -> None:
    assert custom_ids.refresh("nikkei") == "ix:nikkei"
    assert custom_ids.post(NIKKEI, "1f") == "post:1f:market:nikkei"
    assert custom_ids.post(Subject(Topic.RECORDS)) == "post:?:records:"
    assert custom_ids.post(None, NONCE) == f"post:{NONCE}"
    assert custom_ids.confirmation("1-f", yes=True) == "ask:1-f:yes"


def test_a_post_without_a_name_has_no_button_that_works() -> None:
    assert re.fullmatch(custom_ids.NOW, custom_ids.post(NIKKEI)) is None
    assert re.fullmatch(custom_ids.NOW, custom_ids.post(None, NONCE)) is None


def button(custom_id: str) -> dict[str, Any]:
    return {"type": 2, "custom_id": custom_id}


def test_placeholders_are_filled_wherever_they_are_and_nothing_else_is_changed() -> None:
    whole = {
        "type": 17,
        "components": [
            {"type": 10, "content": "It says post:? and “post:?:market:nikkei”."},
            {"type": 9, "components": [{"type": 10, "content": "x"}], "accessory": button("post:?:records:")},
            {"type": 1, "components": [button("post:?:market:nikkei"), button("post:?"), button("ix:nikkei")]},
        ],
    }
    before = repr(whole)
    named = custom_ids.named(whole, NONCE)
    assert repr(whole) == before
    assert repr(named) == (before.replace("'custom_id': 'post:?", f"'custom_id': 'post:{NONCE}"))
    assert custom_ids.named(named, "f" * 24) == named


@pytest.mark.parametrize(
    ("custom_id", "found"),
    [
        (f"post:{NONCE}", True),
        (f"post:{NONCE}:market:nikkei", True),
        (f"post:{NONCE}f:market:nikkei", False),
        ("post:?:market:nikkei", False),
        (f"ix:{NONCE}", False),
        ("post", False),
        ("", False),
    ],
)
def test_a_post_is_found_by_its_name_alone(custom_id: str, found: bool) -> None:
    row = {"type": 1, "components": [{"type": 2}, button(custom_id)]}
    assert custom_ids.names({"id": "1", "components": [{"type": 17, "components": [row]}]}, NONCE) is found
    assert custom_ids.names({"id": "1", "components": [{"type": 9, "accessory": button(custom_id)}]}, NONCE) is found
    assert not custom_ids.names({"id": "1"}, NONCE)


def test_why_is_asked_of_a_market() -> None:
    assert custom_ids.why("nikkei") == "why:nikkei"
    assert fields(custom_ids.WHY, custom_ids.why("euro-stoxx50")) == {"key": "euro-stoxx50"}
