"""The sandbox's own calls, below /sandbox: what it has seen, and what it is to do next.

They need no token: the sandbox listens on this machine alone and holds invented data.
"""

from typing import TYPE_CHECKING, Any

from tieback.sandbox.answers import Answer, Refused, bare
from tieback.sandbox.call import Call
from tieback.sandbox.faults import Fault

if TYPE_CHECKING:
    from tieback.sandbox.app import Sandbox

PREFIX = "/sandbox"


def controlled(sandbox: "Sandbox", call: Call) -> Answer:
    """Do what the call wants of the sandbox; a wrong wish is a 400 that says why."""
    with sandbox.world.lock:
        try:
            # curl says that it sends a form unless told otherwise.
            call.headers = {}
            call.read_body()
            handler = _HANDLERS.get((call.method, call.path.rstrip("/")))
            if handler is None:
                raise Refused(404, bare(f"There are {', '.join(sorted(_known()))}."))
            body = handler(sandbox, call.sent())
            sandbox.keep()
            return Answer(body)
        except Refused as refusal:
            return refusal.answer
        except (ValueError, TypeError, KeyError) as problem:
            return Answer(bare(str(problem)), 400)


def described(sandbox: "Sandbox") -> dict[str, Any]:
    """Everything that a client has to be told to use the sandbox."""
    permitted = sandbox.installation.permitted
    return {
        "client_id": sandbox.app.client_id,
        "client_secret": sandbox.app.client_secret,
        "redirect_uris": sorted(sandbox.app.redirect_uris),
        "company_id": sandbox.company.id,
        "company": sandbox.company.name,
        "neighbor_company_id": sandbox.neighbor.id,
        "projects": sandbox.world.tables["projects"].count(sandbox.company.id),
        "permitted": None if permitted is None else len(permitted),
        "connected": sandbox.installation.is_connected,
        "denied": sorted(sandbox.installation.denied),
    }


def _describe(sandbox: "Sandbox", sent: dict[str, Any]) -> Any:
    return described(sandbox)


def _calls(sandbox: "Sandbox", sent: dict[str, Any]) -> Any:
    return {
        "calls": dict(sandbox.calls),
        "statuses": {str(status): count for status, count in sandbox.statuses.items()},
        "unpublished": dict(sandbox.unpublished),
        "refused_by_limit": sandbox.limits.refused,
    }


def _forget_calls(sandbox: "Sandbox", sent: dict[str, Any]) -> Any:
    sandbox.forget_calls()
    return {}


def _faults(sandbox: "Sandbox", sent: dict[str, Any]) -> Any:
    return {"faults": [fault.shown() for fault in sandbox.faults.every]}


def _add_fault(sandbox: "Sandbox", sent: dict[str, Any]) -> Any:
    sandbox.faults.add(Fault(**sent))
    return _faults(sandbox, {})


def _clear_faults(sandbox: "Sandbox", sent: dict[str, Any]) -> Any:
    sandbox.faults.clear()
    return _faults(sandbox, {})


def _switches(sandbox: "Sandbox", sent: dict[str, Any]) -> Any:
    sandbox.switches.set(**sent)
    names = type(sandbox.switches).__slots__
    return {name: getattr(sandbox.switches, name) for name in names}


def _clock(sandbox: "Sandbox", sent: dict[str, Any]) -> Any:
    sandbox.clock.advance(float(sent.get("seconds", 0)))
    return {"now": sandbox.clock.now()}


def _add_projects(sandbox: "Sandbox", sent: dict[str, Any]) -> Any:
    return {"ids": sandbox.add_projects(sent["projects"])}


def _edit_project(sandbox: "Sandbox", sent: dict[str, Any]) -> Any:
    values = dict(sent)
    sandbox.edit_project(values.pop("id"), **values)
    return {}


def _install(sandbox: "Sandbox", sent: dict[str, Any]) -> Any:
    installation = sandbox.installation
    installation.is_connected = bool(sent.get("connected", installation.is_connected))
    if "permitted" in sent:
        wanted = sent["permitted"]
        installation.permitted = None if wanted is None else set(wanted)
    installation.denied = set(sent.get("denied", installation.denied))
    return described(sandbox)


def _end_tokens(sandbox: "Sandbox", sent: dict[str, Any]) -> Any:
    tokens = sandbox.world.tokens
    return {
        "expired": tokens.expire_all() if sent.get("expire") else 0,
        "lost": tokens.lose_refresh_tokens() if sent.get("lose_refresh") else 0,
    }


def _storm(sandbox: "Sandbox", sent: dict[str, Any]) -> Any:
    return {"sent": sandbox.world.hooks.repeat(int(sent.get("times", 1)))}


_HANDLERS = {
    ("GET", PREFIX): _describe,
    ("GET", f"{PREFIX}/calls"): _calls,
    ("DELETE", f"{PREFIX}/calls"): _forget_calls,
    ("GET", f"{PREFIX}/faults"): _faults,
    ("POST", f"{PREFIX}/faults"): _add_fault,
    ("DELETE", f"{PREFIX}/faults"): _clear_faults,
    ("GET", f"{PREFIX}/switches"): _switches,
    ("PATCH", f"{PREFIX}/switches"): _switches,
    ("POST", f"{PREFIX}/clock"): _clock,
    ("POST", f"{PREFIX}/projects"): _add_projects,
    ("PATCH", f"{PREFIX}/projects"): _edit_project,
    ("PATCH", f"{PREFIX}/installation"): _install,
    ("POST", f"{PREFIX}/tokens"): _end_tokens,
    ("POST", f"{PREFIX}/storm"): _storm,
}


def _known() -> set[str]:
    return {f"{method} {path}" for method, path in _HANDLERS}
