import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.conftest import Cast
from tieback.portfolio.models import Project
from tieback.search.index import matching
from tieback.search.text import words
from tieback.staging.models import Job


def found(cast: Cast, query: str) -> set[str]:
    records = Project.objects.filter(company=cast.company)
    hits = matching(records, query, company_id=cast.company.pk)
    return set(hits.values_list("name", flat=True))


@pytest.mark.parametrize(
    "query",
    [
        "bridge",
        "BRIDGE",
        "brid",
        "b",
        "bridge repair",
        "repair bridge",
        "rep bri",
        "HBRC-043",
        "hbrc043",
        "hbrc 043 kill",
        "cafe",
        "CAFÉ",
        "new york",
        "dept trans",
    ],
)
def test_every_typed_word_has_to_begin_some_word_of_the_record(acme: Cast, query: str) -> None:
    factories.make_project(
        acme.company,
        number="HBRC-043",
        name="Bridge repair at Café",
        customer="Dept. of Transportation",
        address="12 Arthur Kill Rd",
        city="New York",
    )

    assert found(acme, query) == {"Bridge repair at Café"}


@pytest.mark.parametrize("query", ["ridge", "bridge tunnel", "brdige", "hbrc044", "kill bill"])
def test_a_word_that_begins_nothing_finds_nothing(acme: Cast, query: str) -> None:
    factories.make_project(
        acme.company, number="HBRC-043", name="Bridge repair", address="12 Arthur Kill Rd"
    )

    assert found(acme, query) == set()


@pytest.mark.parametrize("query", ["", "   ", "—", "🌉"])
def test_a_query_without_a_word_finds_everything(acme: Cast, query: str) -> None:
    factories.make_project(acme.company, name="One")
    factories.make_project(acme.company, name="Two")

    assert found(acme, query) == {"One", "Two"}


@pytest.mark.parametrize(
    "query",
    [
        'bridge"',
        "bridge* OR tunnel",
        "NOT",
        "bridge AND NEAR(x)",
        "search_text : bridge",
        "bridge' | 'x",
        "bridge:*",
        "!bridge",
        "(bridge",
        "'; DROP TABLE tieback_project; --",
        "%s",
        "bridge\\",
        "\x00",
    ],
)
def test_nothing_that_people_type_is_read_as_query_language(acme: Cast, query: str) -> None:
    factories.make_project(acme.company, name="Bridge")
    factories.make_project(acme.company, name="Tunnel")

    assert found(acme, query) <= {"Bridge", "Tunnel"}


def test_words_of_the_query_language_are_found_as_words(acme: Cast) -> None:
    factories.make_project(acme.company, name="AND OR NOT NEAR")
    factories.make_project(acme.company, name="Tunnel")

    assert found(acme, "or not near and") == {"AND OR NOT NEAR"}


def test_rows_of_another_company_are_never_found(acme: Cast, rival: Cast) -> None:
    factories.make_project(acme.company, name="Our bridge")
    factories.make_project(rival.company, name="Their bridge")
    everyones = Project.objects.all()

    hits = matching(everyones, "bridge", company_id=acme.company.pk)

    assert set(hits.values_list("name", flat=True)) == {"Our bridge"}


def test_a_filter_that_stood_before_the_search_still_holds(acme: Cast) -> None:
    factories.make_project(acme.company, name="Bridge one", is_active=False)
    factories.make_project(acme.company, name="Bridge two")
    active = Project.objects.filter(company=acme.company, is_active=True)

    hits = matching(active, "bridge", company_id=acme.company.pk)

    assert set(hits.values_list("name", flat=True)) == {"Bridge two"}


def test_no_more_hits_than_asked_for_are_looked_at(acme: Cast) -> None:
    for at in range(5):
        factories.make_project(acme.company, name=f"Bridge {at}")
    records = Project.objects.filter(company=acme.company)

    hits = matching(records, "bridge", company_id=acme.company.pk, at_most=3)

    assert hits.count() == 3


