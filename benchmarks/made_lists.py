"""Lists with a known answer: a contractor's ERP and a portfolio, from the demo company's names.

    python -m benchmarks.made_lists OUT --size 10000 --seed 1 [--kind numbered|unnumbered|mild]

writes OUT/erp.csv, OUT/ptf.csv and OUT/truth.csv. The same arguments always make the same bytes.

*Names.* The demo company's projects are public works of New York. "Site - work" is taken apart into
sites and works, and any site may get any work. Half of the sites are told apart by a made-up word,
so that 100,000 of them are not all the same few. Three in ten become families of two to four:
another phase, building, work or package at the same address for the same owner.

*Who has a record.* Both sides 61 %, only the ERP 21 %, only the portfolio 18 %, each for itself.

*What the ERP does* (`numbered`, `unnumbered`): prints the number its own way, and another company
of the same ERP uses it again (one job in eight); shouts (80 %), shortens each word that has a short
form (half of them), drops small words (half), turns "site - work" around (1 in 8), puts the owner's
initials or the number in front (1 in 8), mistypes (1 in 16), calls a job by two of its words and
one other (1 in 20), and cuts at 30 letters (two in three), 40 or 60 (one in ten each). Address
blank 35 % or the owner's own (7 %); owner blank 5 %, cut at 30; start blank 25 %, moved by some
weeks, or by half a year and more (1 in 7); end blank 45 %; value blank 10 %, equal 25 %, near 50 %,
else after change orders.

*What the portfolio does*: the number in another print (58 %), none (15 %), the owner's own (12 %),
without the sub job (7 %), the sequence alone (4 %), mistyped (4 %); number in front of the name
(1 in 6), owner or city behind it (1 in 10); address blank 15 %, owner 30 %, start 12 %, end 25 %,
value 45 %.

*`unnumbered`*: the same, without any number. *`mild`*: two releases of one list rather than two
systems; each side edits some names (a word less, a word more, a slip), values and dates move for a
third, either side may shout or cut at 40 or 60, and whole columns are missing by chance.
"""

import argparse
import csv
import gzip
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from tools.demo_names import SHORT

from tieback.matching.records import COLUMNS

Row = dict[str, object]
KINDS = ("numbered", "unnumbered", "mild")
_DEMO = Path(__file__).parent.parent / "src/tieback/demo/data/projects.csv.gz"
_NUMBER_IN_FRONT = re.compile(r"^[A-Z0-9-]*\d[A-Z0-9-]* - ")
_PARTED = re.compile(r"\s+-\s+|:\s+")
_FAMILY = (
    *("Phase {n}", "Bldg {letter}", "Tower {letter}", "Package {n}", "Lot {n}", "Area {n}"),
    *("Sitework", "Abatement", "Early Works", "Interior Fit-Out", "Furniture", "Demolition"),
)
_TAIL = ("Project", "Program", "(Rev)", "Design", "Construction", "Various Locations")
_CITIES = tuple(
    f"{start}{end}"
    for start in ("Ash", "Brook", "Clare", "Dun", "East", "Fair", "Glen", "Hazel", "King", "Lake")
    for end in ("ton", "field", "mont", "ville", "port", "ford")
)
_STREETS = ("Street", "Avenue", "Road", "Boulevard", "Lane", "Court", "Drive", "Place")
_ENDINGS = ("Inc", "LLC", "LP", "Corporation", "Authority", "")
_PRINTS = (
    *("{y}-{q}-{x:02}", "{y}.{q}.{x:02}", "{y}{q}-{x:02}", "{y}{q}{x:02}"),
    *("0{y}{q}-{x}", "J{y}{q}.{x}", "{y}-{q}.{x:03}"),
)
_BARE = ("{y}-{q}", "{y}.{q}.", "{y}{q}-00", "{y}{q}", "0{y}{q}", "J{y}{q}", "{y}-{q}.000")


@dataclass(frozen=True, slots=True)
class Made:
    """Two lists and which of their records are the same, as (job id, project id)."""

    jobs: list[Row]
    projects: list[Row]
    truth: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Work:
    """One real project, of which each side may have its own record."""

    name: str
    owner: str
    address: str
    city: str
    state: str
    zip: str
    start: date
    days: int
    value: float
    year: int
    sequence: int
    sub: int = 0
    company: int = 0


@dataclass(slots=True)
class _Maker:
    chance: Random
    prints: tuple[int, int] = (0, 1)
    sequences: list[int] = field(default_factory=lambda: [0, 0])

    def toss(self, share: float) -> bool:
        return self.chance.random() < share


