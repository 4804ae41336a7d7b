"""What the house has agreed on and no other tool checks."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "tieback"
MODULES = [path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts]
TRACKED = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    if name and (ROOT / name).is_file()
]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]


def shown(paths: list[Path]) -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in paths)


def project() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def requirement_names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~ ;]", requirement)[0] for requirement in requirements}


def pins(name: str) -> dict[str, set[str]]:
    """Package → versions that a pinned file may choose among, by Python version or platform."""
    found: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text(), re.M):
        found.setdefault(package, set()).add(version)
    return found


def test_imports_go_down_the_floors_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    assert lint_imports(no_cache=True) == 0


def test_every_package_stands_on_a_floor() -> None:
    contract = project()["tool"]["importlinter"]["contracts"][0]  # type: ignore[index]
    floors = set(re.findall(r"tieback\.(\w+)", " ".join(contract["layers"])))
    packages = {path.parent.name for path in SOURCE.glob("*/__init__.py")} - {"migrations"}

    assert packages <= floors


def test_no_file_is_longer_than_300_lines() -> None:
    too_long = [path for path in MODULES if len(path.read_text().splitlines()) > 300]

    assert shown(too_long) == []


def test_no_file_or_folder_is_a_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "util", "common", "helpers", "helper", "manager", "managers", "misc"}
    odd = [
        path for path in TRACKED if drawers & {part.split(".")[0].lower() for part in path.parts}
    ]

    assert shown(odd) == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        path
        for path in MODULES
        if path.name != "__init__.py" and not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert shown(silent) == []


def test_no_test_fakes_our_own_code() -> None:
    module = "unittest." + "mock"
    fakes = [p for p in (ROOT / "tests").rglob("*.py") if module in p.read_text()]

    assert shown(fakes) == []


def test_every_dependency_has_its_reason_and_every_reason_its_dependency() -> None:
    table = project()["project"]
    asked = requirement_names(table["dependencies"])  # type: ignore[index]
    for extra in table["optional-dependencies"].values():  # type: ignore[index]
        asked |= requirement_names(extra)
    for name in ("requirements-build.in", "requirements-assets.in"):
        lines = (ROOT / name).read_text().splitlines()
        asked |= requirement_names([line for line in lines if not line.startswith("#")])
    page = (ROOT / "docs/decisions/dependencies.md").read_text()
    reasons = dict(re.findall(r"^\| ([a-z][\w-]+) \| (.+) \|$", page, re.M))
    reasons.pop("package")

    assert set(reasons) == asked


def test_running_testing_and_building_mean_one_version_of_each_package() -> None:
    run, dev, *others = (
        pins(f"requirements{kind}.txt") for kind in ("", "-dev", "-build", "-benchmark")
    )

    assert {name: dev.get(name) for name in run} == run
    for other in others:
        assert {name: versions for name, versions in other.items() if name in dev} == {
            name: dev[name] for name in other if name in dev
        }


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_direct_dependency_is_pinned(name: str) -> None:
    table = project()["project"]
    asked = requirement_names(table["dependencies"])  # type: ignore[index]
    if "dev" in name:
        asked |= requirement_names(table["optional-dependencies"]["dev"])  # type: ignore[index]

    assert asked - set(pins(name)) == set()


def test_every_table_has_its_word_in_the_glossary() -> None:
    glossary = (ROOT / "docs/glossary.md").read_text()
    words = {word.lower() for word in re.findall(r"\*\*([^*]+)\*\*", glossary)}
    tables = {
        re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model.__name__).lower()
        for model in apps.get_app_config("tieback").get_models()
    }
    # "job cost code" and "erp vendor" are the cost code and the vendor of the ERP's side.
    unexplained = {t for t in tables if not any(t == w or t.endswith(f" {w}") for w in words)}

    assert unexplained == set()


def test_the_words_of_the_design_are_explained() -> None:
    glossary = (ROOT / "docs/glossary.md").read_text()
    words = [
        *("company", "connector", "connection", "capability", "job", "project", "sub job"),
        *("cost code", "cost type", "vendor", "standard cost code list", "external_id"),
        *("origin_id", "staged", "candidate", "evidence", "link", "unlink", "archive", "restore"),
        *("blocker", "plan", "batch", "dependents", "field rule", "outbox message", "sync run"),
        *("sync issue", "conflict"),
    ]

    assert [word for word in words if f"**{word}**" not in glossary] == []


def test_every_environment_variable_is_documented_and_every_documented_one_exists() -> None:
    pattern = r"TIEBACK_[A-Z_]+"
    read = [*MODULES, ROOT / "tests/settings.py", ROOT / "tests/postgres.py"]
    read += [*(ROOT / "tools").glob("*.sh"), *(ROOT / "tests/browser").glob("*.py")]
    used = {name for path in read for name in re.findall(pattern, path.read_text())}
    documented = set(re.findall(pattern, (ROOT / "docs/operate.md").read_text()))

    assert documented == used


def test_the_commands_that_the_readme_names_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    named = {
        target
        for path in DOCUMENTS
        for target in re.findall(r"^make ([a-z-]+)|`make ([a-z-]+)", path.read_text(), re.M)
        for target in target
        if target
    }

    assert {"run", "test"} <= named <= targets


def test_links_between_the_documents_lead_somewhere() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in DOCUMENTS
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text())
        if "://" not in target and not (path.parent / target).exists()
    ]

    assert broken == []


def test_nothing_committed_names_one_machine_or_one_workplace() -> None:
    # Written in pieces, so that this file does not find itself.
    forbidden = re.compile(
        "|".join(
            [
                r"(?<![\w.])/wo" r"rk/(main|shared|\.)",
                r"(?<![\w.])/ro" r"ot/",
                r"(?<![\w.])/home/(?!user)\w+/",
                r"/op" r"t/(pypi|wheels)",
                r"far" r"m-\w+",
                r"issu" r"es (show|note|blocked|resolved|duplicates)",
                r"index-" r"url",
                r"pythonho" r"sted",
                r"registry\.npm" r"js",
            ]
        )
    )
    found = []
    for path in TRACKED:
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        if hit := forbidden.search(text):
            found.append(f"{path.relative_to(ROOT)}: {hit.group()}")

    assert found == []


def test_what_is_still_to_do_has_an_issue() -> None:
    word = "TO" + "DO"
    loose = [
        path
        for path in TRACKED
        if path.suffix in {".py", ".js", ".html", ".css", ".sh", ".md"}
        and re.search(rf"\b{word}\b(?!\(#\d+\))", path.read_text("utf-8"))
    ]

    assert shown(loose) == []
