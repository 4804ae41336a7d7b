"""A job's candidates: reasons, side by side, not a match and back, and which of the noes it is."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.factories import LONG_AGO
from tests.web.conftest import SignIn
from tests.web.erp_jobs.conftest import Site, at
from tieback.access.models import Level
from tieback.audit.models import AuditEvent
from tieback.linking.models import Link, Rejection
from tieback.portfolio.models import Project
from tieback.staging.models import Job

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
LATER = LONG_AGO + timedelta(days=1)
STEPS = [
    ["before anything is known", -2.5, ""],
    ["number", 5.5, "Same number 24-101."],
    ["name", 1.2, "Name 80 % alike."],
    ["address", -0.7, "Addresses differ."],
    ["rivals, and what other lists taught", -0.9, ""],
]


def page_of(client: Client, job: Job, asked: str = "") -> str:
    return client.get(at(f"jobs/{job.pk}/candidates/{asked}")).content.decode()


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def names(page: str) -> list[str]:
    """The candidates of the list, in order."""
    listed = re.findall(r'<span class="candidate-name">(.*?)</span>\s*<svg', page, re.S)
    return [re.sub(r"<[^>]+>", "", one).strip() for one in listed]


def three(site: Site) -> tuple[Job, list[Project]]:
    """A job with three candidates, of which the first is proposed."""
    factories.make_proposal(site.cast.company, started_at=LATER, seen_until=LATER)
    job = site.job(number="24-101", name="Mercy Clinic Ph 2")
    projects = [
        site.project(number=f"P-{at}", name=name)
        for at, name in enumerate(["Mercy Clinic Phase 2", "Mercy Clinic", "Quarry"], 1)
    ]
    factories.make_candidate(job, projects[0], steps=STEPS)
    for rank, project in enumerate(projects[1:], 2):
        factories.make_candidate(
            job,
            project,
            rank=rank,
            is_proposed=False,
            lane="",
            margin=None,
            probability=0.05,
            sentence=f"Candidate {rank}.",
        )
    return job, projects


def test_the_candidates_stand_best_first_and_the_proposed_one_is_looked_at(
    site: Site, reader: Client
) -> None:
    job, _ = three(site)

    page = page_of(reader, job)

    assert names(page) == ["P-1 Mercy Clinic Phase 2", "P-2 Mercy Clinic", "P-3 Quarry"]
    assert "93 %: P-1 Mercy Clinic Phase 2" in text_of(page).replace("  ", " ")
    assert "Same number." in page
    assert "50 points ahead of the runner-up." in page


def test_another_candidate_is_looked_at_by_its_address(site: Site, reader: Client) -> None:
    job, projects = three(site)

    page = page_of(reader, job, f"?project={projects[2].pk}")

    assert "Candidate 3." in page
    assert "Not the one proposed" in page
    assert 'title="P-1 Mercy Clinic Phase 2">Runner-up</a>' in page


def test_the_waterfall_goes_from_nothing_known_to_the_probability(
    site: Site, reader: Client
) -> None:
    job, _ = three(site)

    table = re.search(r'<table class="table waterfall">.*?</table>', page_of(reader, job), re.S)

    assert table
    rows = [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in table.group().split("<tr")[2:]
    ]
    assert rows == [
        ["Before anything is known", "", "", "", "8 %"],
        ["Number", "Same number 24-101.", "", "245 times likelier", "95.3 %"],
        ["Name", "Name 80 % alike.", "", "3.3 times likelier", "98.5 %"],
        ["Address", "Addresses differ.", "", "2.0 times less likely", "97.1 %"],
        ["Rivals, and what other lists taught", "", "", "2.5 times less likely", "93 %"],
        ["All together", "", "", "", "93 %"],
    ]


def test_what_differs_is_marked_word_by_word(site: Site, reader: Client) -> None:
    job, _ = three(site)

    page = page_of(reader, job)

    # "Ph" is "Phase", which the rules know.
    assert '<mark class="alike">Ph</mark>' in page
    assert '<mark class="alike">Phase</mark>' in page
    assert '<mark class="differs">24-101</mark>' in page


def test_the_companys_own_words_are_not_marked_as_different(site: Site, admin: Client) -> None:
    job, project = site.job(name="Pier Umbau"), site.project(name="Pier Renovation")
    factories.make_candidate(job, project)
    before = page_of(admin, job)
    added = {"part": "same", "words": "umbau renovation"}
    assert admin.post("/c/acme/matching/rules/add/", added).status_code == 302

    assert '<mark class="differs">Umbau</mark>' in before
    assert '<mark class="alike">Umbau</mark>' in page_of(admin, job)


def test_a_project_that_is_proposed_for_another_job_says_so(site: Site, reader: Client) -> None:
    job, projects = three(site)
    factories.make_candidate(site.job(number="77", name="Quarry job"), projects[2])

    assert "Proposed for 77 Quarry job" in text_of(page_of(reader, job)).replace("  ", " ")


def test_not_a_match_shows_the_next_candidate_and_can_be_undone(
    site: Site, sign_in: SignIn
) -> None:
    job, projects = three(site)
    standard = sign_in(Level.STANDARD)

    answer = standard.post(
        at(f"jobs/{job.pk}/candidates/reject/"), {"project": projects[0].pk}, headers=HTMX
    )

    held = Rejection.objects.get(undone_at=None)
    assert (held.job, held.project) == (job, projects[0])
    assert "jobs-changed" in answer["HX-Trigger"]
    assert "Not a match, and remembered:" in answer.content.decode()
    page = page_of(standard, job)
    assert names(page)[0] == "P-2 Mercy Clinic"
    assert "P-1 Mercy Clinic Phase 2" not in names(page)
    assert "Said to be no match" in page

    undo = re.search(r'hx-post="([^"]+undo/)"', answer.content.decode())
    assert undo
    undone = standard.post(undo.group(1), headers=HTMX).content.decode()
    assert "Offered again:" in undone
    assert names(page_of(standard, job))[0] == "P-1 Mercy Clinic Phase 2"
    assert [e.action for e in AuditEvent.objects.filter(action__startswith="pair.")] == [
        "pair.allow",
        "pair.reject",
    ]


def test_offer_again_stands_beside_the_pair_for_good(site: Site, sign_in: SignIn) -> None:
    job, projects = three(site)
    standard = sign_in(Level.STANDARD)
    standard.post(at(f"jobs/{job.pk}/candidates/reject/"), {"project": projects[0].pk})

    answer = standard.post(
        at(f"jobs/{job.pk}/candidates/allow/"), {"project": projects[0].pk}, follow=True
    )

    assert "may be suggested again" in answer.content.decode()
    assert not Rejection.objects.filter(undone_at=None).exists()


def test_saying_it_twice_says_who_said_it_before(site: Site, sign_in: SignIn) -> None:
    job, projects = three(site)
    standard = sign_in(Level.STANDARD)
    path, sent = at(f"jobs/{job.pk}/candidates/reject/"), {"project": projects[0].pk}
    standard.post(path, sent, headers=HTMX)

    answer = standard.post(path, sent, headers=HTMX)

    assert "Standard of Acme Builders said on" in answer.content.decode()
    assert Rejection.objects.count() == 1


def test_without_scripts_the_result_page_says_what_was_done_and_leads_back(
    site: Site, sign_in: SignIn
) -> None:
    job, projects = three(site)

    page = (
        sign_in(Level.STANDARD)
        .post(
            at(f"jobs/{job.pk}/candidates/reject/"),
            {"project": projects[0].pk},
            follow=True,
        )
        .content.decode()
    )

    assert "it is not suggested again" in page
    assert "Back to its candidates" in page
    assert "cost codes" not in page.lower().split("<main")[1]


def test_linking_goes_to_the_preview_and_links_nothing(site: Site, admin: Client) -> None:
    job, projects = three(site)
    form = re.search(r'action="([^"]+link/preview/)"', page_of(admin, job))
    assert form

    page = admin.post(form.group(1), {"project": projects[0].pk}, follow=True).content.decode()

    assert "Preview: nothing is done yet" in page
    assert not Link.objects.exists()


@pytest.mark.parametrize("level", [Level.READ_ONLY, Level.STANDARD, Level.ADMIN])
def test_each_level_sees_what_it_may_do(site: Site, sign_in: SignIn, level: Level) -> None:
    job, _ = three(site)

    page = page_of(sign_in(level), job)

    assert (">Not a match</button>" in page) == (level >= Level.STANDARD)
    assert (">Link to this project</button>" in page) == (level >= Level.ADMIN)
    assert ("Linking takes Admin" in page) == (level < Level.ADMIN)


@pytest.mark.parametrize("act", ["reject", "allow"])
def test_a_reader_decides_on_no_pair(site: Site, reader: Client, act: str) -> None:
    job, projects = three(site)

    answer = reader.post(at(f"jobs/{job.pk}/candidates/{act}/"), {"project": projects[0].pk})

    assert answer.status_code == 403
    assert not Rejection.objects.exists()


def test_the_noes_are_told_apart_each_with_its_next_step(site: Site, sign_in: SignIn) -> None:
    standard = sign_in(Level.STANDARD)
    job = site.job(number="1")
    before = page_of(standard, job)
    factories.make_proposal(site.cast.company, started_at=LATER, seen_until=LATER)
    none = page_of(standard, job)
    newer = page_of(standard, site.job(changed_at=LATER + timedelta(hours=1)))
    idle = page_of(standard, site.job(is_active=False))
    factories.make_proposal(
        site.cast.company,
        started_at=LATER + timedelta(hours=2),
        status="failed",
        problem="The lists were changed.",
    )
    failed = page_of(standard, site.job(changed_at=LATER + timedelta(hours=1)))

    button = "Find matches</button>"
    assert "nobody has found matches in this company" in before
    assert button in before
    assert "No match found</h2>" in none
    assert button not in none
    assert "Not looked up yet</h2>" in newer
    assert button in newer
    assert "Not looked up while inactive</h2>" in idle
    assert "The last look-up failed</h2>" in failed
    assert "The lists were changed." in failed
    assert button in failed


def test_when_every_candidate_is_ruled_out_the_page_says_that(site: Site, admin: Client) -> None:
    factories.make_proposal(site.cast.company, started_at=LATER, seen_until=LATER)
    job, project = site.job(), site.project()
    factories.make_candidate(job, project)
    admin.post(at(f"jobs/{job.pk}/candidates/reject/"), {"project": project.pk})

    page = page_of(admin, job)

    assert "No match left</h2>" in page
    assert "Search by hand</a>" in page
    assert "Offer again</button>" in page


def test_a_linked_or_archived_job_has_no_candidates_but_a_way_on(site: Site, admin: Client) -> None:
    pair = site.pair()
    factories.make_candidate(pair.job, pair.project)
    factories.make_link(pair.job, pair.project)
    Job.objects.filter(pk=pair.job.pk).update(state="linked")
    archived = site.job(state="archived")
    factories.make_candidate(archived, site.project())

    assert "It is linked</h2>" in page_of(admin, pair.job)
    assert "It is archived</h2>" in page_of(admin, archived)
    assert names(page_of(admin, pair.job)) == names(page_of(admin, archived)) == []


def test_a_project_that_was_linked_meanwhile_is_no_candidate(site: Site, reader: Client) -> None:
    job, projects = three(site)
    Project.objects.filter(pk=projects[0].pk).update(origin_id="7")

    page = page_of(reader, job)

    assert names(page) == ["P-2 Mercy Clinic", "P-3 Quarry"]
    assert "was linked" in page


def test_another_company_can_neither_be_seen_nor_decided_on(
    site: Site, rival_site: Site, admin: Client
) -> None:
    job, _ = three(site)
    theirs, secret = rival_site.job(), rival_site.project(name="Secret Pier")
    factories.make_candidate(theirs, secret)

    answers = [
        admin.get(at(f"jobs/{theirs.pk}/candidates/")),
        admin.post(at(f"jobs/{theirs.pk}/candidates/reject/"), {"project": secret.pk}),
        admin.post(at(f"jobs/{job.pk}/candidates/reject/"), {"project": secret.pk}),
        admin.post(at(f"jobs/{job.pk}/candidates/allow/"), {"project": secret.pk}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert "Secret Pier" not in page_of(admin, job, f"?project={secret.pk}")
    assert not Rejection.objects.exists()


@pytest.mark.parametrize("asked", ["?project=x", "?project=-1", "?project=%00"])
def test_an_address_that_no_page_of_ours_made_is_refused_in_words(
    site: Site, admin: Client, asked: str
) -> None:
    job, _ = three(site)

    assert admin.get(at(f"jobs/{job.pk}/candidates/{asked}")).status_code == 400


def test_what_records_and_reasons_hold_is_text(site: Site, admin: Client) -> None:
    evil = '"><script>alert(1)</script>'
    job, project = site.job(name=evil, number=evil), site.project(name=f"{evil} x", number=evil)
    steps = [["before anything is known", -1, ""], ["name", 1, evil]]
    factories.make_candidate(job, project, sentence=evil, steps=steps)

    page = page_of(admin, job)

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_six_candidates_cost_as_many_queries_as_three(site: Site, admin: Client) -> None:
    job, _ = three(site)
    page_of(admin, job)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            page_of(admin, job)
        return len(seen)

    before = queries()
    for rank in (4, 5, 6):
        factories.make_candidate(
            job, site.project(), rank=rank, is_proposed=False, lane="", probability=0.01
        )

    assert queries() == before
    assert len(names(page_of(admin, job))) == 6


def test_the_list_the_job_and_the_link_page_lead_to_the_candidates(
    site: Site, admin: Client
) -> None:
    job, _ = three(site)
    there = f'href="{at(f"jobs/{job.pk}/candidates/")}"'

    assert there in admin.get(at("projects/")).content.decode()
    assert there in admin.get(at(f"jobs/{job.pk}/link/")).content.decode()
    assert there in admin.get(at(f"jobs/{job.pk}/")).content.decode()
