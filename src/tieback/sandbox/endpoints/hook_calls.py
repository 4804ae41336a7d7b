"""What both versions of the webhook calls share: finding a hook, and what it may be."""

import re
from typing import Any
from urllib.parse import urlsplit

from tieback.sandbox import asking
from tieback.sandbox.answers import Answer, Refused, bare, by_field, of_v2
from tieback.sandbox.call import Call
from tieback.sandbox.hooks import COMPANY_LEVEL, PROJECT_LEVEL, Delivery, Hook
from tieback.sandbox.world import World

MOST_AT_ONCE = 500
VERSIONS = ("v2.0", "v3.0", "v4.0")
_NAMESPACE = re.compile(r"[a-z0-9-]+")


def scope(world: World, call: Call) -> tuple[int, int]:
    """The company, and the project when the call is about one's hooks (0: the company's)."""
    project_id = call.ids.get("project_id") or call.number("project_id") or 0
    if project_id:
        asking.project(world, call, project_id)
    elif not call.is_v2 and world.switches.company_field:
        asking.company(world, call)
    return call.company_id, project_id


def hooks(world: World, call: Call) -> list[Hook]:
    """The app's hooks there, filtered by namespace."""
    assert call.app is not None
    found = world.hooks.of(call.app.client_id, *scope(world, call))
    namespace = call.text("namespace")
    return [hook for hook in found if namespace in (None, hook.namespace)]


def hook(world: World, call: Call, name: str = "id") -> Hook:
    """The hook whose id is in the path; raises Refused (404)."""
    for found in hooks(world, call):
        if found.id == call.ids[name]:
            return found
    raise missing(call, "The webhook was not found.")


def missing(call: Call, message: str) -> Refused:
    return Refused(404, of_v2(404, message) if call.is_v2 else bare(message))


def read(call: Call, sent: dict[str, Any], version_field: str, *, is_new: bool) -> dict[str, Any]:
    """What was sent, checked: namespace, url, authorization and version; raises Refused (422)."""
    found: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    _read_texts(sent, found, errors, is_new=is_new)
    version = sent.get(version_field, VERSIONS[0] if is_new else None)
    wanted = "v2.0" if version == "v2" else version
    if version is not None and wanted not in VERSIONS:
        errors[version_field] = ["is not a known version"]
    elif version is not None:
        found["version"] = wanted
    headers = sent.get("destination_headers")
    if isinstance(headers, dict):
        found["authorization"] = str(headers.get("Authorization") or "")
    if errors:
        name, messages = next(iter(errors.items()))
        text = f"{name} {messages[0]}"
        raise Refused(422, of_v2(422, text, source=name) if call.is_v2 else by_field(errors))
    return found


def _read_texts(
    sent: dict[str, Any], found: dict[str, Any], errors: dict[str, list[str]], *, is_new: bool
) -> None:
    checks = {"namespace": ("namespace", _is_namespace), "destination_url": ("url", _is_address)}
    for name, (kept_as, fits) in checks.items():
        value = sent.get(name)
        if value is None and is_new:
            errors[name] = ["can't be blank"]
        elif value is not None and not (isinstance(value, str) and fits(value)):
            errors[name] = ["is invalid"]
        elif value is not None:
            found[kept_as] = value


def _is_namespace(value: str) -> bool:
    return _NAMESPACE.fullmatch(value) is not None


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def add(world: World, call: Call, said: dict[str, Any]) -> Hook:
    assert call.app is not None
    company_id, project_id = scope(world, call)
    return world.hooks.add(
        client_id=call.app.client_id,
        user_id=call.user_id,
        company_id=company_id,
        project_id=project_id,
        **{"authorization": "", **said},
    )


def change(world: World, found: Hook, said: dict[str, Any]) -> None:
    for name, value in said.items():
        setattr(found, name, value)
    found.updated = world.clock.now()


def drop(world: World, found: Hook) -> None:
    del world.hooks.hooks[found.id]


def trigger_errors(found: Hook, sent: Any) -> dict[str, list[str]]:
    """Why a trigger cannot be: unknown resource at this level, unknown event, or there already."""
    if not isinstance(sent, dict):
        return {"base": ["is not an object"]}
    known = PROJECT_LEVEL if found.project_id else COMPANY_LEVEL
    resource, event = sent.get("resource_name"), str(sent.get("event_type") or "").lower()
    if not isinstance(resource, str) or resource not in known:
        return {"resource_name": ["is not a known resource here"]}
    if event not in known[resource]:
        return {"event_type": ["is not sent for this resource"]}
    if found.wants(resource, event):
        return {"base": ["has already been taken"]}
    return {}


def add_trigger(world: World, found: Hook, sent: Any) -> Any:
    return world.hooks.add_trigger(found, sent["resource_name"], str(sent["event_type"]).lower())


def masked(authorization: str) -> dict[str, str]:
    """All but the last five letters are hidden."""
    hidden = "*" * max(0, len(authorization) - 5)
    return {"Authorization": hidden + authorization[-5:]} if authorization else {}


def deliveries(found: Hook) -> list[Delivery]:
    """Oldest first, those still waiting last."""
    return [*found.past, *(message for message in found.queue if message.attempts)]


def resources(call: Call) -> dict[str, tuple[str, ...]]:
    at_project = "project_id" in call.ids or call.number("project_id")
    return PROJECT_LEVEL if at_project else COMPANY_LEVEL


def bulk(world: World, found: Hook, sent: list[Any]) -> tuple[list[Any], list[Any]]:
    """The triggers made, and the rows refused with their errors."""
    made, refused = [], []
    for row in sent:
        errors = trigger_errors(found, row)
        if errors:
            refused.append({**(row if isinstance(row, dict) else {}), "errors": errors})
        else:
            made.append(add_trigger(world, found, row))
    return made, refused


def multi(body: Any, refused: list[Any], status: int) -> Answer:
    return Answer(body, 207 if refused else status)
