"""A small sandbox, and somebody who calls it."""

import pytest

from tests.sandbox.direct import Caller
from tieback.sandbox import Sandbox, Seeding

# Nothing untidy: a test that needs an untidy project makes one.
TIDY = Seeding(
    projects=6, vendors=4, inactive=0, without_erp_flag=0, on_other_list=0, foreign=0, coded=0,
    templates=0,
)  # fmt: skip


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(TIDY, hourly_limit=0, spike_limit=0)


@pytest.fixture
def caller(sandbox: Sandbox) -> Caller:
    return Caller(sandbox)


@pytest.fixture
def project_id(sandbox: Sandbox) -> int:
    """A project with the ERP flag on the ERP's list, not linked, without cost codes."""
    return next(iter(sandbox.world.tables["projects"].rows))