def test_the_index_follows_a_row_through_its_life(acme: Cast) -> None:
    project = factories.make_project(acme.company, name="Bridge")
    after_insert = found(acme, "bridge")
    project.name, project.search_text = "Tunnel", "tunnel"
    project.save()
    after_update = (found(acme, "bridge"), found(acme, "tunnel"))
    project.stage = "Course of Construction"
    project.save()
    after_another_field = found(acme, "tunnel")
    project.delete()
    after_delete = found(acme, "tunnel")

    assert after_insert == {"Bridge"}
    assert after_update == (set(), {"Tunnel"})
    assert after_another_field == {"Tunnel"}
    assert after_delete == set()


def test_the_index_follows_writes_in_bulk(acme: Cast) -> None:
    Project.objects.bulk_create(
        Project(company=acme.company, name=f"Bridge {at}", search_text=f"bridge {at}")
        for at in range(300)
    )
    after_insert = len(found(acme, "bridge"))
    tenth = list(Project.objects.filter(company=acme.company).order_by("pk")[:10])
    for project in tenth:
        project.search_text = "tunnel"
    Project.objects.bulk_update(tenth, ["search_text"])
    after_update = (len(found(acme, "bridge")), len(found(acme, "tunnel")))
    Project.objects.filter(pk__in=[project.pk for project in tenth]).delete()
    after_delete = (len(found(acme, "bridge")), len(found(acme, "tunnel")))

    assert (after_insert, after_update, after_delete) == (300, (290, 10), (290, 0))


def test_the_index_follows_an_update_by_query(acme: Cast) -> None:
    factories.make_project(acme.company, name="Bridge")

    Project.objects.filter(company=acme.company).update(search_text="tunnel")

    assert (found(acme, "bridge"), found(acme, "tunnel")) == (set(), {"Bridge"})


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(name=st.text(min_size=1, max_size=40).filter(words))
def test_whatever_its_script_a_record_is_found_by_the_words_of_its_name(
    acme: Cast, name: str
) -> None:
    project = factories.make_project(acme.company, name=f"p{name}".replace("\x00", " "))

    try:
        assert project.name in found(acme, project.name)
    finally:
        project.delete()


def test_jobs_are_found_in_the_same_way(acme: Cast) -> None:
    erp = factories.make_connection(acme.company)
    factories.make_job(erp, number="HBRC-043", name="CULVERT REPL @ ARTHUR KILL")
    factories.make_job(erp, number="HBRC-044", name="TUNNEL")
    jobs = Job.objects.filter(company=acme.company)

    hits = matching(jobs, "hbrc043 culv", company_id=acme.company.pk)

    assert [job.number for job in hits] == ["HBRC-043"]


@pytest.mark.sqlite
def test_the_sqlite_index_agrees_with_its_table_after_all_that(acme: Cast) -> None:
    for at in range(50):
        factories.make_project(acme.company, name=f"Bridge {at}")
    Project.objects.filter(name__endswith="7").delete()
    Project.objects.filter(name__endswith="8").update(search_text="tunnel")

    with connection.cursor() as cursor:
        # Raises "database disk image is malformed" when index and table have drifted apart.
        cursor.execute(
            "INSERT INTO tieback_project_fts(tieback_project_fts, rank) "
            "VALUES ('integrity-check', 1)"
        )


@pytest.mark.postgres
@pytest.mark.django_db
def test_postgresql_answers_a_search_from_its_index(acme: Cast) -> None:
    Project.objects.bulk_create(
        Project(company=acme.company, name=f"P {at}", search_text=f"word{at}") for at in range(5000)
    )
    with connection.cursor() as cursor:
        # What autovacuum does in its own time: until then a walk of the table looks cheaper.
        cursor.execute("SELECT gin_clean_pending_list('tieback_project_search'::regclass)")
        cursor.execute("ANALYZE tieback_project")
    hits = matching(Project.objects.all(), "word4321", company_id=acme.company.pk)

    assert "tieback_project_search" in hits.explain()
