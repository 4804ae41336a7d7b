"""Importing projects and codes at a browser: choose, look, correct, do; and ways to break it."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import factories
from tests.conftest import Cast
from tests.web.conftest import SignIn
from tieback.access.models import Level
from tieback.audit.models import AuditEvent
from tieback.portfolio.models import Project, StandardCostCode

PROJECTS = "/c/acme/portfolio/projects/"
IMPORT = f"{PROJECTS}import/"
GOOD = "Number,Name,City\n24-101,Clinic,Troy\n24-102,Pier,\n"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TIEBACK_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def sent(content: str | bytes = GOOD, name: str = "projects.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def brought(client: Client, content: str | bytes = GOOD, name: str = "projects.csv") -> str:
    """Send the file; returns the address of what it would do."""
    answer = client.post(IMPORT, {"file": sent(content, name)})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def said(answer: Any) -> list[tuple[str, str]]:
    return [(m.level_tag, str(m)) for m in get_messages(answer.wsgi_request)]


def done(client: Client, url: str) -> Any:
    """Look, then do what was seen."""
    return client.post(url, {"seen": client.get(url).context["found"].digest})


def test_a_file_is_looked_at_then_imported_and_let_go(
    acme: Cast, admin: Client, own_home: Path
) -> None:
    url = brought(admin)
    looked = admin.get(url)
    nothing_yet = not Project.objects.exists()

    answer = done(admin, url)

    assert looked.context["counts"] == {"added": 2, "changed": 0, "unchanged": 0, "refused": 0}
    assert nothing_yet
    assert sorted(one.name for one in Project.objects.all()) == ["Clinic", "Pier"]
    assert (answer.status_code, answer["Location"]) == (302, PROJECTS)
    assert said(answer) == [("success", "projects.csv: 2 added, 0 changed, 0 unchanged.")]
    assert [path for path in (own_home / "files").rglob("*") if path.is_file()] == []


def test_a_double_click_imports_once(acme: Cast, admin: Client) -> None:
    url = brought(admin)
    seen = admin.get(url).context["found"].digest

    first, second = (admin.post(url, {"seen": seen}) for _ in range(2))

    assert (first["Location"], second["Location"]) == (PROJECTS, IMPORT)
    assert Project.objects.count() == 2
    assert AuditEvent.objects.filter(action="portfolio.import_projects").count() == 1


def test_refused_rows_are_shown_with_row_column_and_mend_and_left_out(
    acme: Cast, admin: Client
) -> None:
    url = brought(admin, f"{GOOD},Nameless number,\n24-103,,\n24-104,Dock,{'c' * 101}\n")
    page = admin.get(url).content.decode()

    answer = done(admin, url)

    assert "1 refused row" not in said(answer)[0][1]
    assert said(answer)[0][1].endswith(
        "3 added, 0 changed, 0 unchanged. 2 refused rows were left out."
    )
    assert "every record needs “Name”" in page
    assert "100 fit." in page
    assert Project.objects.count() == 3


def test_a_change_is_shown_field_by_field(acme: Cast, admin: Client) -> None:
    factories.make_project(acme.company, number="24-101", name="Old clinic", city="Troy")

    context = admin.get(brought(admin)).context

    ((_, lines),) = context["changed"]
    assert lines == [("Name", "Old clinic", "Clinic")]
    assert context["counts"]["added"] == 1


def test_columns_and_notation_are_corrected_in_the_address(acme: Cast, admin: Client) -> None:
    url = brought(admin, "Nr;Was;Betrag;Beginn\n1;Clinic;1.234,50;3.4.2026\n")
    refused = admin.get(url)
    corrected = url + (
        "?column-number=%3DNr&column-name=%3DWas&column-value=%3DBetrag"
        "&column-start_date=%3DBeginn&date_order=DMY&decimal_mark=%2C"
    )

    done(admin, corrected)

    project = Project.objects.get()
    assert refused.status_code == 422
    assert "no column that we know as “Name”" in refused.content.decode()
    assert (project.number, project.name, str(project.value)) == ("1", "Clinic", "1234.50")
    assert str(project.start_date) == "2026-04-03"


def test_what_was_not_seen_is_not_done(acme: Cast, admin: Client) -> None:
    url = brought(admin)
    seen = admin.get(url).context["found"].digest
    factories.make_project(acme.company, number="24-101", name="Old")

    answers = [admin.post(url, form) for form in ({"seen": seen}, {"seen": ""}, {})]

    assert [answer["Location"] for answer in answers] == [url] * 3
    assert all("has changed since you looked" in said(answer)[-1][1] for answer in answers)
    assert [one.name for one in Project.objects.all()] == ["Old"]


def test_codes_are_imported_onto_their_list(acme: Cast, admin: Client) -> None:
    listed = factories.make_erp_list(acme.company)
    start = f"/c/acme/portfolio/cost-code-lists/{listed.pk}/import/"
    content = "Cost Code,Description,Parent\n03,Concrete,\n03-100,Forms,03\n"
    url = admin.post(start, {"file": sent(content, "codes.csv")})["Location"]

    answer = done(admin, url)

    assert answer["Location"] == f"/c/acme/portfolio/cost-code-lists/{listed.pk}/"
    assert [str(code) for code in listed.codes.all()] == ["03 Concrete", "03-100 Forms"]


def bomb() -> bytes:
    """A workbook whose sheet unpacks to 100 MB of nothing."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (100 << 20))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "projects.csv", "is empty"),
        (b"%PDF-1.7", "projects.csv", "is a PDF"),
        (b"%PDF-1.7", "projects.pdf", "cannot be read"),
        (b"Number", "projects.xlsx", "no Excel workbook"),
        (b"Number,Name", "", "No file was chosen"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(
    acme: Cast, admin: Client, own_home: Path, content: bytes, name: str, words: str
) -> None:
    form = {"file": sent(content, name)} if name else {}

    answer = admin.post(IMPORT, form)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert list(own_home.rglob("imports/*")) == []


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (bomb(), "projects.xlsx"),
        (b"PK\x03\x04 and nothing more", "projects.xlsx"),
        (b"\xff\xfe\x00\x00", "projects.csv"),
        (b'Number,Name\n1,"never closed\n2,B\n', "projects.csv"),
        (b"Name,Name\nA,B\n", "projects.csv"),
        (b"\n\n\n", "projects.csv"),
        (b"Number,Name\n" + b"1,A\0B\n", "projects.csv"),
        (b"Number,Name\n1," + b"x" * 200_000 + b"\n", "projects.csv"),
    ],
    ids=["bomb", "torn", "utf-32", "open quote", "doubled", "blank", "zero byte", "long cell"],
)
def test_a_hostile_file_is_answered_in_words_and_imports_nothing(
    acme: Cast, admin: Client, content: bytes, name: str
) -> None:
    url = brought(admin, content, name)

    looked = admin.get(url)
    answer = admin.post(url, {"seen": "0" * 64})

    assert looked.status_code in {200, 422}
    assert looked.context["problem"] or looked.context["counts"]["refused"] == 1
    assert answer["Location"] == url
    assert not Project.objects.exists()


