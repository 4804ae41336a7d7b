"""Hands webhook messages over, in a thread of its own, so that no call waits for a listener."""

from threading import Event, Thread

import httpx

from tieback.sandbox.hooks import Attempt, Delivery, Hook, payload
from tieback.sandbox.world import World

# The clock may be put forward while nothing happens, so it is looked at again this often.
_LOOK_AGAIN = 0.1
_KEPT_OF_ANSWER = 1000


class Deliverer:
    """Posts what is due until it is stopped."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="sandbox-webhooks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop, after the message under way."""
        self._stopping.set()
        with self._world.hooks.news:
            self._world.hooks.news.notify()
        self._thread.join()

    def _run(self) -> None:
        with httpx.Client(follow_redirects=False, trust_env=False) as client:
            while not self._stopping.is_set():
                with self._world.lock:
                    due = list(self._world.hooks.due())
                for hook, message in due:
                    self._hand_over(client, hook, message)
                if not due:
                    with self._world.hooks.news:
                        self._world.hooks.news.wait(_LOOK_AGAIN)

    def _hand_over(self, client: httpx.Client, hook: Hook, message: Delivery) -> None:
        attempt = self._post(client, hook, message)
        with self._world.lock:
            if hook.id in self._world.hooks.hooks:
                self._world.hooks.settle(hook, message, attempt)

    def _post(self, client: httpx.Client, hook: Hook, message: Delivery) -> Attempt:
        clock = self._world.clock
        started = clock.now()
        try:
            answer = client.post(
                hook.url,
                json=payload(message, hook.version),
                headers={"Authorization": hook.authorization} if hook.authorization else {},
                timeout=self._world.switches.hook_timeout,
            )
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as problem:
            return Attempt(started, clock.now(), 0, str(problem) or type(problem).__name__)
        return Attempt(started, clock.now(), answer.status_code, body=answer.text[:_KEPT_OF_ANSWER])
