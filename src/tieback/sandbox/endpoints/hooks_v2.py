"""Webhooks, version 2.0 of their calls: texts as ids, everything under `data`."""

from typing import Any

from tieback.sandbox.answers import Answer, Refused, of_v2
from tieback.sandbox.call import Call, as_number
from tieback.sandbox.clock import as_stamp
from tieback.sandbox.endpoints import hook_calls
from tieback.sandbox.hooks import Delivery, Hook, Trigger, payload
from tieback.sandbox.pages import paged
from tieback.sandbox.routing import routes
from tieback.sandbox.world import World

_OF_COMPANY = "/rest/v2.0/companies/{company_id}/webhooks"
_OF_PROJECT = "/rest/v2.0/companies/{company_id}/projects/{project_id}/webhooks"


def _at(path: str) -> tuple[str, str]:
    return f"{_OF_COMPANY}{path}", f"{_OF_PROJECT}{path}"


def _shown(hook: Hook) -> dict[str, Any]:
    return {
        "id": str(hook.id),
        "status": "active" if hook.is_active else "disabled",
        "payload_version": hook.version,
        "namespace": hook.namespace,
        "destination_headers": hook_calls.masked(hook.authorization),
        "destination_url": hook.url,
        "trigger_count": len(hook.triggers),
        "company_id": str(hook.company_id),
        "project_id": str(hook.project_id) if hook.project_id else None,
        "created_at": as_stamp(hook.created),
        "updated_at": as_stamp(hook.updated),
    }


def _trigger(hook: Hook, trigger: Trigger) -> dict[str, Any]:
    return {
        "id": str(trigger.id),
        "webhook_hook_id": str(hook.id),
        "resource_name": trigger.resource,
        "event_type": trigger.event,
        "company_id": str(hook.company_id),
        "project_id": str(hook.project_id) if hook.project_id else None,
    }


@routes.on("GET", *_at("/hooks"), tool="webhooks")
def list_hooks(world: World, call: Call) -> Answer:
    version = call.text("payload_version")
    found = [hook for hook in hook_calls.hooks(world, call) if version in (None, hook.version)]
    return paged(call, world.switches, found, _shown)


@routes.on("POST", *_at("/hooks"), tool="webhooks")
def create_hook(world: World, call: Call) -> Answer:
    wanted = hook_calls.read(call, call.sent(), "payload_version", is_new=True)
    return Answer({"data": _shown(hook_calls.add(world, call, wanted))}, 201)


@routes.on("GET", *_at("/hooks/{id}"), tool="webhooks")
def show_hook(world: World, call: Call) -> Answer:
    return Answer({"data": _shown(hook_calls.hook(world, call))})


@routes.on("PATCH", *_at("/hooks/{id}"), tool="webhooks")
def update_hook(world: World, call: Call) -> Answer:
    hook = hook_calls.hook(world, call)
    wanted = hook_calls.read(call, call.sent(), "payload_version", is_new=False)
    status = call.sent().get("status")
    if status in ("active", "disabled"):
        wanted["is_active"] = status == "active"
    hook_calls.change(world, hook, wanted)
    return Answer({"data": _shown(hook)})


@routes.on("DELETE", *_at("/hooks/{id}"), tool="webhooks")
def delete_hook(world: World, call: Call) -> Answer:
    hook_calls.drop(world, hook_calls.hook(world, call))
    return Answer(None, 204)


@routes.on("GET", *_at("/hooks/{hook_id}/triggers"), tool="webhooks")
def list_triggers(world: World, call: Call) -> Answer:
    hook = hook_calls.hook(world, call, "hook_id")
    found = list(hook.triggers.values())
    return paged(call, world.switches, found, lambda trigger: _trigger(hook, trigger))


