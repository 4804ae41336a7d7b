"""Saved views: one's own and the company's, who may change which, and what is refused."""

from datetime import datetime

import pytest

from tests.conftest import Cast
from tieback.access.actors import NotAllowedError, NotOfCompanyError, operator
from tieback.audit.models import AuditEvent
from tieback.review.models import SavedView
from tieback.review.views import ViewError, delete_view, rename_view, save_view, views_of

pytestmark = pytest.mark.django_db
QUERY = "lane=look&sort=-value"


def saved(cast: Cast, now: datetime, name: str = "Big ones", *, shared: bool = False) -> SavedView:
    return save_view(name=name, query=QUERY, is_shared=shared, by=cast.standard, now=now)


def test_an_own_view_is_seen_by_its_owner_only_and_a_shared_one_by_all(
    acme: Cast, now: datetime
) -> None:
    own = saved(acme, now)
    shared = saved(acme, now, "For all", shared=True)

    assert list(views_of(acme.standard)) == [own, shared]
    assert list(views_of(acme.admin)) == [shared]


def test_views_of_another_company_are_not_there(acme: Cast, rival: Cast, now: datetime) -> None:
    view = saved(rival, now, shared=True)

    assert list(views_of(acme.admin)) == []
    with pytest.raises(NotOfCompanyError):
        delete_view(view=view, by=acme.admin, now=now)


def test_saving_under_the_same_name_replaces_what_it_held(acme: Cast, now: datetime) -> None:
    saved(acme, now)
    save_view(name=" Big  ones ", query="lane=safe", is_shared=False, by=acme.standard, now=now)

    assert list(SavedView.objects.values_list("name", "query")) == [("Big ones", "lane=safe")]
    assert [e.action for e in AuditEvent.objects.order_by("seq")] == ["view.save", "view.replace"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_name_that_says_nothing_or_too_much_is_refused(
    acme: Cast, now: datetime, name: str
) -> None:
    with pytest.raises(ViewError):
        saved(acme, now, name)

    assert not SavedView.objects.exists()


def test_an_address_longer_than_the_column_is_refused(acme: Cast, now: datetime) -> None:
    with pytest.raises(ViewError, match="Shorten the search"):
        save_view(name="Long", query="q=" + "x" * 499, is_shared=False, by=acme.admin, now=now)


def test_a_shared_view_takes_standard_and_an_own_one_does_not(acme: Cast, now: datetime) -> None:
    save_view(name="Mine", query=QUERY, is_shared=False, by=acme.reader, now=now)

    with pytest.raises(NotAllowedError):
        save_view(name="Ours", query=QUERY, is_shared=True, by=acme.reader, now=now)
    with pytest.raises(NotAllowedError):
        delete_view(view=saved(acme, now, shared=True), by=acme.reader, now=now)


def test_nobody_changes_a_view_of_somebody_else(acme: Cast, now: datetime) -> None:
    view = saved(acme, now)

    with pytest.raises(NotOfCompanyError):
        rename_view(view=view, name="Taken over", by=acme.admin, now=now)
    assert SavedView.objects.get().name == "Big ones"


def test_a_view_is_renamed_and_deleted_and_the_trail_says_so(acme: Cast, now: datetime) -> None:
    view = rename_view(view=saved(acme, now), name="Small ones", by=acme.standard, now=now)
    renamed = AuditEvent.objects.latest("seq")
    delete_view(view=view, by=acme.standard, now=now)

    assert (renamed.action, renamed.before, renamed.after["name"]) == (
        "view.rename",
        {"name": "Big ones"},
        "Small ones",
    )
    assert not SavedView.objects.exists()
    assert AuditEvent.objects.latest("seq").action == "view.delete"


@pytest.mark.parametrize("shared", [True, False])
def test_a_taken_name_is_refused_with_the_way_out(acme: Cast, now: datetime, shared: bool) -> None:
    saved(acme, now, "First", shared=shared)
    second = saved(acme, now, "Second", shared=shared)

    with pytest.raises(ViewError, match="There is a view “First” already"):
        rename_view(view=second, name="First", by=acme.standard, now=now)
    assert sorted(SavedView.objects.values_list("name", flat=True)) == ["First", "Second"]


def test_a_view_of_nobody_has_to_be_everybodys(acme: Cast, now: datetime) -> None:
    by = operator(acme.company)

    with pytest.raises(ViewError, match="needs a person"):
        save_view(name="Mine", query=QUERY, is_shared=False, by=by, now=now)
    assert save_view(name="Ours", query=QUERY, is_shared=True, by=by, now=now).owner is None