def make(size: int, seed: int, kind: str = "numbered") -> Made:
    """Lists with about `size` records on either side."""
    chance = Random(f"{kind} {size} {seed}")
    maker = _Maker(chance, (chance.randrange(7), chance.randrange(7)))
    works = _works(maker, int(size / 0.81))
    style = _mild_style(maker) if kind == "mild" else None
    jobs, projects, truth = [], [], []
    names = iter(chance.sample(range(10**6, 10**7), 2 * len(works)))
    for work in works:
        job_id, project_id, where = f"J{next(names)}", f"P{next(names)}", chance.random()
        if where < 0.82:
            row = style.row(maker, work, 0) if style else _job(maker, work)
            jobs.append({"id": job_id, **row})
        if where < 0.61 or where >= 0.82:
            row = style.row(maker, work, 1) if style else _project(maker, work)
            projects.append({"id": project_id, **row})
        if where < 0.61:
            truth.append((job_id, project_id))
    for rows in (jobs, projects):
        chance.shuffle(rows)
        if kind == "unnumbered":
            _without_numbers(rows)
    return Made(jobs, projects, truth)


def write(made: Made, folder: Path) -> None:
    """The three files of a truth set."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("erp", made.jobs), ("ptf", made.projects)):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            out = csv.DictWriter(file, COLUMNS)
            out.writeheader()
            out.writerows(rows)
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("erp_id", "ptf_id"), *made.truth])


def _without_numbers(rows: list[Row]) -> None:
    for row in rows:
        row["number"] = None
        row["name"] = re.sub(r"^\d[\d.-]* ", "", str(row["name"]))


def _works(maker: _Maker, count: int) -> list[_Work]:
    """Families of works until there are enough."""
    chance = maker.chance
    whole, sites, kinds = _vocabulary()
    owners = [
        f"{_word(chance)} {chance.choice(sites).split()[-1]}" for _ in range(count // 40 + 30)
    ]
    owners = [f"{owner} {chance.choice(_ENDINGS)}".strip() for owner in owners]
    found: list[_Work] = []
    while len(found) < count:
        if len(found) < 2 * len(whole) and maker.toss(0.5):
            name = chance.choice(whole)
        else:
            site = chance.choice(sites)
            site = f"{_word(chance)} {site}" if maker.toss(0.5) else site
            name = f"{site}{chance.choice((' - ', ' - ', ': ', ' '))}{chance.choice(kinds)}"
        first = _first(maker, name, owners)
        found += [first, *_family(maker, first, kinds)] if maker.toss(0.3) else [first]
    return found[:count]


def _vocabulary() -> tuple[list[str], list[str], list[str]]:
    """Whole names, sites and kinds of work of the demo company's projects."""
    with gzip.open(_DEMO, "rt", encoding="utf-8", newline="") as file:
        names = [_NUMBER_IN_FRONT.sub("", row["name"]).strip() for row in csv.DictReader(file)]
    parted = [_PARTED.split(name, maxsplit=1) for name in names]
    sites = {two[0].title() for two in parted if len(two) == 2 and len(two[0]) > 5}
    works = {two[1] for two in parted if len(two) == 2 and len(two[1]) > 5}
    works = {work for work in works if not re.search(r"\d{3}", work)}
    return sorted({name for name in names if len(name) > 5}), sorted(sites), sorted(works)


def _first(maker: _Maker, name: str, owners: Sequence[str]) -> _Work:
    chance = maker.chance
    company = int(maker.toss(0.125))
    maker.sequences[company] += 1
    start = date(2014, 1, 1) + timedelta(days=chance.randrange(4_300))
    return _Work(
        name=name,
        owner=owners[min(int(chance.paretovariate(0.5)) - 1, len(owners) - 1)],
        address=f"{chance.randint(1, 9_900)} {_word(chance)} {chance.choice(_STREETS)}",
        city=chance.choice(_CITIES),
        state=chance.choice(("NY", "NJ", "CT", "PA")),
        zip=f"{chance.randint(6_001, 19_950):05}",
        start=start,
        days=int(chance.lognormvariate(5.8, 0.5)),
        value=round(chance.lognormvariate(14.5, 1.3), 2),
        year=start.year % 100,
        sequence=1_001 + maker.sequences[company] % 8_990,
        company=company,
    )


def _family(maker: _Maker, first: _Work, kinds: Sequence[str]) -> list[_Work]:
    chance, found = maker.chance, []
    for at in range(1, chance.randint(2, 4)):
        mark = chance.choice(_FAMILY).format(n=at + 1, letter="ABCDE"[at])
        if maker.toss(0.25):
            name = f"{_PARTED.split(first.name)[0]} - {chance.choice(kinds)}"
        else:
            name = f"{first.name} - {mark}" if maker.toss(0.5) else f"{first.name} {mark}"
        own_number = maker.toss(0.5)
        maker.sequences[first.company] += own_number
        found.append(
            replace(
                first,
                name=name,
                value=round(first.value * chance.lognormvariate(-0.4, 0.8), 2),
                start=first.start + timedelta(days=chance.randrange(900)),
                sequence=1_001 + maker.sequences[first.company] % 8_990
                if own_number
                else first.sequence,
                sub=0 if own_number else at,
            )
        )
    return found