@routes.on("POST", *_at("/hooks/{hook_id}/triggers"), tool="webhooks")
def create_trigger(world: World, call: Call) -> Answer:
    hook = hook_calls.hook(world, call, "hook_id")
    errors = hook_calls.trigger_errors(hook, call.sent())
    if errors:
        name, messages = next(iter(errors.items()))
        raise Refused(422, of_v2(422, f"{name} {messages[0]}", source=name))
    made = hook_calls.add_trigger(world, hook, call.sent())
    return Answer({"data": _trigger(hook, made)}, 201)


@routes.on("DELETE", *_at("/hooks/{hook_id}/triggers/{id}"), tool="webhooks")
def delete_trigger(world: World, call: Call) -> Answer:
    hook = hook_calls.hook(world, call, "hook_id")
    if hook.triggers.pop(call.ids["id"], None) is None:
        raise hook_calls.missing(call, "The trigger was not found.")
    return Answer(None, 204)


@routes.on("POST", f"{_OF_COMPANY}/hooks/{{hook_id}}/triggers/bulk", tool="webhooks")
def create_triggers(world: World, call: Call) -> Answer:
    hook = hook_calls.hook(world, call, "hook_id")
    made, refused = hook_calls.bulk(world, hook, _rows(call))
    shown = [_trigger(hook, trigger) for trigger in made]
    body = {"succeeded": shown, "failed": refused} if refused else shown
    return hook_calls.multi({"data": body}, refused, 201)


@routes.on("DELETE", f"{_OF_COMPANY}/hooks/{{hook_id}}/triggers/bulk", tool="webhooks")
def delete_triggers(world: World, call: Call) -> Answer:
    hook = hook_calls.hook(world, call, "hook_id")
    rows = _rows(call)
    gone = [str(each) for each in rows if hook.triggers.pop(as_number(each) or 0, None)]
    refused = [each for each in rows if str(each) not in gone]
    data = {"succeeded": gone, **({"failed": refused} if refused else {})}
    return hook_calls.multi({"data": data}, refused, 200)


@routes.on("GET", *_at("/hooks/{hook_id}/deliveries"), tool="webhooks")
def list_deliveries(world: World, call: Call) -> Answer:
    hook = hook_calls.hook(world, call, "hook_id")
    wanted = call.text("filter[status]")
    status = "delivered" if wanted == "succeeded" else wanted
    resource, event = call.text("filter[resource_name]"), call.text("filter[event_type]")
    found = [
        message
        for message in [*hook.past, *hook.queue]
        if status in (None, message.outcome)
        and resource in (None, message.resource)
        and event in (None, message.event)
    ]
    return paged(call, world.switches, found, lambda message: _delivery(hook, message))


@routes.on("GET", *_at("/resources"), tool="webhooks")
def list_resources(world: World, call: Call) -> Answer:
    version = call.text("payload_version")
    if version not in hook_calls.VERSIONS:
        raise call.refused(400, "payload_version is v2.0, v3.0 or v4.0.", about="payload_version")
    rows = list(hook_calls.resources(call).items())
    return paged(
        call,
        world.switches,
        rows,
        lambda row: {
            "category": "",
            "tool": row[0],
            "name": row[0],
            "payload_version": version,
            "actions": [{"name": event} for event in row[1]],
        },
    )


def _rows(call: Call) -> list[Any]:
    if not isinstance(call.body, list):
        raise call.refused(400, "The body has to be a JSON array.")
    if len(call.body) > hook_calls.MOST_AT_ONCE:
        raise call.refused(413, f"At most {hook_calls.MOST_AT_ONCE} at once.")
    return call.body


def _delivery(hook: Hook, message: Delivery) -> dict[str, Any]:
    return {
        "id": str(message.id),
        "status": message.outcome,
        "payload": payload(message, hook.version),
        "delivery_attempts": [
            {
                "started_at": as_stamp(attempt.started),
                "completed_at": as_stamp(attempt.completed),
                "response_status": attempt.status or None,
                "response_error": attempt.error or None,
            }
            for attempt in message.attempts
        ],
    }
