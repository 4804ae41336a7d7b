"""Webhooks: who wants to hear of what, and what is owed to them."""

import random
import secrets
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from threading import Condition
from typing import Any

from tieback.sandbox.clock import Clock, as_stamp
from tieback.sandbox.switches import Switches

Events = dict[str, tuple[str, ...]]
COMPANY_LEVEL: Events = {
    "Projects": ("create", "update"),
    "Company Vendors": ("create", "update"),
    "Line Item Types": ("create", "update", "delete"),
    "Standard Cost Codes": ("create", "update", "delete"),
    "Standard Cost Code Lists": ("create",),
}
PROJECT_LEVEL: Events = {
    "Cost Codes": ("create", "update", "delete"),
    "Sub Jobs": ("create", "update", "delete"),
}
# How many deliveries of one hook can still be listed.
_REMEMBERED = 20_000
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Author:
    """Whose change it was: a person, and the app that they used, if any."""

    user_id: int
    client_id: str = ""
    app_id: int | None = None


@dataclass(slots=True)
class Attempt:
    """One try to hand a message over. `status` is 0 when no answer came."""

    started: float
    completed: float
    status: int
    error: str = ""
    body: str = ""


@dataclass(slots=True)
class Delivery:
    """One message to one hook. `outcome`: enqueued, retrying, delivered, discarded."""

    id: int
    ulid: str
    event: str
    resource: str
    resource_id: int
    company_id: int
    project_id: int
    at: float
    by: Author
    outcome: str = "enqueued"
    attempts: list[Attempt] = field(default_factory=list)


@dataclass(slots=True)
class Trigger:
    """A resource and an event type (create, update, delete) that a hook wants to hear of."""

    id: int
    resource: str
    event: str


@dataclass(slots=True)
class Hook:
    """Where messages go, in which `version`; `wait` and `failing_since` are its back-off."""

    id: int
    client_id: str
    user_id: int
    company_id: int
    project_id: int
    namespace: str
    url: str
    authorization: str
    version: str
    created: float
    updated: float
    is_active: bool = True
    triggers: dict[int, Trigger] = field(default_factory=dict)
    queue: deque[Delivery] = field(default_factory=deque)
    past: deque[Delivery] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    wait: float = 0.0
    next_try: float = 0.0
    failing_since: float = 0.0

    def wants(self, resource: str, event: str) -> bool:
        return any(t.resource == resource and t.event == event for t in self.triggers.values())