def _job(maker: _Maker, work: _Work) -> Row:
    """The ERP's record."""
    toss, chance = maker.toss, maker.chance
    start = _moved(maker, work.start)
    own_print = maker.prints[work.company] if toss(0.93) else chance.randrange(7)
    number = _printed(work, own_print)
    no_address, is_owners = toss(0.35), toss(0.07)
    house = Random(work.owner)
    address = f"{house.randint(1, 900)} {_word(house)} Street" if is_owners else work.address
    return {
        "number": number,
        "name": _erp_name(maker, work),
        "address": None if no_address else _shortened(maker, address, 0.7).upper(),
        "city": None if no_address and toss(0.5) else work.city.upper(),
        "state": work.state,
        "zip": None if no_address or is_owners or toss(0.2) else work.zip,
        "owner": None if toss(0.05) else _shortened(maker, work.owner, 0.5).upper()[:30],
        "start": None if toss(0.25) else start,
        "end": None
        if toss(0.45)
        else start + timedelta(days=int(work.days * chance.gauss(1, 0.2))),
        "value": None if toss(0.1) else _changed(maker, work.value),
        "status": "Closed" if work.start.year < 2022 else "Active",
    }


def _project(maker: _Maker, work: _Work) -> Row:
    """The portfolio's record."""
    toss = maker.toss
    has_address = toss(0.85)
    name = _slip(maker, work.name) if toss(0.02) else work.name
    if toss(0.17):
        name = f"{work.year}-{work.sequence} {name}"
    if toss(0.1):
        name = f"{name} - {work.owner if toss(0.5) else work.city}"
    return {
        "number": _portfolio_number(maker, work),
        "name": name,
        "address": work.address if has_address else None,
        "city": None if toss(0.1) else work.city,
        "state": work.state,
        "zip": work.zip if has_address and toss(0.9) else None,
        "owner": None if toss(0.3) else work.owner,
        "start": None if toss(0.12) else work.start,
        "end": None if toss(0.25) else work.start + timedelta(days=work.days),
        "value": None if toss(0.45) else work.value,
        "status": "Warranty" if work.start.year < 2022 else "Course of Construction",
    }


def _erp_name(maker: _Maker, work: _Work) -> str:
    toss, chance = maker.toss, maker.chance
    words = work.name.split()
    if toss(0.05) and len(words) > 3:
        at = sorted(chance.sample(range(len(words)), 2))
        text = " ".join([*(words[i] for i in at), chance.choice(("Job", "Bldg", "Site", "Work"))])
    else:
        parted = _PARTED.split(work.name, maxsplit=1)
        text = f"{parted[1]} {parted[0]}" if len(parted) == 2 and toss(0.125) else work.name
        if toss(0.5):
            kept = [w for w in text.split() if w.lower() not in {"the", "of", "at", "for", "in"}]
            text = " ".join(kept)
        text = _shortened(maker, text, 0.5)
        text = _slip(maker, text) if toss(0.06) else text
        if toss(0.125):
            initials = "".join(word[0] for word in work.owner.split())[:4]
            text = f"{work.year}{work.sequence} {text}" if toss(0.4) else f"{initials} - {text}"
    text = text.upper() if toss(0.8) else text
    return text[: chance.choices((30, 40, 60, 400), (65, 10, 10, 15))[0]].strip()


def _portfolio_number(maker: _Maker, work: _Work) -> str | None:
    chance = maker.chance
    kind = chance.choices(
        ("own", "none", "owner's", "stem", "sequence", "slip"), (58, 15, 12, 7, 4, 4)
    )
    match kind[0]:
        case "own":
            return _printed(work, chance.randrange(7))
        case "none":
            return None
        case "owner's":
            start = chance.choice(("C-", "PO", "CN ", "#", ""))
            return f"{start}{chance.randint(10_000, 9_999_999)}"
        case "stem":
            return f"{work.year}-{work.sequence}"
        case "sequence":
            return str(work.sequence)
    return _slip(maker, f"{work.year}-{work.sequence}")


def _printed(work: _Work, how: int) -> str:
    shape = _PRINTS[how] if work.sub else _BARE[how]
    return shape.format(y=f"{work.year:02}", q=work.sequence, x=work.sub)


