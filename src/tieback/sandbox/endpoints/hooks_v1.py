"""Webhooks, version 1.0 of their calls: numbers as ids, a hook under `hook`."""

from typing import Any

from tieback.sandbox.answers import Answer, Refused, by_field, said
from tieback.sandbox.call import Call, as_number
from tieback.sandbox.clock import as_stamp
from tieback.sandbox.endpoints import hook_calls
from tieback.sandbox.hooks import Delivery, Hook, Trigger, payload
from tieback.sandbox.routing import routes
from tieback.sandbox.world import World

_HOOKS = "/rest/v1.0/webhooks/hooks"
_TRIGGERS = f"{_HOOKS}/{{hook_id}}/triggers"
_OUTCOMES = {"delivered": "ok", "retrying": "retried", "discarded": "discarded"}
_STATUSES = {"successful": {"ok"}, "failing": {"retried", "failed"}, "discarded": {"discarded"}}


def _shown(hook: Hook) -> dict[str, Any]:
    return {
        "id": hook.id,
        "api_version": "v2" if hook.version == "v2.0" else hook.version,
        "destination_headers": hook_calls.masked(hook.authorization),
        "destination_url": hook.url,
        "owned_by_company_id": None if hook.project_id else hook.company_id,
        "owned_by_project_id": hook.project_id or None,
        "owned_by_user_id": hook.user_id,
        "namespace": hook.namespace,
    }


def _trigger(hook: Hook, trigger: Trigger) -> dict[str, Any]:
    return {
        "id": trigger.id,
        "webhook_hook_id": hook.id,
        "resource_name": trigger.resource,
        "resource_id": None,
        "event_type": trigger.event.upper(),
        "company_id": hook.company_id,
        "project_id": hook.project_id or None,
        "user_id": hook.user_id,
    }


@routes.on("GET", _HOOKS, tool="webhooks")
def list_hooks(world: World, call: Call) -> Answer:
    return Answer([_shown(hook) for hook in hook_calls.hooks(world, call)])


@routes.on("POST", _HOOKS, tool="webhooks")
def create_hook(world: World, call: Call) -> Answer:
    wanted = hook_calls.read(call, call.wrapped("hook"), "api_version", is_new=True)
    return Answer(_shown(hook_calls.add(world, call, wanted)), 201)


@routes.on("PATCH", f"{_HOOKS}/{{id}}", tool="webhooks")
def update_hook(world: World, call: Call) -> Answer:
    hook = hook_calls.hook(world, call)
    wanted = hook_calls.read(call, call.wrapped("hook"), "api_version", is_new=False)
    hook_calls.change(world, hook, wanted)
    return Answer(_shown(hook))


@routes.on("DELETE", f"{_HOOKS}/{{id}}", tool="webhooks")
def delete_hook(world: World, call: Call) -> Answer:
    hook = hook_calls.hook(world, call)
    hook_calls.drop(world, hook)
    return Answer(_shown(hook))


@routes.on("GET", _TRIGGERS, tool="webhooks")
def list_triggers(world: World, call: Call) -> Answer:
    hook = hook_calls.hook(world, call, "hook_id")
    return Answer([_trigger(hook, trigger) for trigger in hook.triggers.values()])


@routes.on("POST", _TRIGGERS, tool="webhooks")
def create_trigger(world: World, call: Call) -> Answer:
    hook = hook_calls.hook(world, call, "hook_id")
    sent = call.wrapped("trigger")
    errors = hook_calls.trigger_errors(hook, sent)
    if errors:
        raise Refused(422, by_field(errors))
    return Answer(_trigger(hook, hook_calls.add_trigger(world, hook, sent)), 201)


@routes.on("DELETE", f"{_TRIGGERS}/{{id}}", tool="webhooks")
def delete_trigger(world: World, call: Call) -> Answer:
    hook = hook_calls.hook(world, call, "hook_id")
    trigger = hook.triggers.pop(call.ids["id"], None)
    if trigger is None:
        raise hook_calls.missing(call, "The trigger was not found.")
    return Answer(_trigger(hook, trigger))


@routes.on("POST", f"{_TRIGGERS}/bulk", tool="webhooks")
def create_triggers(world: World, call: Call) -> Answer:
    """The body is not documented: a list, or an object with `triggers` (inferred)."""
    hook = hook_calls.hook(world, call, "hook_id")
    made, refused = hook_calls.bulk(world, hook, _rows(call, "triggers"))
    body: dict[str, Any] = {"success": [_trigger(hook, trigger) for trigger in made]}
    return hook_calls.multi({**body, "errors": refused} if refused else body, refused, 200)


@routes.on("DELETE", f"{_TRIGGERS}/bulk", tool="webhooks")
def delete_triggers(world: World, call: Call) -> Answer:
    """The same, a list of ids or an object with `ids` (inferred)."""
    hook = hook_calls.hook(world, call, "hook_id")
    wanted = [as_number(each) for each in _rows(call, "ids")]
    gone = [each for each in wanted if each and hook.triggers.pop(each, None)]
    refused = [each for each in wanted if each not in gone]
    body: dict[str, Any] = {"success": gone}
    return hook_calls.multi({**body, "errors": refused} if refused else body, refused, 200)


@routes.on("GET", f"{_HOOKS}/{{hook_id}}/deliveries", tool="webhooks")
def list_deliveries(world: World, call: Call) -> Answer:
    """Paged by `page_size` and the last id of the page before, `page_start`."""
    hook = hook_calls.hook(world, call, "hook_id")
    status = call.filter("status") or call.text("filter[status]") or "any"
    after, size = call.number("page_start") or 0, call.number("page_size") or 100
    found = [
        _delivery(hook, message)
        for message in hook_calls.deliveries(hook)
        if message.id > after
        and (status == "any" or _OUTCOMES.get(message.outcome) in _STATUSES.get(status, set()))
    ]
    return Answer(found[: max(0, size)])


@routes.on("GET", "/rest/v1.0/webhooks/resources", tool="webhooks")
def list_resources(world: World, call: Call) -> Answer:
    return Answer(
        [
            {
                "api_version": "v2",
                "product_category": "",
                "tools": name,
                "except": [],
                **{event: event if event in events else "" for event in ("create", "update")},
                "delete": "delete" if "delete" in events else "",
            }
            for name, events in hook_calls.resources(call).items()
        ]
    )


@routes.on("GET", "/rest/v1.0/webhooks/resources/api_versions", tool="webhooks")
def list_versions(world: World, call: Call) -> Answer:
    return Answer(["v2"])


def _rows(call: Call, name: str) -> list[Any]:
    rows = call.body.get(name) if isinstance(call.body, dict) else call.body
    if not isinstance(rows, list):
        raise call.refused(400, f"param is missing or the value is empty: {name}", about=name)
    if len(rows) > hook_calls.MOST_AT_ONCE:
        raise Refused(413, said(f"At most {hook_calls.MOST_AT_ONCE} at once."))
    return rows


def _delivery(hook: Hook, message: Delivery) -> dict[str, Any]:
    last = message.attempts[-1] if message.attempts else None
    return {
        "event": payload(message, "v2.0"),
        "event_id": message.id,
        "outcome": _OUTCOMES.get(message.outcome, "failed"),
        "response_body": last.body if last else None,
        "response_error": last.error if last else None,
        "response_status": (last.status or None) if last else None,
        "response_headers": {},
        "started_at": as_stamp(last.started) if last else None,
        "completed_at": as_stamp(last.completed) if last else None,
    }
