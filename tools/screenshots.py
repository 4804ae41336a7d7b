"""Take the pictures of README and guide: the demo company, walked through as a new user would.

Run it as `make screenshots`. It sets up a data folder of its own, serves it on loopback, walks
through each theme with a real Chromium and writes docs/images/.
"""

import csv
import gzip
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
PORT = int(os.environ.get("PORT", "8766"))
SITE = f"http://127.0.0.1:{PORT}"
ERP = "/c/demo/erp"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# The guide's own file: one good row, and ten with something wrong each.
BROKEN = """Job No,Name,Status,Start,Finish,Contract
24-1001,Pier 4,Active,3/1/2026,12/31/2026,"1,250,000.00"
,No number,Active,,,
24-1002,,Active,,,
24-1003,A status nobody knows,Zzz,,,
24-1004,In the year 0,Active,1/1/0000,,
24-1005,In month 13,Active,,13/13/2026,
24-1006,An amount in words,Active,,,one million
24-1007,Too many cells,Active,,,,,stray
24-1008,Three decimals,Active,,,12.345
24-1009,The same number twice,Active,,,
24-1009,and not the same job,Active,,,
"""


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tieback-pictures-") as home:
        os.environ["TIEBACK_HOME"] = home
        with served(), sync_playwright() as playwright:
            chromium = os.environ.get("TIEBACK_TEST_CHROMIUM", "/usr/bin/chromium")
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            # The walk ends where it began, so that each theme finds the same demo company.
            for theme in ("light", "dark"):
                Walk(browser, theme, password_in(Path(home))).walk()
            browser.close()


