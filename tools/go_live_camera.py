"""The pictures and the clock of the go-live walk: what it looked like, how long each step took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Page

FRAME = (800, 500)
BAR = 40
SECONDS_A_FRAME = 2.2


@dataclass(slots=True)
class Step:
    """A step of the walk: what a person decided in it, and seconds by the clock without pictures.

    `human` is an estimate: seconds that a person needs for it beside the waiting.
    """

    name: str
    decisions: int = 0
    rows: int = 0
    seconds: float = 0.0
    human: float = 0.0
    said: str = ""


@dataclass(slots=True)
class Camera:
    """Takes each picture in both themes; `look` also takes it in two more sizes, to be looked at.

    A picture's light version, with its caption, becomes a frame of the film.
    """

    folder: Path
    look: Path | None = None
    taking: float = 0.0
    frames: list[Image.Image] = field(default_factory=list)

    def shot(self, page: Page, name: str, caption: str = "") -> None:
        """Write `go-live-NAME-light.png` and `-dark.png`, as large as the page's window."""
        began = time.perf_counter()
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(250)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            page.wait_for_timeout(120)
            page.screenshot(path=self.folder / f"go-live-{name}-{theme}.png")
            if self.look:
                self._looked_at(page, self.look, f"{name}-{theme}")
        page.emulate_media(color_scheme="light")
        if caption:
            self._frame(page.screenshot(), caption)
        self.taking += time.perf_counter() - began

    def _looked_at(self, page: Page, folder: Path, name: str) -> None:
        usual = page.viewport_size
        for width, height in ((1440, 900), (820, 1100)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(150)
            page.screenshot(path=folder / f"{name}-{width}.png")
        if usual:
            page.set_viewport_size(usual)

    def _frame(self, picture: bytes, caption: str) -> None:
        shown = Image.open(BytesIO(picture)).convert("RGB")
        frame = Image.new("RGB", (FRAME[0], FRAME[1] + BAR), "#14365f")
        # A phone's picture stands in the middle; all others fill the frame.
        shown.thumbnail(FRAME, Image.Resampling.LANCZOS)
        frame.paste("#e9edf3", (0, 0, FRAME[0], FRAME[1]))
        frame.paste(shown, ((FRAME[0] - shown.width) // 2, 0))
        font = ImageFont.load_default(17)
        ImageDraw.Draw(frame).text((16, FRAME[1] + 9), caption, fill="#ffffff", font=font)
        self.frames.append(frame)

    def film(self, path: Path) -> None:
        """Write the frames as one animated image that begins anew when it ends."""
        first, *rest = self.frames
        first.save(
            path,
            save_all=True,
            append_images=rest,
            duration=int(SECONDS_A_FRAME * 1000),
            loop=0,
            quality=70,
            method=6,
            # Each frame whole: differences to the one before would leave shadows of it.
            kmax=1,
        )


class Clock:
    """Every step with what it took; taking pictures does not count."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        self.steps: list[Step] = []

    @contextmanager
    def step(self, name: str, *, decisions: int = 0, human: float = 0) -> Iterator[Step]:
        """Time a step; what is known only at its end is put into the step by the caller."""
        step = Step(name, decisions=decisions, human=human)
        began, taking = time.perf_counter(), self._camera.taking
        yield step
        step.seconds = time.perf_counter() - began - (self._camera.taking - taking)
        self.steps.append(step)
        took = f"{step.seconds:6.1f} s  {step.decisions:4} decisions"
        print(f"{took}  {name}. {step.said}", flush=True)

    def total(self) -> Step:
        """All steps as one."""
        return Step(
            "all",
            decisions=sum(step.decisions for step in self.steps),
            seconds=sum(step.seconds for step in self.steps),
            human=sum(step.human for step in self.steps),
        )
