"""Walk a go-live of the demo company in a real browser, with a clock: `make go-live-walk`.

From the first refresh to a certificate that is proved offline, on a data folder of its own. Writes
docs/images/go-live-* and prints each step with its decisions and seconds, then how many links are
wrong by the demo's own answer. Pairs that need a person's eye are decided by go_live_decisions.csv,
which was filled in from what the screen says, before the answer was looked at; a pair that is not
in it is passed over. The sample's verdicts and the project manager's answers are the demo's own.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl
from playwright.sync_api import expect, sync_playwright
from tools.go_live_hands import BASE, LONG, tidy
from tools.go_live_pairs import Pairs
from tools.go_live_report import write
from tools.screenshots import FLAGS, IMAGES, ROOT, served

TIEBACK = str(Path(sys.executable).parent / "tieback")
SECOND = ("second@demo.example", "a long word for the second admin")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tieback-go-live-") as home:
        os.environ["TIEBACK_HOME"] = home
        with served(), sync_playwright() as playwright:
            add = ["user", "add", SECOND[0], "--name", "Sofia Second", "--level", "admin"]
            add += ["--company", "demo", "--password-stdin"]
            subprocess.run([TIEBACK, *add], input=SECOND[1], text=True, check=True)
            chromium = os.environ.get("TIEBACK_TEST_CHROMIUM", "/usr/bin/chromium")
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            walk = Walk(browser, Path(home))
            walk.walk()
            walk.camera.film(IMAGES / "go-live.webp")
            browser.close()
        walk.report()


class Walk(Pairs):
    """The walk; each step is a method and a line of the clock."""

    def walk(self) -> None:
        self.refresh_and_match()
        self.archive_inactive()
        self.want_a_second_admin()
        self.plan_safe()
        self.sample()
        self.approve_and_apply()
        self.fix_blocked()
        self.link_what_was_blocked()
        self.undo_and_apply_again()
        self.ask()
        self.review()
        self.twins()
        self.link_what_is_safe_by_now()
        self.round_trip()
        self.archive_the_rest()
        self.certify()

    def refresh_and_match(self) -> None:
        page = self.page
        with self.clock.step("Refresh the ERP project list", decisions=1, human=10):
            page.goto("/c/demo/erp/projects/")
            page.get_by_role("button", name="Refresh ERP project list").click()
            page.wait_for_load_state("networkidle")
            page.goto("/c/demo/erp/runs/")
            expect(page.get_by_text("Running")).to_have_count(0, timeout=LONG)
        with self.clock.step("Find matches", decisions=1, human=10):
            self.lane("safe")
            page.get_by_role("button", name="Find matches").first.click()
            expect(page.locator("#matches .spin")).to_have_count(0, timeout=LONG)
            self.lane("safe")
            self.first = self.lanes()
        self.shot("board", "First pull, matches found: every ERP project stands in a lane")

    def archive_inactive(self) -> None:
        page = self.page
        with self.clock.step("Archive what is inactive in the ERP", decisions=1, human=20) as step:
            page.goto("/c/demo/erp/projects/")
            page.get_by_role("button", name="Archive all inactive ERP projects").click()
            step.said = self.apply("Archive")

    def want_a_second_admin(self) -> None:
        page = self.page
        with self.clock.step("Say that large plans need a second Admin", decisions=1, human=20):
            page.goto(f"{BASE}/plans/")
            page.get_by_label("Plans with more rows than this").fill("500")
            page.get_by_role("button", name="Save").click()
            expect(page.get_by_text("Plans with more than 500 rows need")).to_be_visible()

    def plan_safe(self) -> None:
        with self.clock.step("Plan the whole lane Safe", decisions=1, human=60) as step:
            self.lane("safe")
            step.rows = self.plan_lane("Plan these links")
            sums = self.page.locator(".sum li").all_inner_texts()
            step.said = f"{', '.join(map(tidy, sums))}."
        self.plan_url = self.page.url
        self.shot("plan", "The lane Safe as one plan: every effect, before anything is done")

    def sample(self) -> None:
        page = self.page
        with self.clock.step("Judge a random sample of 60", decisions=60, human=60 * 6) as step:
            page.get_by_label("Draw so many").fill("60")
            page.get_by_role("button", name="Draw a sample").click()
            page.wait_for_url("**/samples/*/")
            expect(page.locator("#pair")).to_contain_text("Row 1 of 60")
            self.shot("sample", "A random sample of 60, judged by a person: right, wrong or unsure")
            for at in range(1, 61):
                expect(page.locator("#pair")).to_contain_text(f"Row {at} of 60")
                page.keyboard.press("r" if self.is_right() else "w")
            expect(page.locator("[data-done]")).to_be_visible()
            step.said = tidy(page.locator("#judging .strip").inner_text())
        self.shot("sample-done", "What the sample proves, and no more than that")

    def approve_and_apply(self) -> None:
        with self.clock.step("Second Admin approves", decisions=1, human=120):
            second = self.somebody(*SECOND)
            second.goto(self.plan_url)
            self.camera.shot(
                second, "approve", "A second Admin reads the same plan and approves it"
            )
            second.get_by_role("button", name="Approve").click()
            expect(second.get_by_text("Approved by Sofia Second")).to_be_visible()
            second.close()
        with self.clock.step("Apply it", decisions=1, human=5) as step:
            self.page.goto(self.plan_url)
            step.said = self.apply(
                "Link", shown="progress", caption="Applied row by row; it goes on by itself"
            )
        self.shot("applied")

    def fix_blocked(self) -> None:
        page = self.page
        with self.clock.step("Mend what blocks, in one go", decisions=1, human=60) as step:
            page.goto(f"{BASE}/fixes/")
            self.shot("fixes", "What blocks, by cause: mended for all pairs in one go")
            page.get_by_role("button", name="Show what the fixes would change").click()
            page.wait_for_url("**/erp/plans/*/")
            self.shot("fixes-plan")
            step.said = self.apply(r"(?:Apply|Change settings|Fix)")

    def link_what_was_blocked(self) -> None:
        with self.clock.step("Link what was blocked", decisions=1, human=30) as step:
            self.lane("safe")
            step.rows = self.plan_lane("Plan these links")
            step.said = self.apply("Link")

    def undo_and_apply_again(self) -> None:
        page = self.page
        with self.clock.step("Undo that batch", decisions=2, human=20) as step:
            page.get_by_role("button", name="Undo", exact=True).click()
            page.wait_for_url("**/erp/plans/*/")
            expect(page.get_by_role("heading", level=1)).to_contain_text("Undo")
            self.shot("undo", "Undo: what returns to its old value, shown first")
            step.said = self.apply("Unlink")
        with self.clock.step("Link them again", decisions=1, human=20) as step:
            self.lane("safe")
            step.rows = self.plan_lane("Plan these links")
            step.said = self.apply("Link")

    def link_what_is_safe_by_now(self) -> None:
        """Decisions settle what stood beside them: a few more rows have become safe."""
        with self.clock.step("Link what has become safe meanwhile") as step:
            self.lane("safe")
            if self.rows("safe"):
                step.rows = self.plan_lane("Plan these links")
                step.decisions, step.human = 1, 5.0 * step.rows
                step.said = self.apply("Link")

    def round_trip(self) -> None:
        """Decide what stays blocked in a workbook; a formula in it is refused with its reason."""
        page, file = self.page, self.home / "blocked.xlsx"
        with self.clock.step("Decide what stays blocked, in Excel", human=120) as step:
            self.lane("blocked")
            page.locator("summary", has_text="Files").click()
            with page.expect_download() as download:
                page.get_by_role("link", name="XLSX").click()
            download.value.save_as(file)
            step.decisions = step.rows = self.written(file, spoilt=True)
            self.upload(file)
            self.shot(
                "excel-refused", "The workbook comes back: a formula is refused, with the reason"
            )
            self.written(file, spoilt=False)
            self.upload(file)
            self.shot("excel")
            page.get_by_role("button", name=re.compile("^Plan ")).click()
            step.said = self.apply("(?:Apply|Archive)")

    def written(self, file: Path, *, spoilt: bool) -> int:
        """Fill the workbook in as a person would; how many rows it has."""
        book = openpyxl.load_workbook(file)
        sheet = book["Decisions"]
        column = {cell.value: cell.column for cell in sheet[1]}
        for row in range(2, sheet.max_row + 1):
            sheet.cell(row, column["Decision"]).value = "archive"
            sheet.cell(
                row, column["Note"]
            ).value = "Its project stays outside; a new one is to be made."
        if spoilt:
            sheet.cell(2, column["Decision"]).value = '=IF(1=1,"link","leave")'
        book.save(file)
        return sheet.max_row - 1

    def upload(self, file: Path) -> None:
        self.page.goto(f"{BASE}/plans/upload/")
        self.page.get_by_label("File").set_input_files(file)
        self.page.get_by_role("button", name="Look at the file").click()
        expect(self.page.get_by_role("heading", name="Row by row")).to_be_visible()

    def archive_the_rest(self) -> None:
        with self.clock.step("Archive what only the ERP has", decisions=1, human=120) as step:
            self.lane("only-in-erp")
            step.rows = self.plan_lane("Archive the chosen")
            step.said = self.apply("Archive")
        self.lane("done")
        self.last = self.lanes()
        self.shot("end", "All decided; every batch can still be undone")

    def certify(self) -> None:
        page, file = self.page, self.home / "certificate.json"
        with self.clock.step("Certificate, proved offline", decisions=1, human=30) as step:
            page.goto(f"{BASE}/certificates/")
            page.get_by_role("button", name="Issue a certificate now").click()
            page.wait_for_url("**/certificates/*/")
            with page.expect_download() as download:
                page.get_by_role("link", name=re.compile("JSON")).click()
            download.value.save_as(file)
            with page.expect_download() as download:
                page.get_by_role("link", name=re.compile("PDF")).click()
            download.value.save_as(self.home / "certificate.pdf")
            step.said = proved(file, self.home)
        self.shot("certificate", "A certificate, proved offline by tieback audit verify")

    def report(self) -> None:
        """Write the steps and how many links are right into docs/go-live.md, and print them."""
        asked = [sys.executable, "-m", "tools.go_live_count"]
        done = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True)
        steps, lanes = self.clock.steps, (self.first, self.last)
        print(write(steps, self.clock.total(), lanes, json.loads(done.stdout)))


def proved(file: Path, home: Path) -> str:
    """What the command line says of the certificate with nothing but an export of the trail."""
    trail = home / "trail.jsonl"
    subprocess.run(
        [TIEBACK, "audit", "export", "--out", str(trail), "--company", "demo"], check=True
    )
    alone = {**os.environ, "TIEBACK_HOME": str(home / "elsewhere")}
    asked = [TIEBACK, "audit", "verify", "--certificate", str(file), "--against", str(trail)]
    said = subprocess.run(asked, env=alone, check=True, capture_output=True, text=True).stdout
    return f"{len(re.findall('holds', said))} checks hold."


if __name__ == "__main__":
    main()
