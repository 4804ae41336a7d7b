"""What the go-live walk decides pair by pair: samples, questions, review, look-alikes."""

import re

from playwright.sync_api import expect
from tools.go_live_hands import BASE, Hands, tidy

PHONE = {"width": 390, "height": 800}
# So many of the least sure pairs are asked about.
LEAST_SURE = 3
# From a key to the next ERP project on the screen, by the browser's own clock.
KEYS = """
() => { window.took = []; let at = 0;
  document.addEventListener("keydown", (event) => (at = event.timeStamp), true);
  new MutationObserver(() => window.took.push(performance.now() - at))
    .observe(document.getElementById("review"), { childList: true }); }
"""
# The texts of a side-by-side table without what is said to screen readers alone.
CELLS = """
rows => rows.slice(0, 2).map(row => [...row.cells].slice(1).map(cell => {
  const copy = cell.cloneNode(true);
  for (const aside of copy.querySelectorAll(".visually-hidden, .note, .unsaid")) aside.remove();
  return copy.textContent;
}))
"""


class Pairs(Hands):
    """Everything that is decided pair by pair."""

    def is_right(self) -> bool:
        """Whether the pair on the sample's page is the same project, by the demo's answer."""
        cells = self.page.locator(".beside tbody tr").evaluate_all(CELLS)
        (number, name), project = zip(*cells, strict=True)
        return self.answers.get((tidy(number), tidy(name))) == tidy(" ".join(project))

    def ask(self) -> None:
        """Ask about what the decisions leave to a project manager, and the least sure pairs."""
        with self.clock.step("Ask the project manager") as step:
            for number in self.unsure():
                self.ask_about(number)
            step.decisions = len(self.votes)
            step.human = 40.0 * step.decisions
            step.said = f"{step.decisions} votes came back."

    def unsure(self) -> list[str]:
        """Numbers of the ERP projects to ask about."""
        self.lane("look&sort=probability")
        rows = self.page.locator(".lane-table tbody tr").all()
        said = [[tidy(cell) for cell in row.locator("td").all_inner_texts()] for row in rows]
        pairs = [(cells[1], cells[3]) for cells in said]
        asked = [number for number, _ in pairs[:LEAST_SURE]]
        left = [pair[0] for pair in pairs if self.verdicts.get(pair) == "ask"]
        return list(dict.fromkeys([*asked, *left]))

    def ask_about(self, number: str) -> None:
        page = self.page
        self.lane(f"look&q={number}")
        cell = page.locator("td.mono", has_text=re.compile(f"^{re.escape(number)}$"))
        page.locator(".lane-table tbody tr", has=cell).locator("a").first.click()
        name = tidy(page.locator("#review-job").inner_text()).removeprefix(number).strip()
        page.get_by_role("link", name="Ask the project manager").click()
        page.get_by_label("Who is asked").fill("Paul Pine, project manager")
        self.shot("ask")
        page.get_by_role("button", name="Make the link").click()
        link = page.get_by_label("Signed link").input_value()
        phone = self.browser.new_page(viewport=PHONE, color_scheme="light")
        phone.goto(link)
        if not self.votes:
            self.camera.shot(phone, "phone", "The project manager answers on the phone")
        vote = self.answers.get((number, name), "")
        cards = {
            tidy(" ".join(card.locator("dd").all_inner_texts()[:2])).removeprefix("not said "): card
            for card in phone.locator(".asked-choice").all()
        }
        chosen = cards.get(vote, phone.locator(".asked-choice").last)
        chosen.locator("label").click()
        phone.get_by_role("button", name="Send the answer").click()
        expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
        phone.close()
        self.votes[number] = vote if vote in cards else ""

    def review(self) -> None:
        """Look at every pair of the lane Look, by keyboard alone."""
        page, seen = self.page, set[str]()
        with self.clock.step("Review the lane Look by keyboard") as step:
            page.goto(f"{BASE}/review/?lane=look")
            page.wait_for_load_state("networkidle")
            self.shot("review", "One pair at a time, by keyboard: the next one is there already")
            page.evaluate(KEYS)
            while (here := self.at()) and here not in seen:
                seen.add(here)
                step.decisions += self.press(here)
            took = sorted(page.evaluate("window.took"))
            half, most = (took[int(len(took) * share)] for share in (0.5, 0.95))
            step.said = f"{len(took)} keys, p50 {half:.0f} ms, p95 {most:.0f} ms"
            step.human = 8 * step.decisions
        self.lane("look")
        self.shot("progress-later")

    def at(self) -> str:
        """The ERP project under review, "" when none is left."""
        article = self.page.locator("#review article")
        return article.get_attribute("data-job") or "" if article.count() else ""

    def press(self, here: str) -> int:
        page = self.page
        number = tidy(page.locator("#review-job .mono").inner_text())
        shown = page.locator(".review-choice:not([data-unchosen])")
        project = tidy(shown.get_attribute("data-name") or "") if shown.count() else ""
        verdict = self.verdicts.get((number, project), "pass")
        if (vote := self.votes.get(number)) is not None:
            verdict = "yes" if vote == project else "no"
        elif project and verdict in ("pass", "ask"):
            verdict = "pass"
            print(f"Nobody has judged {number} and {project}: passed over.", flush=True)
        if project and verdict in ("yes", "no"):
            with page.expect_response("**/decide/"):
                page.keyboard.press("Enter" if verdict == "yes" else "x")
        if verdict != "yes" and self.at() == here:
            page.keyboard.press("j")
        page.wait_for_function(
            "here => document.querySelector('#review article:not([inert])')?.dataset.job !== here",
            arg=here,
        )
        # A person takes seconds for the next pair; meanwhile those after it come.
        page.wait_for_timeout(700)
        return int(verdict != "pass")

    def twins(self) -> None:
        """Decide the groups of look-alikes; what nobody has judged is left for later."""
        page = self.page
        with self.clock.step("Decide look-alikes by groups") as step:
            page.goto(f"{BASE}/twins/")
            groups = self.page.get_by_role("button", name="Decide this group")
            if groups.count():
                self.shot("twins", "Look-alikes are decided once for the group")
            while groups.count() and self.chosen_among_twins():
                groups.click()
                page.wait_for_load_state("networkidle")
                step.decisions += 1
            left = "The last group was left for later." if groups.count() else ""
            step.said, step.human = left, 25.0 * (step.decisions + bool(left))

    def chosen_among_twins(self) -> bool:
        """Choose for each row of the group what was judged to be it; whether any was."""
        found = False
        for row in self.page.locator(".twins tbody tr").all():
            number = tidy(row.locator("th .mono").inner_text())
            options = row.locator("option").all_inner_texts()
            right = [one for one in options if self.verdicts.get((number, tidy(one))) == "yes"]
            row.locator("select").select_option(label=right[0] if right else "Decide later")
            found = found or bool(right)
        return found