@contextmanager
def served() -> Iterator[None]:
    """The demo company, loaded and served until the block ends."""
    tieback = str(Path(sys.executable).parent / "tieback")
    subprocess.run([tieback, "demo"], check=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen([tieback, "serve", "--port", str(PORT)])
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{SITE}/login/", timeout=2).close()
                break
            except OSError:
                time.sleep(0.5)
        yield
    finally:
        server.terminate()
        server.wait(30)


def password_in(home: Path) -> str:
    return next(
        line.split(":", 1)[1].strip()
        for line in (home / "demo-login.txt").read_text().splitlines()
        if line.lower().startswith("password:")
    )


def data(name: str) -> list[dict[str, str]]:
    """A table of the demo's own data."""
    with gzip.open(ROOT / f"src/tieback/demo/data/{name}.csv.gz", "rt") as file:
        return list(csv.DictReader(file))


def greyed_pairs() -> Iterator[tuple[str, str]]:
    """(job number, project number) of partners of which the project's setting is off."""
    jobs = {job["id"]: job for job in data("jobs")}
    off = {
        project["number"]
        for project in data("projects")
        if not project["is_erp_integrated"] and project["list"] == "erp" and project["is_active"]
    }
    for pair in data("truth"):
        job = jobs[pair["job"]]
        if pair["project_number"] in off - {""} and job["status"] == "Active":
            yield job["number"], pair["project_number"]


class Walk:
    """One theme's walk; every step leaves its picture."""

    def __init__(self, browser: Browser, theme: str, password: str) -> None:
        self.theme = theme
        self.password = password
        self.page: Page = browser.new_page(
            viewport={"width": 1280, "height": 800},
            color_scheme="dark" if theme == "dark" else "light",
            base_url=SITE,
        )

    def shot(self, name: str) -> None:
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_timeout(250)
        self.page.screenshot(path=IMAGES / f"{name}-{self.theme}.png")

    def walk(self) -> None:
        self.log_in()
        self.projects()
        self.link_a_greyed_project()
        self.archive_inactive()
        self.portfolio()
        self.broken_file()
        self.rest()
        self.page.close()

    def log_in(self) -> None:
        page = self.page
        page.goto("/login/")
        self.shot("login")
        page.get_by_label("E-mail").fill("admin@demo.example")
        page.get_by_label("Password").fill(self.password)
        page.get_by_role("button", name="Log in").click()

    def projects(self) -> None:
        page = self.page
        page.goto(f"{ERP}/projects/")
        self.shot("projects")
        page.get_by_role("button", name="Find matches").click()
        expect(page.get_by_text("without a match")).to_be_visible(timeout=60_000)
        self.shot("matches")
        page.get_by_label("Search ERP projects").fill("sewer brook")
        page.wait_for_timeout(600)
        self.shot("search")

    def link_a_greyed_project(self) -> None:
        page = self.page
        number = self.greyed_project()
        page.get_by_role("combobox").fill(number)
        expect(page.get_by_role("option").first).to_be_visible()
        self.shot("greyed")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Cannot be linked yet")).to_be_visible()
        self.shot("why-not")
        page.locator(".blockers button").first.click()
        expect(page.get_by_role("heading", name="Preview: nothing is linked yet")).to_be_visible()
        self.shot("preview")
        page.get_by_role("button", name="Link", exact=True).click()
        expect(page.get_by_role("heading", name="Linked", level=1)).to_be_visible()
        self.shot("linked")
        page.get_by_role("link", name=self.number).first.click()
        self.shot("job")
        page.get_by_role("button", name=f"Unlink {self.number}").click()
        expect(page.get_by_role("heading", name="Unlink", level=1)).to_be_visible()
        self.shot("unlink")
        page.get_by_role("button", name="Unlink", exact=True).click()
        expect(page.get_by_role("heading", name="Unlinked", level=1)).to_be_visible()
        self.shot("unlinked")
        self.switch_off_again()

    def greyed_project(self) -> str:
        """Open the link page of a job whose partner only lacks its setting; its number."""
        page = self.page
        for job, project in greyed_pairs():
            page.goto(f"/c/demo/portfolio/projects/?q={project}")
            page.locator("tbody tr a").first.click()
            switch = page.get_by_role("button", name="Switch on")
            if switch.count() == 1 and switch.is_enabled():
                self.project_url, self.number = page.url, job
                page.goto(f"{ERP}/projects/?q={job}")
                page.get_by_text("Link to Existing Project").first.click()
                page.wait_for_url("**/link/")
                return project
        raise SystemExit("The demo has no job whose partner only lacks its setting.")

    def switch_off_again(self) -> None:
        self.page.goto(self.project_url)
        self.page.get_by_role("button", name="Switch off").click()
        self.page.wait_for_load_state("networkidle")

    def archive_inactive(self) -> None:
        page = self.page
        page.goto(f"{ERP}/projects/")
        page.get_by_text("Archive all inactive ERP projects").click()
        self.shot("archive-inactive")
        page.get_by_role("button", name="Archive 1").click()
        undo = page.get_by_role("button", name="Undo")
        expect(undo.first).to_be_visible(timeout=60_000)
        self.shot("archived")
        undo.first.click()
        expect(page.get_by_text("120 of 120 done")).to_be_visible(timeout=60_000)

    def portfolio(self) -> None:
        self.page.goto("/c/demo/portfolio/projects/")
        self.shot("portfolio")
        self.page.goto(self.project_url)
        self.shot("project")
        self.page.goto("/c/demo/portfolio/cost-code-lists/")
        self.shot("cost-code-lists")

    def broken_file(self) -> None:
        page = self.page
        page.goto(f"{ERP}/settings/add/")
        page.get_by_label("Name", exact=False).first.fill(f"Ten broken rows ({self.theme})")
        page.locator("input[type=file]").first.set_input_files(
            {"name": "jobs.csv", "mimeType": "text/csv", "buffer": BROKEN.encode()}
        )
        self.shot("add-connection")
        page.get_by_role("button", name="Add connection").click()
        page.wait_for_load_state("networkidle")
        self.shot("connection")
        page.get_by_role("button", name="Refresh ERP project list").first.click()
        page.wait_for_timeout(3000)
        page.goto(f"{ERP}/issues/")
        self.shot("issues")

    def rest(self) -> None:
        for name in ("settings", "runs", "activity", "cost-codes"):
            self.page.goto(f"{ERP}/{name}/")
            self.shot(name)


if __name__ == "__main__":
    main()
