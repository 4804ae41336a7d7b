"""Companies made from a seed."""

from dataclasses import replace
from typing import Any

import pytest

from tests.sandbox.conftest import TIDY
from tests.sandbox.direct import Caller
from tieback.sandbox import Sandbox, Seeding
from tieback.sandbox.seeding import secret


def records(sandbox: Sandbox) -> dict[str, list[Any]]:
    """Every record without the times that say when it was made."""
    return {
        name: [
            (record.id, {k: v for k, v in record.fields.items() if not k.endswith("_at")})
            for record in table
        ]
        for name, table in sandbox.world.tables.items()
    }


def test_the_same_seed_makes_the_same_company() -> None:
    first, second = (Sandbox(Seeding(projects=50, seed=7)) for _ in range(2))

    assert records(first) == records(second)
    assert (
        first.app.client_secret
        == second.app.client_secret
        == secret(first.seeding, "client secret")
    )


def test_another_seed_makes_another() -> None:
    first, second = (Sandbox(Seeding(projects=50, seed=seed)) for seed in (7, 8))

    assert records(first)["projects"] != records(second)["projects"]
    assert first.app.client_secret != second.app.client_secret


@pytest.mark.parametrize("size", [0, 1, 3000])
def test_a_company_is_as_large_as_it_is_wished(size: int) -> None:
    sandbox = Sandbox(Seeding(projects=size, vendors=size))

    assert sandbox.world.tables["projects"].count(sandbox.company.id) == size
    assert sandbox.world.tables["vendors"].count(sandbox.company.id) == size


def test_a_company_is_as_untidy_as_it_is_wished() -> None:
    shares = {"inactive": 0.5, "without_erp_flag": 0.5, "on_other_list": 0.5, "coded": 0.5}
    sandbox = Sandbox(replace(TIDY, projects=400, **shares))
    projects = list(sandbox.world.tables["projects"].within(sandbox.company.id))
    lists = sandbox.world.tables["lists"]

    counts = [
        sum(not each["active"] for each in projects),
        sum(not each["is_erp_integrated"] for each in projects),
        sum(not lists.rows[each["standard_cost_code_list_id"]]["is_erp_list"] for each in projects),
        sum(sandbox.world.tables["cost_codes"].count(each.id) > 0 for each in projects),
    ]

    assert all(150 < count < 250 for count in counts)


def test_a_company_without_an_erp_has_neither_list_nor_flag() -> None:
    sandbox = Sandbox(replace(TIDY, has_erp=False), hourly_limit=0, spike_limit=0)
    caller = Caller(sandbox)

    lists = caller.get("/rest/v1.0/standard_cost_code_lists", params=caller.company).json()
    units = caller.get(f"/rest/v2.0/companies/{sandbox.company.id}/uoms/configuration").json()

    assert [each["is_erp_list"] for each in lists] == [False]
    assert units["data"]["erp_integration_name"] is None
    assert not any(each["is_erp_integrated"] for each in sandbox.world.tables["projects"])
