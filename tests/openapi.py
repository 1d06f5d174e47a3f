"""Is what the bot sends what Discord's own OpenAPI document allows?

The document is not part of the project: where it is not beside the checkout, the check is skipped and says so.
"""

import copy
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

DOCUMENT = Path(__file__).parent.parent.parent / "shared" / "discord" / "openapi.json"
_NAME = "urn:discord"


@cache
def _document() -> dict[str, Any]:
    if not DOCUMENT.is_file():
        pytest.skip("Discord's OpenAPI document is not beside this checkout: bodies are not checked")
    return json.loads(DOCUMENT.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@cache
def _registry() -> Registry[Any]:
    resource: Resource[Any] = Resource.from_contents(_document(), default_specification=DRAFT202012)
    registry: Registry[Any] = Registry()
    filled: Registry[Any] = registry.with_resource(_NAME, resource)
    return filled


@cache
def _routes() -> list[tuple[int, re.Pattern[str], str]]:
    # Words before placeholders: "/messages/@original" is not a message's id.
    routes = [
        (path.count("{"), re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)) + "$"), path)
        for path in _document()["paths"]
    ]
    return sorted(routes, key=lambda part: part[0])


@cache
def _validator(method: str, path: str) -> Draft202012Validator:
    for _, pattern, template in _routes():
        operation = _document()["paths"][template].get(method.lower())
        if operation and pattern.match(path):
            break
    else:
        raise AssertionError(f"Discord has no {method} {path}")
    pointer = f"{template.replace('~', '~0').replace('/', '~1').replace('{', '%7B').replace('}', '%7D')}"
    reference = f"{_NAME}#/paths/{pointer}/{method.lower()}/requestBody/content/application~1json/schema"
    return Draft202012Validator({"$ref": reference}, registry=_registry())


def check(method: str, path: str, body: Any) -> None:
    """Fail where Discord would refuse this body; ``path`` is the one after ``/api/v10``.

    One known deviation is let through: discord.py numbers attachments with integers.
    """
    shown_body = copy.deepcopy(body)
    for holder in (shown_body, shown_body.get("data")) if isinstance(shown_body, dict) else ():
        for attachment in (holder or {}).get("attachments") or ():
            attachment["id"] = str(attachment["id"])
    wrong = best_match(_validator(method, path).iter_errors(shown_body))
    assert wrong is None, f"{method} {path}: {wrong.message} at {wrong.json_path} in {json.dumps(body)[:2000]}"
    shown = _components(shown_body)
    assert len(shown) <= 40, "more than 40 components"
    assert sum(len(part.get("content", "")) for part in shown) <= 4000, "more than 4000 displayed characters"


def _components(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [found for part in value for found in _components(part)]
    if not isinstance(value, dict):
        return []
    mine = [part for part in value.get("components") or () if isinstance(part, dict)]
    mine += [value["accessory"]] if isinstance(value.get("accessory"), dict) else []
    return [found for component in mine for found in (component, *_components(component))] + _components(
        value.get("data")
    )
