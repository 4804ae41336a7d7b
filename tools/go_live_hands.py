"""What every step of the go-live walk does: people's windows, lanes, plans of a whole lane."""

import csv
import os
import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from tools.go_live_camera import Camera, Clock
from tools.screenshots import IMAGES, SITE, data, password_in

BASE = "/c/demo/go-live"
WINDOW = {"width": 1280, "height": 800}
LONG = 300_000


def tidy(text: str) -> str:
    return " ".join(text.split())


def number_in(text: str) -> int:
    return int(text.replace(",", ""))


def answers() -> dict[tuple[str, str], str]:
    """(job's number, its name) → number and name of the project that it is, by the demo data."""
    jobs = {job["id"]: (tidy(job["number"]), tidy(job["name"])) for job in data("jobs")}
    return {
        jobs[row["job"]]: tidy(f"{row['project_number']} {row['project_name']}")
        for row in data("truth")
    }


class Hands:
    """An admin at the demo company, with a clock, a camera and the demo's own answers."""

    def __init__(self, browser: Browser, home: Path) -> None:
        look = os.environ.get("GO_LIVE_LOOK")
        self.camera = Camera(IMAGES, Path(look) if look else None)
        self.clock = Clock(self.camera)
        self.browser, self.home = browser, home
        self.answers = answers()
        with (Path(__file__).parent / "go_live_decisions.csv").open() as file:
            decided = list(csv.DictReader(file))
        self.verdicts = {
            (tidy(row["job"]), tidy(row["project"])): row["verdict"] for row in decided
        }
        self.votes: dict[str, str] = {}
        self.page = self.somebody("admin@demo.example", password_in(home))

    def somebody(self, email: str, password: str) -> Page:
        """A window of its own for a person, logged in."""
        page = self.browser.new_page(viewport=WINDOW, base_url=SITE, color_scheme="light")
        page.set_default_timeout(60_000)
        page.goto("/login/")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_load_state("networkidle")
        return page

    def shot(self, name: str, caption: str = "") -> None:
        self.camera.shot(self.page, name, caption)

    def lane(self, lane: str) -> None:
        self.page.goto(f"{BASE}/?lane={lane}")
        self.page.wait_for_load_state("networkidle")

    def lanes(self) -> dict[str, str]:
        """Every lane of the board that is shown, and its count as it is printed."""
        cards = self.page.locator("#lanes .lane").all()
        texts = ((card.locator(".lane-name"), card.locator(".lane-rows")) for card in cards)
        return {name.inner_text(): rows.inner_text() for name, rows in texts}

    def rows(self, lane: str) -> int:
        """How many rows the card of a lane says."""
        return number_in(self.page.locator(f".lane-{lane} .lane-rows").inner_text())

    def plan_lane(self, button: str) -> int:
        """The whole lane as a plan; how many rows it has."""
        self.page.get_by_label("not this page only").check()
        self.page.get_by_role("button", name=button).click()
        self.page.wait_for_url("**/erp/plans/*/")
        return number_in(self.page.locator(".sum strong").first.inner_text())

    def apply(self, verb: str, *, shown: str = "", caption: str = "") -> str:
        """Press the plan's button and wait for its end; the line that says how it ended."""
        self.page.get_by_role("button", name=re.compile(rf"^{verb} [\d,]+$")).click()
        if shown:
            expect(
                self.page.get_by_text(re.compile(r"[1-9]\d* of [\d,]+ rows done"))
            ).to_be_visible()
            self.page.wait_for_timeout(4_000)
            self.shot(shown, caption)
        end = self.page.locator("p.strip", has_text=re.compile(r"of [\d,]+ done"))
        expect(end).to_be_visible(timeout=LONG)
        return tidy(end.inner_text()).partition(". ")[0] + "."
