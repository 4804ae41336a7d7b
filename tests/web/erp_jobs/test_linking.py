"""Link to Existing Project: options, reasons, fixes, preview, and the link as previewed."""

from datetime import datetime

import pytest
from django.test import Client

from tests import factories
from tests.conftest import Cast
from tests.stories import link
from tests.web.erp_jobs.conftest import Pair, Site, at
from tieback.linking.models import Link
from tieback.plans.models import Batch, Plan, PlanRow
from tieback.portfolio.models import Project
from tieback.staging.models import Job

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def preview(client: Client, pair: Pair) -> Plan:
    answer = client.post(
        at(f"jobs/{pair.job.pk}/link/preview/"), {"project": pair.project.pk}, follow=False
    )
    assert answer.status_code == 302
    return Plan.objects.latest("pk")


def apply(client: Client, plan: Plan) -> str:
    answer = client.post(at(f"plans/{plan.pk}/apply/"), follow=True)
    assert answer.redirect_chain == [(at(f"plans/{plan.pk}/"), 302)]
    return answer.content.decode()


def test_the_options_hold_every_project_eligible_first_with_every_reason(
    site: Site, pair: Pair, admin: Client
) -> None:
    site.project(number="A-1", name="Mercy Annex", is_active=False, is_erp_integrated=False)

    part = admin.get(at(f"jobs/{pair.job.pk}/link/options/?q=mercy")).content.decode()

    assert part.index("P-24-101") < part.index("A-1")
    assert part.count('role="option"') == 2
    assert part.count('aria-disabled="true"') == 1
    assert "A-1 Mercy Annex is inactive." in part
    assert "The ERP-integrated setting of A-1 Mercy Annex is off." in part


def test_options_of_hostile_names_are_text(site: Site, pair: Pair, admin: Client) -> None:
    site.project(number="A-1", name='"><script>alert(1)</script>', is_active=False)

    part = admin.get(at(f"jobs/{pair.job.pk}/link/options/?q=script")).content.decode()

    assert "<script>" not in part
    assert 'role="option"' in part


def test_the_preview_shows_every_effect_and_does_nothing(pair: Pair, admin: Client) -> None:
    plan = preview(admin, pair)

    page = admin.get(at(f"plans/{plan.pk}/"))

    assert {
        group.title: [entry.key for entry in group.entries] for group in page.context["groups"]
    } == {
        "Added": ["03-100"],
        "Adopted": ["03-200"],
        "Renamed": ["03-200"],
        "Gain cost types": ["03-200"],
        "New cost types": ["L", "M"],
        "Kept as they are": ["99-900"],
    }
    assert [field.label for field in page.context["compared"] if field.differs] == ["Number"]
    assert not Link.objects.exists()


def test_choosing_with_scripts_puts_the_preview_into_the_page(pair: Pair, admin: Client) -> None:
    part = admin.post(
        at(f"jobs/{pair.job.pk}/link/preview/"), {"project": pair.project.pk}, headers=HTMX
    ).content.decode()

    assert "Preview: nothing is linked yet" in part
    assert "<html" not in part
    assert at(f"plans/{Plan.objects.get().pk}/apply/") in part


def test_clearing_the_choice_brings_the_hint_back(pair: Pair, admin: Client) -> None:
    part = admin.post(at(f"jobs/{pair.job.pk}/link/preview/"), {"project": ""}, headers=HTMX)
    none = admin.get(at(f"jobs/{pair.job.pk}/link/pair/?refused="), headers=HTMX)

    assert "Choose a project to see" in part.content.decode()
    assert "Choose a project to see" in none.content.decode()
    assert not Plan.objects.exists()


def test_link_does_what_the_preview_said_and_shows_the_codes(pair: Pair, admin: Client) -> None:
    page = apply(admin, preview(admin, pair))

    assert "<h1>Linked</h1>" in page
    assert list(pair.project.cost_codes.order_by("full_code").values_list("full_code", "name")) == [
        ("03-100", "Concrete"),
        ("03-200", "Rebar"),
        ("99-900", "Owner's own"),
    ]
    assert "Cost codes on the project now" in page
    assert ">Undo</button>" in page
    assert Link.objects.get().project == pair.project


def test_a_double_click_links_once_and_shows_the_result_twice(pair: Pair, admin: Client) -> None:
    plan = preview(admin, pair)

    first, second = apply(admin, plan), apply(admin, plan)

    assert "<h1>Linked</h1>" in first
    assert "<h1>Linked</h1>" in second
    assert Link.objects.count() == Batch.objects.count() == 1


def test_facts_that_changed_since_the_preview_hold_the_link_back(pair: Pair, admin: Client) -> None:
    plan = preview(admin, pair)
    factories.make_job_cost_code(pair.job, "05-500", "L", name="Steel")

    page = apply(admin, plan)

    assert "<h1>Held back</h1>" in page
    assert "has changed since you saw the preview" in page
    assert not Link.objects.exists()

    again = admin.post(at(f"plans/{plan.pk}/again/"), follow=True)
    fresh = Plan.objects.latest("pk")

    assert again.redirect_chain == [(at(f"plans/{fresh.pk}/"), 302)]
    assert "05-500" in again.content.decode()
    assert "<h1>Linked</h1>" in apply(admin, fresh)


def test_the_second_of_two_admins_is_told_by_whom(
    site: Site, acme: Cast, pair: Pair, admin: Client, now: datetime
) -> None:
    plan = preview(admin, pair)
    link(site.job(number="J-2"), pair.project, by=acme.admin, now=now)

    page = apply(admin, plan)

    assert "already, by Admin of Acme Builders on 2026-03-02 at 10:15 UTC." in page
    assert "See what stands in the way" in page