def _changed(maker: _Maker, value: float) -> float:
    chance = maker.chance
    kind = chance.choices(("equal", "near", "orders", "wild"), (25, 50, 13, 12))[0]
    factor = {
        "equal": 1.0,
        "near": chance.lognormvariate(0, 0.08),
        "orders": chance.uniform(1.05, 1.6),
        "wild": math.exp(chance.uniform(-2.3, 1.1)),
    }[kind]
    return round(value * factor, 2)


def _moved(maker: _Maker, start: date) -> date:
    chance = maker.chance
    if maker.toss(0.14):
        return start + timedelta(days=chance.choice((1, 1, -1)) * chance.randint(120, 700))
    return start + timedelta(days=round(chance.expovariate(1 / 25) * chance.choice((1, -1))))


def _shortened(maker: _Maker, text: str, share: float) -> str:
    found = []
    for word in text.split():
        short = SHORT.get(word.lower().strip(".,:;"))
        found.append(short if short and maker.toss(share) else word)
    return " ".join(found)


def _slip(maker: _Maker, text: str) -> str:
    """One slip of the finger: a letter lost, doubled, changed, or two turned around."""
    if len(text) < 4:
        return text
    at, other = maker.chance.randrange(1, len(text) - 1), maker.chance.choice("aeionrst")
    return maker.chance.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
            text[:at] + other + text[at + 1 :],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
        )
    )


def _word(chance: Random) -> str:
    """A word that is no word: told apart, and never anybody's name."""
    count = chance.choice((2, 2, 3))
    parts = [chance.choice("bcdfghklmnprstvwz") + chance.choice("aeiou") for _ in range(count)]
    return "".join(parts).title() + chance.choice(("n", "r", "l", "ck", "ss", ""))


@dataclass(frozen=True, slots=True)
class _MildStyle:
    """How two releases of one list look: what either prints, and which columns it has."""

    shouts: tuple[bool, bool]
    cut: tuple[int, int]
    short: float
    edited: float
    hidden: frozenset[str]

    def row(self, maker: _Maker, work: _Work, side: int) -> Row:
        toss, chance = maker.toss, maker.chance
        start = work.start.replace(day=1)
        if toss(0.3):
            start += timedelta(days=30 * chance.randint(-6, 18))
        value = round(work.value, -3) or 1_000.0
        value *= chance.lognormvariate(0, 0.35) if toss(0.35) else 1
        row: Row = {
            "number": f"{work.year}{work.sequence}{work.sub}" if toss(0.8) else None,
            "name": self._name(maker, work, side),
            "address": work.address if toss(0.9) else None,
            "city": work.city,
            "state": work.state,
            "zip": work.zip if toss(0.9) else None,
            "owner": work.owner if toss(0.96) else None,
            "start": start if toss(0.95) else None,
            "end": start + timedelta(days=work.days // 30 * 30) if toss(0.95) else None,
            "value": round(value, -3) if toss(0.95) else None,
            "status": None,
        }
        return {name: None if name in self.hidden else cell for name, cell in row.items()}

    def _name(self, maker: _Maker, work: _Work, side: int) -> str:
        text, chance = work.name, maker.chance
        if maker.toss(self.short):
            text = _shortened(maker, text, 0.4)
        if maker.toss(self.edited):
            words = text.split()
            kind = chance.randrange(4)
            if kind == 0 and len(words) > 3:
                words.pop(chance.randrange(len(words)))
            elif kind == 1:
                words.append(chance.choice(_TAIL))
            elif kind == 2 and len(words) > 4:
                at = chance.randrange(1, len(words) - 1)
                words = [*words[at:], *words[:at]]
            text = " ".join(words) if kind < 3 else _slip(maker, text)
        return (text.upper() if self.shouts[side] else text)[: self.cut[side]].strip()


def _mild_style(maker: _Maker) -> _MildStyle:
    toss, chance = maker.toss, maker.chance
    hidden = {
        name for name, share in (("number", 0.65), ("owner", 0.2), ("value", 0.15)) if toss(share)
    }
    hidden |= {"address", "zip"} if toss(0.6) else set()
    hidden |= {"start", "end"} if toss(0.2) else set()
    cut = chance.choice((400, 400, 60, 40))
    return _MildStyle(
        (toss(0.5), toss(0.3)),
        (cut, chance.choice((400, cut))),
        chance.choice((0.05, 0.15, 0.3)),
        chance.choice((0.1, 0.2, 0.35)),
        frozenset(hidden),
    )


def main() -> None:
    """Write one truth set."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.made_lists")
    asked.add_argument("out", type=Path)
    asked.add_argument("--size", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--kind", choices=KINDS, default=KINDS[0])
    given = asked.parse_args()
    write(make(given.size, given.seed, given.kind), given.out)


if __name__ == "__main__":
    main()
