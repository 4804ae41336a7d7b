import pytest

from tests.conftest import Cast
from tieback.access.actors import NotAllowedError, NotOfCompanyError, operator, person
from tieback.access.models import Level

ORDER = [Level.NONE, Level.READ_ONLY, Level.STANDARD, Level.ADMIN]


@pytest.mark.parametrize("asked", ORDER)
@pytest.mark.parametrize("held", ORDER)
def test_an_act_is_allowed_from_its_level_upward(acme: Cast, held: Level, asked: Level) -> None:
    actor = acme.actor(held)

    try:
        actor.require(asked, "link projects")
        is_allowed = True
    except NotAllowedError:
        is_allowed = False

    assert is_allowed == (ORDER.index(held) >= ORDER.index(asked))


def test_a_refusal_names_the_act_both_levels_and_the_next_step(acme: Cast) -> None:
    with pytest.raises(NotAllowedError) as refusal:
        acme.standard.require(Level.ADMIN, "link projects")

    assert str(refusal.value) == (
        "To link projects you need Admin on this company's ERP Integrations tool; "
        "Standard of Acme Builders has Standard. Ask an admin of the tool."
    )


def test_a_person_has_no_level_in_a_company_without_membership(acme: Cast, rival: Cast) -> None:
    stranger = person(acme.users[Level.ADMIN], rival.company, door="test")

    assert (stranger.level, stranger.company_id) == (Level.NONE, rival.company.pk)


def test_a_person_who_left_keeps_no_level(acme: Cast) -> None:
    user = acme.users[Level.ADMIN]
    user.is_active = False

    assert person(user, acme.company, door="test").level == Level.NONE


def test_an_actor_knows_the_person_and_the_door(acme: Cast) -> None:
    user = acme.users[Level.ADMIN]

    actor = person(user, acme.company, door="screen")

    assert (actor.user_id, actor.name, actor.door) == (user.pk, user.name, "screen")


def test_rows_of_the_own_company_pass(acme: Cast) -> None:
    acme.nobody.require_company(acme.company.pk, acme.company.pk)


def test_one_foreign_row_among_own_ones_is_refused_without_naming_it(
    acme: Cast, rival: Cast
) -> None:
    with pytest.raises(NotOfCompanyError) as refusal:
        acme.admin.require_company(acme.company.pk, rival.company.pk)

    assert str(refusal.value) == "No such record in this company."


def test_the_operator_may_do_everything_in_one_company_and_is_named(
    acme: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "ada")

    actor = operator(acme.company)

    assert (actor.level, actor.name, actor.door, actor.user_id) == (
        Level.ADMIN,
        "ada (operator)",
        "command line",
        None,
    )
    assert actor.company_id == acme.company.pk
