"""A certificate on paper: the same document as PDF, in the letters of many scripts."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from fpdf import FPDF, XPos, YPos
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace, TTFFont

from tieback.certificates.canonical import Document, digest, written
from tieback.certificates.reckoning import JOB_WORDS, PROJECT_WORDS

FONTS = Path(__file__).parent / "fonts"
_FAMILY = "DejaVu"
_INK, _QUIET, _LINE = (28, 33, 39), (90, 98, 108), 200
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_LONGEST = 600
_STATES = {"applied": "done", "held": "held back", "pending": "waiting"}
Row = Sequence[object]


def pdf(document: Document) -> bytes:
    """The document as PDF, with the JSON file inside; the same bytes every time."""
    sheet = _Sheet(document)
    sheet.fill()
    return bytes(sheet.output())


class _Sheet(FPDF):
    """The pages: a heading, tables with a sentence above each, and the digest at every foot."""

    def __init__(self, document: Document) -> None:
        super().__init__(format="letter", unit="pt")
        self.document = document
        self.seal = digest(document)
        self.set_margins(54, 54)
        self.set_auto_page_break(True, 60)
        self.add_font(_FAMILY, "", FONTS / "dejavu-sans-condensed.ttf")
        self.add_font(_FAMILY, "B", FONTS / "dejavu-sans-condensed-bold.ttf")
        both = [self.fonts[_FAMILY.lower() + style] for style in ("", "B")]
        self.letters = set.intersection(*(set(f.cmap) for f in both if isinstance(f, TTFFont)))
        self.set_title(self.safe(f"Go-live certificate of {document['company']['name']}"))
        self.set_lang("en-US")
        self.set_creator("Tieback")
        self.set_creation_date(datetime.fromisoformat(document["issued_at"]))
        self.embed_file(
            bytes=written(document),
            basename="certificate.json",
            mime_type="application/json",
            modification_date=datetime.fromisoformat(document["issued_at"]),
            desc="The certificate itself; this print is made from it.",
        )

    def safe(self, text: object) -> str:
        """The text with what steers, and what the font cannot draw, written out as code points.

        Cut where it would not fit on a page; the file inside has all of it.
        """
        shown = "".join(
            one
            if ord(one) in self.letters and unicodedata.category(one) not in _UNSAFE
            else f"<U+{ord(one):04X}>"
            for one in " ".join(str(text).split())[:_LONGEST]
        )
        return shown if len(shown) < _LONGEST else f"{shown[: _LONGEST - 1]}…"

    def footer(self) -> None:
        self.set_y(-42)
        self._ink(7, quiet=True)
        self.cell(0, 10, f"Digest {self.seal}")
        self.cell(0, 10, f"Page {self.page_no()} of {{nb}}", align="R")

    def fill(self) -> None:
        said = self.document
        self.add_page()
        self._heading(said)
        self._totals("ERP projects", JOB_WORDS, "jobs")
        self._totals("Projects in the portfolio", PROJECT_WORDS, "projects")
        self._plans(said["plans"])
        self._singles(said["single_decisions"])
        self._samples(said["samples"])
        self._left(said["left"])
        self._trail(said["trail"])

    def _heading(self, said: Document) -> None:
        self._ink(18, bold=True)
        self.multi_cell(0, 24, "Go-live certificate", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._ink(13, bold=True)
        name = self.safe(said["company"]["name"])
        self.multi_cell(0, 18, name, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._words(
            f"Issued by {said['issued_by']} on {_when(said['issued_at'])}, about what was decided "
            f"since {_when(said['since'])}. Written by {said['written_by']}."
        )
        self._words(f"SHA-256 of the document: {self.seal}", bold=True)
        self._words(
            "The digest shows a change; it is no signature. “tieback audit verify --certificate” "
            "proves the JSON file, which is attached to this PDF, by the digest and by the audit "
            "trail.",
            quiet=True,
        )

    def _totals(self, title: str, words: dict[str, str], side: str) -> None:
        before, after = self.document["before"][side], self.document["after"][side]
        self._title(title)
        rows = []
        for word, label in words.items():
            one, other = before.get(word), after.get(word)
            if any(standing and standing["rows"] for standing in (one, other)):
                rows.append([label, *_standing(one), *_standing(other)])
        self._table(
            ["", "Before", "Value before", "After", "Value after"],
            rows,
            [4, 1.4, 2.4, 1.4, 2.4],
            " RRRR",
        )
        currency = self.document["company"]["currency"]
        self._words(
            f"Values in {currency}, as they are said now; some records state none.", quiet=True
        )

    def _plans(self, plans: list[dict[str, Any]]) -> None:
        self._title("Plans of many rows")
        if not plans:
            self._words("None was applied.")
            return
        self._table(
            ["Plan", "Rows", "Drafted", "Approved", "Applied", "Content hash"],
            [
                [
                    f"{plan['title']} ({_states(plan)})",
                    f"{plan['rows']:,}",
                    f"{plan['drafted_by']}, {_when(plan['drafted_at'])}",
                    f"{plan['approved_by']}, {_when(plan['approved_at'])}"
                    if plan["approved_by"]
                    else "not needed",
                    f"{plan['applied_by']}, {_when(plan['applied_at'])}",
                    plan["content_hash"],
                ]
                for plan in plans
            ],
            [3, 0.9, 2, 2, 2, 2.4],
            " R",
        )

    def _singles(self, singles: dict[str, Any]) -> None:
        self._title("Decisions taken one by one")
        if not singles["count"]:
            self._words("None.")
            return
        people = ", ".join(f"{name} {number:,}" for name, number in singles["by_person"].items())
        self._words(
            f"{singles['count']:,} in all, {singles['done']:,} done and {singles['held']:,} held "
            f"back. By {people}."
        )

    def _samples(self, samples: list[dict[str, Any]]) -> None:
        self._title("Samples")
        if not samples:
            self._words("No sample was drawn, so nothing is known about how many links are wrong.")
            return
        self._words("Every sample of an applied plan is here, whatever it showed.")
        self._table(
            ["Plan", "Drawn by", "What it shows"],
            [
                [
                    one["title"],
                    f"{one['drawn_by']}, {_when(one['drawn_at'])}",
                    one["conclusion"],
                ]
                for one in samples
            ],
            [3, 2.5, 6],
        )

    def _left(self, left: dict[str, Any]) -> None:
        self._title("What is left")
        lanes = [
            [lane["name"], f"{lane['rows']:,}", _grouped(lane["value"]) if lane["value"] else "—"]
            for lane in left["lanes"].values()
            if lane["rows"]
        ]
        if lanes:
            self._table(["Lane", "Rows", "Value"], lanes, [4, 1.4, 2.4], " RR")
        else:
            self._words("Every active ERP project is decided.")
        self._words(
            f"Inactive ERP projects that nobody archived or linked: {left['inactive']:,}. "
            f"Questions without an answer: {left['open_questions']:,}."
        )
        self._named(
            "Rows held back and not decided since",
            left["held_rows"],
            ["ERP project", "Reason"],
            lambda one: [one["job"], one["reason"]],
        )
        self._named(
            "What pulls refused and nobody mended",
            left["sync_issues"],
            ["Where", "What"],
            lambda one: [f"{one['connection']}, {one['resource']}", one["message"]],
        )

    def _named(self, title: str, found: dict[str, Any], headers: list[str], row: Any) -> None:
        self._words(f"{title}: {found['count']:,}.")
        if found["named"]:
            self._table(headers, [row(one) for one in found["named"]], [3, 8])
        if found["count"] > len(found["named"]):
            self._words(f"The first {len(found['named']):,} are named.", quiet=True)

    def _trail(self, trail: dict[str, Any]) -> None:
        self._title("The audit trail")
        self._words(f"It stood at event {trail['seq']:,}, with the hash {trail['hash']}.")
        kinds = ", ".join(f"{name} {number:,}" for name, number in trail["actions"].items())
        self._words(f"Events up to there: {kinds}.", quiet=True)

    def _title(self, text: str) -> None:
        if self.get_y() > self.h - 120:
            self.add_page()
        self.ln(10)
        self._ink(11, bold=True)
        self.cell(0, 16, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _words(self, text: str, *, bold: bool = False, quiet: bool = False) -> None:
        self._ink(8.5, bold=bold, quiet=quiet)
        self.multi_cell(0, 12, self.safe(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(2)

    def _table(
        self, headers: Sequence[str], rows: Iterable[Row], widths: Sequence[float], right: str = ""
    ) -> None:
        """A table; `right` has an R for each column of numbers."""
        self._ink(7.5)
        self.set_draw_color(_LINE)
        with self.table(
            col_widths=tuple(widths),
            line_height=10,
            padding=2,
            text_align=tuple(
                "RIGHT" if one == "R" else "LEFT" for one in right.ljust(len(headers))
            ),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis="BOLD", color=_QUIET),
        ) as table:
            for row in [headers, *rows]:
                cells = table.row()
                for value in row:
                    cells.cell(self.safe(value))
        self.ln(4)

    def _ink(self, size: float, *, bold: bool = False, quiet: bool = False) -> None:
        self.set_font(_FAMILY, "B" if bold else "", size)
        self.set_text_color(*(_QUIET if quiet else _INK))


def _standing(total: dict[str, Any] | None) -> tuple[str, str]:
    return ("—", "—") if total is None else (f"{total['rows']:,}", _grouped(total["value"]))


def _grouped(amount: str) -> str:
    whole, _, cents = amount.partition(".")
    return f"{int(whole):,}.{cents}"


def _states(plan: dict[str, Any]) -> str:
    said = []
    for name, number in sorted(plan["by_action_and_state"].items()):
        action, _, state = name.partition(" ")
        said.append(f"{action}: {number:,} {_STATES.get(state, state)}")
    return "; ".join(said)


def _when(moment: str) -> str:
    return f"{moment[:10]} {moment[11:16]} UTC"
