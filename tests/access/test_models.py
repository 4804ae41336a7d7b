import pytest
from django.db import IntegrityError
from django.db.models import ProtectedError

from tests import factories
from tests.conftest import PASSWORD, Cast
from tieback.access.models import Level, Membership, User


def test_a_person_has_one_membership_per_company(acme: Cast) -> None:
    with pytest.raises(IntegrityError):
        factories.make_membership(acme.company, acme.users[Level.ADMIN], level=Level.STANDARD)


def test_a_person_may_belong_to_two_companies(acme: Cast, rival: Cast) -> None:
    user = acme.users[Level.ADMIN]

    factories.make_membership(rival.company, user, level=Level.READ_ONLY)

    levels = set(user.memberships.values_list("company__slug", "level"))
    assert levels == {("acme", Level.ADMIN), ("rival", Level.READ_ONLY)}


def test_the_database_refuses_a_level_that_does_not_exist(acme: Cast) -> None:
    with pytest.raises(IntegrityError):
        Membership.objects.filter(company=acme.company).update(level=4)


def test_a_member_starts_without_any_level(acme: Cast) -> None:
    user = factories.make_user()

    membership = Membership.objects.create(company=acme.company, user=user)

    assert membership.level == Level.NONE
    assert membership.is_accounting_approver is False


@pytest.mark.django_db
def test_one_e_mail_address_is_one_person_whatever_its_case() -> None:
    factories.make_user(email="ada@people.example")

    with pytest.raises(IntegrityError):
        factories.make_user(email="Ada@People.example")


@pytest.mark.django_db
def test_a_person_is_found_by_e_mail_whatever_its_case() -> None:
    user = factories.make_user(email="ada@people.example")

    assert User.objects.get_by_natural_key("ADA@people.EXAMPLE") == user


@pytest.mark.django_db
def test_a_password_is_kept_as_a_hash_only() -> None:
    user = factories.make_user(password=PASSWORD)

    user.refresh_from_db()

    assert PASSWORD not in user.password
    assert user.check_password(PASSWORD)
    assert not user.check_password(PASSWORD.upper())


@pytest.mark.django_db
def test_a_person_without_password_cannot_log_in_with_any() -> None:
    user = factories.make_user(password=None)

    assert not user.has_usable_password()
    assert not user.check_password("")


@pytest.mark.django_db
def test_two_companies_never_share_a_slug() -> None:
    factories.make_company(slug="acme")

    with pytest.raises(IntegrityError):
        factories.make_company(slug="acme")


def test_a_company_with_people_cannot_be_deleted(acme: Cast) -> None:
    with pytest.raises(ProtectedError):
        acme.company.delete()