def test_a_file_over_the_limit_is_refused(
    acme: Cast, admin: Client, settings: Any, own_home: Path
) -> None:
    settings.UPLOAD_LIMIT = 1000

    answer = admin.post(IMPORT, {"file": sent("Number,Name\n" + "1,A\n" * 1000)})

    assert answer.status_code == 422
    assert "over 0 MB" in answer.content.decode()
    assert list(own_home.rglob("projects.csv")) == []


@pytest.mark.parametrize(
    "name",
    ["../../../evil.csv", "a\\b.csv", "…" * 200 + ".csv", "\u202egnp.csv", "<b>.csv"],
)
def test_a_hostile_file_name_is_no_path_and_no_script(
    acme: Cast, admin: Client, own_home: Path, name: str
) -> None:
    page = admin.get(brought(admin, name=name)).content.decode()

    (path,) = (one for one in (own_home / "files").rglob("*") if one.is_file())
    assert path.parent.parent == own_home / "files" / str(acme.company.pk) / "imports"
    assert "<b>.csv" not in page
    assert "\u202e" not in page


def test_scripts_and_formulas_in_a_file_are_shown_as_text(acme: Cast, admin: Client) -> None:
    attack = "<script>alert(1)</script>{{7*7}}"
    content = f'"Number","Name","{attack}"\n"=1+1","{attack}","x"\n"",{attack},\n"","{attack}",\n'

    page = admin.get(brought(admin, content)).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "{{7*7}}" in page


def test_an_unknown_token_leads_back_to_the_choice(acme: Cast, admin: Client) -> None:
    for token in ("x" * 32, "short", "y" * 500):
        answer = admin.get(f"{IMPORT}{token}/")

        assert answer["Location"] == IMPORT
    assert admin.get(f"{IMPORT}..%2f..%2fsecret_key/").status_code == 404


def test_a_file_of_another_company_is_not_there(acme: Cast, rival: Cast, admin: Client) -> None:
    theirs = Client()
    theirs.force_login(rival.users[Level.ADMIN])
    answer = theirs.post("/c/rival/portfolio/projects/import/", {"file": sent()})
    token = re.search(r"import/([\w-]+)/$", answer["Location"])
    assert token

    mine = admin.get(f"{IMPORT}{token[1]}/")

    assert mine["Location"] == IMPORT
    assert theirs.get(answer["Location"]).status_code == 200


def test_codes_cannot_be_brought_onto_another_company_s_list(
    acme: Cast, rival: Cast, admin: Client
) -> None:
    theirs = factories.make_list(rival.company, name="Secret")
    url = f"/c/acme/portfolio/cost-code-lists/{theirs.pk}/import/"

    answers = [admin.get(url), admin.post(url, {"file": sent()}), admin.get(f"{url}{'x' * 32}/")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert not StandardCostCode.objects.exists()


@pytest.mark.parametrize("level", [Level.NONE, Level.READ_ONLY, Level.STANDARD])
def test_a_level_below_admin_brings_nothing(
    acme: Cast, admin: Client, sign_in: SignIn, own_home: Path, level: Level
) -> None:
    url = brought(admin)
    seen = admin.get(url).context["found"].digest
    other = sign_in(level)

    answers = [other.get(IMPORT), other.post(IMPORT, {"file": sent()}), other.get(url)]
    answers.append(other.post(url, {"seen": seen}))

    assert [answer.status_code for answer in answers] == [403] * 4
    assert not Project.objects.exists()
    assert len(list(own_home.rglob("projects.csv"))) == 1


def test_forged_forms_are_refused(acme: Cast, admin: Client) -> None:
    url = brought(admin)
    seen = admin.get(url).context["found"].digest
    client = Client(enforce_csrf_checks=True)
    client.force_login(acme.users[Level.ADMIN])

    answers = [client.post(IMPORT, {"file": sent()}), client.post(url, {"seen": seen})]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert not Project.objects.exists()