class Webhooks:
    """All hooks and their queues. The deliverer waits on `news`."""

    def __init__(self, clock: Clock, switches: Switches, new_id: Callable[[], int]) -> None:
        self.hooks: dict[int, Hook] = {}
        self.news = Condition()
        self._clock = clock
        self._switches = switches
        self._new_id = new_id
        self._events = count(1)
        self._chance = random.Random(1)  # noqa: S311 - decides which message comes twice

    def add(self, **said: Any) -> Hook:
        now = self._clock.now()
        hook = Hook(id=self._new_id(), created=now, updated=now, **said)
        self.hooks[hook.id] = hook
        return hook

    def add_trigger(self, hook: Hook, resource: str, event: str) -> Trigger:
        trigger = Trigger(self._new_id(), resource, event)
        hook.triggers[trigger.id] = trigger
        return trigger

    def of(self, client_id: str, company_id: int, project_id: int) -> list[Hook]:
        """The app's hooks of one company, or of one project."""
        return [
            hook
            for hook in self.hooks.values()
            if (hook.client_id, hook.company_id, hook.project_id)
            == (client_id, company_id, project_id)
        ]

    def owe(
        self,
        *,
        resource: str,
        event: str,
        resource_id: int,
        company_id: int,
        project_id: int,
        by: Author,
    ) -> None:
        """Queue the message for each hook that wants it; some go astray when told to."""
        level = project_id if resource in PROJECT_LEVEL else 0
        for hook in self._listening(resource, event, company_id, level):
            number = next(self._events)
            message = Delivery(
                number, ulid(self._clock.now()), event, resource, resource_id, company_id,
                project_id, self._clock.now(), by,
            )  # fmt: skip
            if self._chance.random() >= self._switches.hook_losses:
                self.put(hook, message)

    def put(self, hook: Hook, message: Delivery) -> None:
        with self.news:
            hook.queue.append(message)
            self.news.notify()

    def repeat(self, times: int) -> int:
        """Send every delivered message again, `times` over, as a storm; how many."""
        sent = 0
        for hook in self.hooks.values():
            for message in list(hook.past) * times:
                self.put(hook, message)
                sent += 1
        return sent

    def due(self) -> Iterator[tuple[Hook, Delivery]]:
        """What is to be sent now: one message of every hook that is not waiting."""
        now = self._clock.now()
        for hook in list(self.hooks.values()):
            if hook.queue and hook.is_active and hook.next_try <= now:
                at = 0
                if self._chance.random() < self._switches.hook_disorder:
                    at = self._chance.randrange(len(hook.queue))
                yield hook, hook.queue[at]

    def settle(self, hook: Hook, message: Delivery, attempt: Attempt) -> None:
        """Take note of how it went: done, to be tried again later, or the queue dropped."""
        message.attempts.append(attempt)
        if 200 <= attempt.status < 300:
            self._delivered(hook, message)
            return
        message.outcome = "retrying"
        now = self._clock.now()
        hook.failing_since = hook.failing_since or attempt.started
        if now - hook.failing_since >= self._switches.hook_gives_up_after:
            self._discard(hook)
            return
        first, longest = self._switches.hook_first_wait, self._switches.hook_longest_wait
        hook.wait = min(longest, hook.wait * 2 or first)
        hook.next_try = now + hook.wait

    def _delivered(self, hook: Hook, message: Delivery) -> None:
        message.outcome = "delivered"
        hook.queue.remove(message)
        hook.past.append(message)
        hook.wait = hook.next_try = hook.failing_since = 0.0
        if self._chance.random() < self._switches.hook_duplicates:
            hook.queue.append(message)

    def _discard(self, hook: Hook) -> None:
        for message in hook.queue:
            message.outcome = "discarded"
            hook.past.append(message)
        hook.queue.clear()
        hook.wait = hook.next_try = hook.failing_since = 0.0

    def _listening(
        self, resource: str, event: str, company_id: int, project_id: int
    ) -> Iterator[Hook]:
        for hook in self.hooks.values():
            if (hook.company_id, hook.project_id) == (company_id, project_id) and hook.wants(
                resource, event
            ):
                yield hook


def payload(message: Delivery, version: str) -> dict[str, Any]:
    """The message as it is posted, in the version that the hook asked for."""
    if version == "v4.0":
        return _fourth(message)
    body = {
        "id": message.id,
        "ulid": message.ulid,
        "timestamp": as_stamp(message.at),
        "metadata": {
            "source_user_id": message.by.user_id,
            "source_project_id": message.project_id or None,
            "source_operation_id": None,
            "source_company_id": message.company_id,
            "source_application_id": message.by.app_id,
        },
        "user_id": message.by.user_id,
        "company_id": message.company_id,
        "project_id": message.project_id or None,
        "api_version": "v3.0" if version == "v3.0" else "v2.0",
        "event_type": message.event,
        "resource_name": message.resource,
        "resource_id": message.resource_id,
    }
    return body | ({"related_resources": []} if version == "v3.0" else {})


def _fourth(message: Delivery) -> dict[str, Any]:
    return {
        "id": message.ulid,
        "timestamp": as_stamp(message.at),
        "reason": message.event,
        "company_id": str(message.company_id),
        "project_id": str(message.project_id) if message.project_id else None,
        "user_id": str(message.by.user_id),
        "resource_type": message.resource,
        "resource_id": str(message.resource_id),
    }


def ulid(now: float) -> str:
    """26 letters: 48 bits of time in milliseconds, then 80 of chance."""
    number = (int(now * 1000) << 80) | secrets.randbits(80)
    return "".join(_ALPHABET[(number >> (5 * at)) & 31] for at in range(25, -1, -1))
