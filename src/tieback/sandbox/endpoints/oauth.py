"""Giving out tokens: the three grants, rotation of refresh tokens, and their end."""

import base64
import binascii
import secrets
from urllib.parse import urlencode, urlsplit

from tieback.sandbox.answers import Answer, Refused, of_v2
from tieback.sandbox.call import Call
from tieback.sandbox.routing import routes
from tieback.sandbox.tokens import OUT_OF_BAND, App, Code, Token
from tieback.sandbox.world import World


@routes.on("GET", "/oauth/authorize", is_open=True)
def authorize(world: World, call: Call) -> Answer:
    """Says yes in the name of the company's admin, as if they had logged in and agreed."""
    app = world.apps.get(call.text("client_id") or "")
    address = call.text("redirect_uri") or ""
    if app is None or address not in app.redirect_uris:
        raise _refused(world, 401, "invalid_client", "The client or its redirect_uri is unknown.")
    if call.text("response_type") != "code":
        raise _refused(world, 400, "unsupported_response_type", "Only the code grant is known.")
    person = next(iter(world.people.values()))
    word = world.tokens.give_code(
        Code(app.client_id, address, person.id, world.clock.now() + world.switches.code_seconds)
    )
    if address == OUT_OF_BAND:
        return Answer(text=f"<!doctype html><title>Code</title><p><code>{word}</code></p>")
    state = call.text("state")
    query = urlencode({"code": word, **({"state": state} if state else {})})
    sign = "&" if urlsplit(address).query else "?"
    return Answer(None, 302, [("location", f"{address}{sign}{query}")])


@routes.on("POST", "/oauth/token", is_open=True)
def give_token(world: World, call: Call) -> Answer:
    app = _client(world, call)
    grant = call.sent().get("grant_type")
    if grant == "client_credentials":
        token = _give(world, app, app.service_user_id, "", refreshable=False)
    elif grant == "authorization_code":
        token = _by_code(world, call, app)
    elif grant == "refresh_token":
        token = _by_refresh(world, call, app)
    else:
        raise _refused(
            world, 400, "unsupported_grant_type", "The authorization grant type is not supported."
        )
    body = {
        "access_token": token.access,
        "token_type": "bearer",
        "expires_in": world.switches.token_seconds,
        "created_at": int(token.created),
    }
    return Answer(body | ({"refresh_token": token.refresh} if token.refresh else {}))


@routes.on("GET", "/oauth/token/info", is_open=True)
def show_token(world: World, call: Call) -> Answer:
    token = bearer(world, call)
    return Answer(
        {
            "resource_owner_id": token.user_id,
            "scopes": [],
            "expires_in_seconds": int(token.expires - world.clock.now()),
            "application": {"uid": token.client_id},
            "created_at": int(token.created),
        }
    )


@routes.on("POST", "/oauth/revoke", is_open=True)
def revoke(world: World, call: Call) -> Answer:
    """Always 200, whatever the token was."""
    word = call.sent().get("token")
    if isinstance(word, str):
        world.tokens.revoke(word)
    return Answer({})


def bearer(world: World, call: Call) -> Token:
    """The token of the call; raises Refused (401) when it is missing, wrong or past its end."""
    scheme, _, word = call.headers.get("authorization", "").partition(" ")
    token = world.tokens.valid(word.strip(), world.clock.now())
    if scheme.lower() != "bearer" or token is None:
        raise call.refused(401, "The access token is invalid")
    return token


def _client(world: World, call: Call) -> App:
    """By fields of the body, or by HTTP Basic as other people's clients do (RFC 6749, 2.3.1)."""
    sent = call.sent()
    name, secret = sent.get("client_id"), sent.get("client_secret")
    if name is None:
        name, secret = _basic(call.headers.get("authorization", ""))
    app = world.apps.get(name) if isinstance(name, str) else None
    if app is None or not isinstance(secret, str) or secret != app.client_secret:
        raise _refused(world, 401, "invalid_client", "Client authentication failed.")
    return app


def _basic(header: str) -> tuple[str, str]:
    scheme, _, word = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, secret = base64.b64decode(word, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, secret


def _by_code(world: World, call: Call, app: App) -> Token:
    sent = call.sent()
    word = sent.get("code")
    code = world.tokens.codes.pop(word, None) if isinstance(word, str) else None
    if (
        code is None
        or code.client_id != app.client_id
        or code.redirect_uri != sent.get("redirect_uri")
        or world.clock.now() >= code.expires
    ):
        raise _refused(world, 401, "invalid_grant", "The authorization code is invalid")
    return _give(world, app, code.user_id, secrets.token_hex(8), refreshable=True)


def _by_refresh(world: World, call: Call, app: App) -> Token:
    word = call.sent().get("refresh_token")
    old = world.tokens.by_refresh.get(word) if isinstance(word, str) else None
    if old is None or old.client_id != app.client_id:
        raise _refused(world, 401, "invalid_grant", "The refresh token is invalid")
    # Single use: it is gone before the new one is made.
    world.tokens.by_refresh.pop(old.refresh)
    if world.switches.refresh_ends_old_token:
        world.tokens.by_access.pop(old.access, None)
    return _give(world, app, old.user_id, old.grant, refreshable=True)


def _give(world: World, app: App, user_id: int, grant: str, *, refreshable: bool) -> Token:
    return world.tokens.give(
        app,
        user_id,
        now=world.clock.now(),
        seconds=world.switches.token_seconds,
        grant=grant,
        refreshable=refreshable,
    )


def _refused(world: World, status: int, word: str, message: str) -> Refused:
    if world.switches.oauth_errors_like_v2:
        return Refused(status, of_v2(status, message))
    return Refused(status, {"error": word, "error_description": message})
