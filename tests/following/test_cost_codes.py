"""The pure plan of cost codes: what a linked job brings to its project."""

from hypothesis import given
from hypothesis import strategies as st

from tieback.following.cost_codes import ErpCode, ProjectCode, plan_cost_codes
from tieback.following.effects import Effect, Kind, On


def erp(full_code: str, name: str = "Name", **fields: object) -> ErpCode:
    return ErpCode(full_code, name, f"J1|{full_code}", **fields)  # type: ignore[arg-type]


def codes(effects: list[Effect]) -> list[tuple[str, str]]:
    return [(effect.kind, effect.key) for effect in effects if effect.on == On.COST_CODE]


def test_a_code_the_project_lacks_is_created() -> None:
    assert codes(plan_cost_codes([erp("03-100")], [], [])) == [("create", "03-100")]


def test_a_code_of_the_same_full_code_is_adopted_not_doubled() -> None:
    effects = plan_cost_codes([erp("03-100")], [ProjectCode("03-100", "Name")], [])

    assert effects == [
        Effect(
            Kind.ADOPT,
            On.COST_CODE,
            "03-100",
            before={"origin_id": ""},
            after={"origin_id": "J1|03-100"},
        )
    ]


def test_the_erp_owns_the_name_of_its_code() -> None:
    there = [ProjectCode("03-100", "Old", origin_id="J1|03-100")]

    assert codes(plan_cost_codes([erp("03-100", "New")], there, [])) == [("rename", "03-100")]


def test_a_code_unknown_to_the_erp_is_kept_and_reported() -> None:
    [effect] = plan_cost_codes([], [ProjectCode("99", "Own")], [])

    assert (effect.kind, effect.key) == (Kind.KEEP, "99")
    assert "Not in the ERP" in effect.note


def test_a_code_of_another_system_is_a_conflict_and_gets_no_cost_types() -> None:
    there = [ProjectCode("03-100", "Name", origin_id="OTHER|1")]

    effects = plan_cost_codes([erp("03-100", cost_types=frozenset("L"))], there, [])

    assert [(effect.kind, effect.on) for effect in effects] == [(Kind.CONFLICT, On.COST_CODE)]


def test_a_code_closed_in_the_erp_is_deactivated_unless_it_is_in_use() -> None:
    closed = [erp("1", is_active=False), erp("2", is_active=False)]
    there = [
        ProjectCode("1", "Name", origin_id="J1|1"),
        ProjectCode("2", "Name", origin_id="J1|2", is_in_use=True),
    ]

    assert codes(plan_cost_codes(closed, there, [])) == [("deactivate", "1"), ("keep", "2")]


def test_a_closed_code_that_the_project_lacks_is_left_out() -> None:
    assert plan_cost_codes([erp("1", is_active=False)], [], []) == []


def test_a_code_open_again_is_reactivated() -> None:
    there = [ProjectCode("1", "Name", origin_id="J1|1", is_active=False)]

    assert codes(plan_cost_codes([erp("1")], there, [])) == [("reactivate", "1")]


def test_cost_types_come_before_codes_and_codes_before_their_assignments() -> None:
    effects = plan_cost_codes([erp("1", cost_types=frozenset("LM"))], [], ["L"])

    assert [(effect.on, effect.key) for effect in effects] == [
        (On.COST_TYPE, "M"),
        (On.COST_CODE, "1"),
        (On.ASSIGNMENT, "1|L"),
        (On.ASSIGNMENT, "1|M"),
    ]


CODES = st.sampled_from(["1", "1-1", "1-2", "2", "3"])
TYPES = st.frozensets(st.sampled_from("LMS"))
ERP = st.lists(
    st.builds(erp, CODES, st.sampled_from(["A", "B"]), cost_types=TYPES, is_active=st.booleans()),
    unique_by=lambda code: code.full_code,
)
PROJECT = st.lists(
    st.builds(
        ProjectCode,
        CODES,
        st.sampled_from(["A", "B"]),
        st.sampled_from(["", "OTHER|1"]),
        TYPES,
        st.booleans(),
        st.booleans(),
    ),
    unique_by=lambda code: code.full_code,
)


@given(ERP, PROJECT)
def test_no_two_effects_create_the_same_record(
    wanted: list[ErpCode], there: list[ProjectCode]
) -> None:
    effects = plan_cost_codes(wanted, there, ["L"])

    created = [(e.on, e.key) for e in effects if e.kind == Kind.CREATE]

    assert len(created) == len(set(created))
    assert not {key for on, key in created if on == On.COST_CODE} & {c.full_code for c in there}


@given(ERP, PROJECT)
def test_the_order_of_the_two_lists_does_not_matter(
    wanted: list[ErpCode], there: list[ProjectCode]
) -> None:
    assert plan_cost_codes(wanted, there, []) == plan_cost_codes(wanted[::-1], there[::-1], [])