def test_a_pair_that_cannot_be_linked_gets_reasons_instead_of_a_preview(
    site: Site, pair: Pair, admin: Client
) -> None:
    Project.objects.filter(pk=pair.project.pk).update(is_active=False)

    part = admin.post(
        at(f"jobs/{pair.job.pk}/link/preview/"), {"project": pair.project.pk}, headers=HTMX
    ).content.decode()
    page = admin.post(
        at(f"jobs/{pair.job.pk}/link/preview/"), {"project": pair.project.pk}, follow=True
    )

    assert "Cannot be linked yet" in part
    assert page.redirect_chain == [(at(f"jobs/{pair.job.pk}/link/?project={pair.project.pk}"), 302)]
    assert "Make the project active" in page.content.decode()


def test_fixes_take_the_reasons_away_one_by_one_until_the_preview_appears(
    site: Site, acme: Cast, pair: Pair, admin: Client
) -> None:
    other = factories.make_list(acme.company)
    Project.objects.filter(pk=pair.project.pk).update(
        is_active=False, is_erp_integrated=False, cost_code_list=other
    )
    seen = []

    for fix in ("reactivate", "use_erp_list", "switch_on"):
        part = admin.post(
            at(f"jobs/{pair.job.pk}/link/fix/"),
            {"project": pair.project.pk, "fix": fix},
            headers=HTMX,
        ).content.decode()
        seen.append(part.count("<li>"))

    assert seen == [2, 1, 0]
    assert "Preview: nothing is linked yet" in part
    assert "autofocus" in part


def test_a_fix_works_without_scripts(pair: Pair, admin: Client) -> None:
    Project.objects.filter(pk=pair.project.pk).update(is_active=False)

    page = admin.post(
        at(f"jobs/{pair.job.pk}/link/fix/"),
        {"project": pair.project.pk, "fix": "reactivate"},
        follow=True,
    )

    assert "Nothing stands between" in page.content.decode()


def test_a_fix_that_the_portfolio_refuses_says_why(acme: Cast, pair: Pair, admin: Client) -> None:
    other = factories.make_list(acme.company, name="Plain list")
    code = factories.make_standard_code(other, "01-100")
    factories.make_cost_code(pair.project, "01-100", standard_code=code)
    Project.objects.filter(pk=pair.project.pk).update(is_erp_integrated=False)

    part = admin.post(
        at(f"jobs/{pair.job.pk}/link/fix/"),
        {"project": pair.project.pk, "fix": "switch_on"},
        headers=HTMX,
    ).content.decode()

    assert "“Plain list”, which is not the ERP list" in part
    assert not Project.objects.get(pk=pair.project.pk).is_erp_integrated


@pytest.mark.parametrize(
    ("state", "sentence"),
    [("archived", "is archived. Restore it first."), ("orphaned", "is no longer in the ERP")],
)
def test_a_job_that_cannot_be_linked_to_anything_says_so_at_once(
    pair: Pair, admin: Client, now: datetime, state: str, sentence: str
) -> None:
    Job.objects.filter(pk=pair.job.pk).update(state=state, missing_since=now)

    page = admin.get(at(f"jobs/{pair.job.pk}/link/")).content.decode()

    assert sentence in page
    assert "data-combobox" not in page


def test_the_search_works_without_scripts(pair: Pair, admin: Client) -> None:
    page = admin.get(at(f"jobs/{pair.job.pk}/link/?q=mercy")).content.decode()

    assert f'href="?project={pair.project.pk}"' in page


def test_unlinking_says_what_goes_back_and_what_cannot_and_then_does_it(
    acme: Cast, pair: Pair, admin: Client, now: datetime
) -> None:
    link(pair.job, pair.project, by=acme.admin, now=now)
    pair.project.cost_codes.filter(full_code="03-100").update(is_in_use=True)

    page = admin.post(at(f"jobs/{pair.job.pk}/unlink/"), follow=True)
    titles = [group.title for group in page.context["groups"]]

    assert titles[0] == "Cannot be put back"
    assert "Let go" in titles
    assert "Old name back" in titles
    assert "It is in use on the project, so it stays" in page.content.decode()
    assert Link.objects.get().is_active

    done = apply(admin, Plan.objects.latest("pk"))

    assert "<h1>Unlinked</h1>" in done
    assert not Link.objects.get().is_active


def test_undo_of_a_link_is_shown_before_it_is_done(pair: Pair, admin: Client) -> None:
    apply(admin, preview(admin, pair))

    page = admin.post(at(f"batches/{Batch.objects.get().pk}/undo/"), follow=True)

    assert "<h1>Unlink</h1>" in page.content.decode()
    assert Link.objects.get().is_active
    assert "<h1>Unlinked</h1>" in apply(admin, Plan.objects.latest("pk"))


def test_refreshing_brings_a_new_code_over(
    acme: Cast, pair: Pair, admin: Client, now: datetime
) -> None:
    link(pair.job, pair.project, by=acme.admin, now=now)
    factories.make_job_cost_code(pair.job, "05-500", "L", name="Steel")

    page = admin.post(at(f"jobs/{pair.job.pk}/refresh/"), follow=True)
    added = {group.title: group.entries for group in page.context["groups"]}["Added"]

    assert [entry.key for entry in added] == ["05-500"]
    assert "<h1>Cost codes refreshed</h1>" in apply(admin, Plan.objects.latest("pk"))
    assert pair.project.cost_codes.filter(full_code="05-500").exists()


def test_refreshing_what_is_not_linked_is_held_back(pair: Pair, admin: Client) -> None:
    page = admin.post(at(f"jobs/{pair.job.pk}/refresh/"), follow=True)

    assert "is not linked." in page.content.decode()
    assert PlanRow.objects.get().state == PlanRow.State.HELD
