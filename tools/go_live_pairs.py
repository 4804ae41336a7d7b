"""What the go-live walk decides pair by pair: samples, questions, review, look-alikes."""

from playwright.sync_api import expect
from tools.go_live_hands import BASE, Hands, tidy

PHONE = {"width": 390, "height": 800}
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
        """Ask about every pair that the decisions leave to a project manager; they answer."""
        asked = [pair for pair, verdict in self.verdicts.items() if verdict == "ask"]
        with self.clock.step("Ask the project manager", human=40 * len(asked)) as step:
            for number, project in asked:
                step.decisions += self.ask_about(number, project)
            step.said = f"{len(self.votes)} votes came back."

    def ask_about(self, number: str, project: str) -> int:
        page = self.page
        self.lane(f"look&q={number}")
        links = page.locator(".lane-table tbody tr", has_text=project.split(" ")[-1])
        if links.count() != 1:
            return 0
        links.locator("a").first.click()
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
        return 1

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
        if project and verdict == "pass":
            print(f"Nobody has judged {number} and {project}: passed over.", flush=True)
        if verdict == "ask":
            vote = self.votes.get(number)
            verdict = "pass" if vote is None else "yes" if vote == project else "no"
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
        page = self.page
        with self.clock.step("Decide look-alikes by groups") as step:
            page.goto(f"{BASE}/twins/")
            decide = page.get_by_role("button", name="Decide this group")
            if decide.count():
                self.shot("twins", "Look-alikes are decided once for the group")
            while decide.count():
                decide.click()
                page.wait_for_load_state("networkidle")
                step.decisions += 1
            step.human = 25 * step.decisions
