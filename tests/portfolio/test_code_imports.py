"""Standard cost codes from a file."""

from datetime import datetime
from typing import Any

import pytest

from tests import factories
from tests.conftest import Cast
from tests.portfolio.conftest import Bring
from tieback.access.actors import NotAllowedError, NotOfCompanyError
from tieback.audit.chain import breaks
from tieback.audit.models import AuditEvent
from tieback.portfolio.code_imports import import_codes, read_codes
from tieback.portfolio.models import StandardCostCode, StandardCostCodeList
from tieback.portfolio.refusals import RefusedError

pytestmark = pytest.mark.django_db

HEADER = ["Cost Code", "Description", "Parent"]


@pytest.fixture
def listed(acme: Cast) -> StandardCostCodeList:
    return factories.make_erp_list(acme.company)


def codes(listed: StandardCostCodeList) -> list[tuple[str, str, str, str | None]]:
    return list(
        listed.codes.order_by("full_code").values_list(
            "full_code", "code", "name", "parent__full_code"
        )
    )


def test_codes_come_with_their_parents_in_whatever_order(
    acme: Cast, listed: StandardCostCodeList, codes_file: Bring, now: datetime
) -> None:
    listing = codes_file(
        HEADER,
        ["03-100-10", "Footings", "03-100"],
        ["03-100", "Forms", "03"],
        ["03", "Concrete", ""],
        ["99", "Other", ""],
    )

    found = import_codes(cost_code_list=listed, listing=listing, by=acme.admin, now=now)

    assert found.counts == {"added": 4, "changed": 0, "unchanged": 0, "refused": 0}
    assert codes(listed) == [
        ("03", "03", "Concrete", None),
        ("03-100", "100", "Forms", "03"),
        ("03-100-10", "10", "Footings", "03-100"),
        ("99", "99", "Other", None),
    ]


def test_looking_changes_nothing(
    listed: StandardCostCodeList, codes_file: Bring, acme: Cast
) -> None:
    factories.make_standard_code(listed, "03", name="Concrete")
    before = codes(listed)

    found = read_codes(
        cost_code_list=listed,
        listing=codes_file(HEADER, ["03", "Concrete!", ""], ["04", "Masonry", "03"]),
    )

    assert found.counts == {"added": 1, "changed": 1, "unchanged": 0, "refused": 0}
    assert codes(listed) == before


def test_the_full_code_finds_the_code_and_a_blank_parent_leaves_it(
    acme: Cast, listed: StandardCostCodeList, codes_file: Bring, now: datetime
) -> None:
    top = factories.make_standard_code(listed, "03", name="Concrete")
    factories.make_standard_code(listed, "03-100", code="100", name="Forms", parent=top)
    factories.make_standard_code(listed, "05-100", name="Steel")
    listing = codes_file(
        HEADER,
        ["03", "Concrete", ""],
        ["03-100", "Formwork", ""],
        ["05", "Metals", ""],
        ["05-100", "Steel", "05"],
    )

    found = import_codes(cost_code_list=listed, listing=listing, by=acme.admin, now=now)

    assert found.counts == {"added": 1, "changed": 2, "unchanged": 1, "refused": 0}
    assert codes(listed) == [
        ("03", "03", "Concrete", None),
        ("03-100", "100", "Formwork", "03"),
        ("05", "05", "Metals", None),
        ("05-100", "100", "Steel", "05"),
    ]
    event = AuditEvent.objects.get()
    assert (event.action, event.target_id) == ("cost_code_list.import_codes", str(listed.pk))
    assert event.before["03-100"] == {"name": "Forms"}
    assert event.after["03-100"] == {"name": "Formwork"}
    assert list(breaks(acme.company)) == []


def test_codes_in_projects_are_not_touched(
    acme: Cast, listed: StandardCostCodeList, codes_file: Bring, now: datetime
) -> None:
    standard = factories.make_standard_code(listed, "03", name="Concrete")
    project = factories.make_project(acme.company, cost_code_list=listed)
    copy = factories.make_cost_code(project, "03", standard_code=standard, name="Concrete")

    listing = codes_file(HEADER, ["03", "Renamed", ""])
    import_codes(cost_code_list=listed, listing=listing, by=acme.admin, now=now)

    copy.refresh_from_db()
    assert copy.name == "Concrete"


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        ([["03", "A", ""], ["03", "B", ""]], [(2, "Cost Code"), (3, "Cost Code")]),
        ([["", "A", ""]], [(2, "Cost Code")]),
        ([["03", "", ""]], [(2, "Description")]),
        ([["03", "A", "02"]], [(2, "Parent")]),
        ([["03", "A", "03"]], [(2, "Parent")]),
        ([["03", "A", "04"], ["04", "B", "03"]], [(2, "Parent"), (3, "Parent")]),
        (
            [["03", "", ""], ["03-1", "B", "03"], ["03-1-1", "C", "03-1"]],
            [(2, "Description"), (3, "Parent"), (4, "Parent")],
        ),
        ([["c" * 41, "A", ""], ["x", "B", "c" * 41]], [(2, "Cost Code"), (3, "Parent")]),
        ([["03", "A", "", "Perhaps"]], [(2, "Status")]),
    ],
)
def test_what_cannot_be_is_refused_with_row_and_column(
    acme: Cast,
    listed: StandardCostCodeList,
    codes_file: Bring,
    now: datetime,
    rows: list[list[str]],
    refused: list[tuple[int, str]],
) -> None:
    wide = [[*row, *[""] * (4 - len(row))] for row in rows]
    listing = codes_file([*HEADER, "Status"], *wide, ["99", "Good", "", "Inactive"])

    found = import_codes(cost_code_list=listed, listing=listing, by=acme.admin, now=now)

    assert [(error.row, error.column) for error in found.refused] == refused
    assert all(error.mend for error in found.refused)
    assert codes(listed) == [("99", "99", "Good", None)]
    assert not StandardCostCode.objects.get().is_active


def test_a_loop_through_the_list_is_refused(
    acme: Cast, listed: StandardCostCodeList, codes_file: Bring, now: datetime
) -> None:
    top = factories.make_standard_code(listed, "03")
    factories.make_standard_code(listed, "03-100", parent=top)

    found = read_codes(
        cost_code_list=listed, listing=codes_file(HEADER, ["03", "Concrete", "03-100"])
    )

    assert [error.column for error in found.refused] == ["Parent"]


def test_what_was_seen_is_what_is_done_or_nothing(
    acme: Cast, listed: StandardCostCodeList, codes_file: Bring, now: datetime
) -> None:
    listing = codes_file(HEADER, ["03", "New", ""])
    seen = read_codes(cost_code_list=listed, listing=listing).digest
    factories.make_standard_code(listed, "03", name="Old")

    with pytest.raises(RefusedError, match="has changed since you looked"):
        import_codes(cost_code_list=listed, listing=listing, by=acme.admin, now=now, seen=seen)

    assert listed.codes.get().name == "Old"


def test_importing_codes_takes_admin_and_the_own_company(
    acme: Cast, rival: Cast, listed: StandardCostCodeList, codes_file: Bring, now: datetime
) -> None:
    listing: Any = codes_file(HEADER, ["03", "A", ""])

    for actor, refusal in ((acme.standard, NotAllowedError), (rival.admin, NotOfCompanyError)):
        with pytest.raises(refusal):
            import_codes(cost_code_list=listed, listing=listing, by=actor, now=now)

    assert not StandardCostCode.objects.exists()
