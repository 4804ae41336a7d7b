from tests.sandbox.direct import Caller
from tieback.sandbox import Sandbox
from tieback.sandbox.tokens import OUT_OF_BAND


def me(caller: Caller) -> int:
    return caller.get("/rest/v1.0/me").status_code


def test_client_credentials_give_a_token_of_ninety_minutes_without_a_refresh_token(
    caller: Caller, sandbox: Sandbox
) -> None:
    answer = caller.token(grant_type="client_credentials").json()

    assert set(answer) == {"access_token", "token_type", "expires_in", "created_at"}
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 5400)
    assert abs(answer["created_at"] - sandbox.clock.now()) < 2


def test_a_token_ends_when_it_said_it_would(caller: Caller, sandbox: Sandbox) -> None:
    sandbox.clock.advance(5399)
    before = me(caller)
    sandbox.clock.advance(2)
    after = caller.get("/rest/v1.0/me")

    assert (before, after.status_code) == (200, 401)
    assert after.json()["message"] == "The access token is invalid"


def test_a_wrong_secret_gives_nothing(caller: Caller) -> None:
    answer = caller.token(grant_type="client_credentials", client_secret="guessed")

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_credentials_may_come_as_json_as_multipart_and_as_basic(
    caller: Caller, sandbox: Sandbox
) -> None:
    app = sandbox.app
    fields = {
        "grant_type": "client_credentials",
        "client_id": app.client_id,
        "client_secret": app.client_secret,
    }
    bare = {"grant_type": "client_credentials"}

    answers = [
        caller.post("/oauth/token", json=fields),
        caller.post("/oauth/token", files={name: (None, said) for name, said in fields.items()}),
        caller.post("/oauth/token", data=bare, auth=(app.client_id, app.client_secret)),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]


def test_a_code_is_handed_to_the_redirect_with_the_state(caller: Caller, sandbox: Sandbox) -> None:
    asked = {
        "response_type": "code",
        "client_id": sandbox.app.client_id,
        "redirect_uri": "http://127.0.0.1/callback",
        "state": "a b",
    }

    answer = caller.get("/oauth/authorize", params=asked)

    assert answer.status_code == 302
    assert answer.headers["location"].startswith("http://127.0.0.1/callback?code=")
    assert answer.headers["location"].endswith("&state=a+b")


def test_without_a_browser_the_code_stands_on_a_page(caller: Caller, sandbox: Sandbox) -> None:
    asked = {
        "response_type": "code",
        "client_id": sandbox.app.client_id,
        "redirect_uri": OUT_OF_BAND,
    }

    page = caller.get("/oauth/authorize", params=asked).text
    code = page.partition("<code>")[2].partition("</code>")[0]

    answer = caller.token(grant_type="authorization_code", code=code, redirect_uri=OUT_OF_BAND)
    assert answer.status_code == 200


def test_an_unregistered_redirect_is_refused(caller: Caller, sandbox: Sandbox) -> None:
    asked = {
        "response_type": "code",
        "client_id": sandbox.app.client_id,
        "redirect_uri": "http://evil.example/",
    }

    answer = caller.get("/oauth/authorize", params=asked)

    assert (answer.status_code, "location" in answer.headers) == (401, False)


def code_of(caller: Caller) -> dict[str, str]:
    address = "http://127.0.0.1/callback"
    asked = {
        "response_type": "code",
        "client_id": caller.app.client_id,
        "redirect_uri": address,
    }
    location = caller.get("/oauth/authorize", params=asked).headers["location"]
    return {
        "grant_type": "authorization_code",
        "code": location.rpartition("code=")[2],
        "redirect_uri": address,
    }


def test_a_code_is_good_once(caller: Caller) -> None:
    fields = code_of(caller)

    statuses = [caller.token(**fields).status_code for _ in range(2)]

    assert statuses == [200, 401]


def test_a_code_is_good_for_ten_minutes(caller: Caller, sandbox: Sandbox) -> None:
    fields = code_of(caller)
    sandbox.clock.advance(601)

    assert caller.token(**fields).status_code == 401


def test_a_code_of_another_app_is_refused(caller: Caller, sandbox: Sandbox) -> None:
    fields = code_of(caller)

    assert Caller(sandbox, sandbox.other_app).token(**fields).status_code == 401


def test_a_refresh_token_is_good_once_and_brings_the_next(caller: Caller) -> None:
    first = caller.log_in_as_person()["refresh_token"]

    answer = caller.token(grant_type="refresh_token", refresh_token=first).json()
    again = caller.token(grant_type="refresh_token", refresh_token=first)
    second = caller.token(grant_type="refresh_token", refresh_token=answer["refresh_token"])

    assert answer["refresh_token"] != first
    assert (again.status_code, second.status_code) == (401, 200)
    assert again.json()["error_description"] == "The refresh token is invalid"


def test_a_refresh_token_outlives_its_access_token(caller: Caller, sandbox: Sandbox) -> None:
    refresh = caller.log_in_as_person()["refresh_token"]
    sandbox.clock.advance(90 * 86400)

    assert caller.token(grant_type="refresh_token", refresh_token=refresh).status_code == 200


def test_revoking_an_access_token_takes_its_refresh_token_along(caller: Caller) -> None:
    given = caller.log_in_as_person()

    answer = caller.post("/oauth/revoke", json={"token": given["access_token"]})

    refreshed = caller.token(grant_type="refresh_token", refresh_token=given["refresh_token"])
    assert (answer.status_code, me(caller), refreshed.status_code) == (200, 401, 401)


def test_revoking_what_is_no_token_is_answered_the_same(caller: Caller) -> None:
    assert caller.post("/oauth/revoke", json={"token": "nothing"}).status_code == 200


def test_a_token_says_whose_it_is_and_how_long_it_holds(caller: Caller, sandbox: Sandbox) -> None:
    caller.log_in_as_person()

    said = caller.get("/oauth/token/info").json()

    assert said["resource_owner_id"] == next(iter(sandbox.world.people))
    assert said["application"] == {"uid": sandbox.app.client_id}
    assert 5390 < said["expires_in_seconds"] <= 5400


def test_an_unknown_grant_is_refused(caller: Caller) -> None:
    answer = caller.token(grant_type="password")

    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_token_errors_can_take_the_shape_of_version_two(caller: Caller, sandbox: Sandbox) -> None:
    sandbox.switches.set(oauth_errors_like_v2=True)

    answer = caller.token(grant_type="refresh_token", refresh_token="none")

    assert answer.json()["error"]["code"] == "UNAUTHORIZED"
