from tests.sandbox.direct import Caller
from tieback.sandbox import Sandbox

TEXT = (
    "You have surpassed the max number of requests for an hour. "
    "Please wait until your limit resets."
)


def call(caller: Caller) -> dict[str, str]:
    answer = caller.get("/rest/v1.0/me")
    names = ("limit", "remaining", "reset")
    said = {name: answer.headers.get(f"x-rate-limit-{name}", "") for name in names}
    return {"status": str(answer.status_code), **said}


def test_headers_describe_the_nearer_limit(caller: Caller, sandbox: Sandbox) -> None:
    sandbox.switches.set(hourly_limit=12, spike_limit=10)

    spike = [call(caller) for _ in range(10)][-1]
    sandbox.clock.advance(10)
    hour = call(caller)

    assert (spike["status"], spike["limit"], spike["remaining"]) == ("200", "10", "0")
    assert (hour["status"], hour["limit"], hour["remaining"]) == ("200", "12", "1")


def test_over_the_spike_limit_is_429_until_its_reset(caller: Caller, sandbox: Sandbox) -> None:
    sandbox.switches.set(hourly_limit=100, spike_limit=2)
    for _ in range(2):
        call(caller)

    answer = caller.get("/rest/v1.0/me")
    wait = int(answer.headers["retry-after"])
    sandbox.clock.advance(wait)

    assert answer.status_code == 429
    assert answer.json()["message"] == TEXT
    assert 0 < wait <= 10
    assert abs(int(answer.headers["x-rate-limit-reset"]) - sandbox.clock.now()) <= 1.5
    assert call(caller)["status"] == "200"


def test_over_the_hourly_limit_waiting_ten_seconds_is_not_enough(
    caller: Caller, sandbox: Sandbox
) -> None:
    sandbox.switches.set(hourly_limit=3, spike_limit=100)
    for _ in range(3):
        call(caller)

    refused = call(caller)
    sandbox.clock.advance(11)
    still = call(caller)
    sandbox.clock.advance(3600)
    caller.log_in()

    assert (refused["status"], refused["limit"], refused["remaining"]) == ("429", "3", "0")
    assert (still["status"], call(caller)["status"]) == ("429", "200")


def test_a_new_token_of_a_service_account_is_no_new_budget(
    caller: Caller, sandbox: Sandbox
) -> None:
    sandbox.switches.set(hourly_limit=2, spike_limit=0)
    for _ in range(2):
        call(caller)
    caller.log_in()

    assert call(caller)["status"] == "429"


def test_each_company_that_a_service_account_names_has_its_own_budget(
    caller: Caller, sandbox: Sandbox
) -> None:
    sandbox.switches.set(hourly_limit=1, spike_limit=0)
    call(caller)
    caller.headers["Procore-Company-Id"] = str(sandbox.neighbor.id)

    assert call(caller)["status"] == "403"


def test_another_app_has_its_own_budget(caller: Caller, sandbox: Sandbox) -> None:
    sandbox.switches.set(hourly_limit=1, spike_limit=0)
    call(caller)

    assert call(Caller(sandbox, sandbox.other_app))["status"] == "200"


def test_retry_after_can_be_missing(caller: Caller, sandbox: Sandbox) -> None:
    sandbox.switches.set(hourly_limit=1, retry_after_on_429=False)
    call(caller)

    answer = caller.get("/rest/v1.0/me")

    assert (answer.status_code, "retry-after" in answer.headers) == (429, False)


def test_calls_without_a_token_spend_nobodys_budget(caller: Caller, sandbox: Sandbox) -> None:
    sandbox.switches.set(hourly_limit=2, spike_limit=0)
    stranger = Caller(sandbox)
    stranger.headers["Authorization"] = "Bearer wrong"
    for _ in range(5):
        call(stranger)

    assert call(caller)["remaining"] == "1"


def test_no_limit_is_no_header(caller: Caller) -> None:
    assert call(caller)["limit"] == ""
