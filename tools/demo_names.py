"""How an ERP and a portfolio each print the same project: names, numbers and owners."""

import re
from random import Random

# Written out → as somebody in accounting types it.
SHORT = {
    "and": "&",
    "apartments": "APTS",
    "avenue": "AVE",
    "boulevard": "BLVD",
    "bridge": "BRG",
    "building": "BLDG",
    "center": "CTR",
    "college": "COLL",
    "community": "COMM",
    "construction": "CONST",
    "department": "DEPT",
    "electrical": "ELEC",
    "equipment": "EQUIP",
    "exterior": "EXT",
    "facility": "FAC",
    "garage": "GAR",
    "hospital": "HOSP",
    "improvements": "IMPR",
    "infrastructure": "INFRA",
    "installation": "INST",
    "interior": "INT",
    "lighting": "LTG",
    "park": "PK",
    "phase": "PH",
    "playground": "PLGD",
    "reconstruction": "RECON",
    "rehabilitation": "REHAB",
    "renovation": "RENO",
    "renovations": "RENO",
    "replacement": "REPL",
    "road": "RD",
    "school": "SCH",
    "sewer": "SWR",
    "sewers": "SWRS",
    "square": "SQ",
    "station": "STA",
    "storm": "STRM",
    "street": "ST",
    "system": "SYS",
    "systems": "SYS",
    "treatment": "TRTMT",
    "university": "UNIV",
    "upgrade": "UPGR",
    "upgrades": "UPGR",
    "various": "VAR",
    "water": "WTR",
    "with": "W/",
}
DROPPED = {"the", "of", "at", "for", "in"}
KEPT = {"ADA", "BIN", "CUNY", "DOT", "FDNY", "FIT", "HVAC", "LIRR", "NYPD", "NYC", "WPCP", "WWTP"}
SMALL = {"and", "at", "between", "by", "for", "from", "in", "of", "on", "the", "to", "with"}
WORD = re.compile(r"[A-Za-z]+")


def plain(text: str) -> str:
    """Letters and digits alone, in capitals: equal for two spellings of one number."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def erp_number(number: str) -> str:
    """The ERP's notation: a hyphen after the leading letters, or in the middle of eight digits."""
    bare = plain(number)
    if bare.isdigit() and len(bare) >= 7:
        return f"{bare[:4]}-{bare[4:]}"
    return re.sub(r"^([A-Z]+)(?=\d)", r"\1-", bare)


def erp_name(name: str, chance: Random) -> str:
    """Shouted mostly, shortened here and there, and cut where the ERP's field ends."""
    kept = [w for w in name.split() if w.lower() not in DROPPED or chance.random() < 0.6]
    text = WORD.sub(lambda m: _shorten(m.group(), chance), " ".join(kept))
    if chance.random() < 0.85:
        text = text.upper()
    return text[: 30 if chance.random() < 0.7 else 40].rstrip(" -/,.&")


def _shorten(word: str, chance: Random) -> str:
    short = SHORT.get(word.lower())
    return short if short and chance.random() < 0.5 else word


def erp_customer(owner: str) -> str:
    """The owner as the ERP's customer file has it, thirty characters and no more."""
    return owner.upper().replace("DEPARTMENT", "DEPT")[:30].rstrip()


def project_name(name: str, chance: Random) -> str:
    """The portfolio's wording: mostly in ordinary capitals, as a project manager would type it."""
    text = " ".join(name.split())
    if text.upper() == text and chance.random() < 0.7:
        text = " ".join(_titled(word, at) for at, word in enumerate(text.split()))
    return text


def _titled(word: str, at: int) -> str:
    if any(c.isdigit() for c in word) or len(word) <= 2 or "." in word:
        return word.lower() if word.lower() in SMALL and at else word
    if word.strip("-,:()") in KEPT:
        return word
    return word.lower() if word.lower() in SMALL and at else word.capitalize()


def project_number(number: str, agency: str, chance: Random) -> str:
    """The portfolio's notation; blank, or the owner's own contract number, for one in four."""
    roll = chance.random()
    if roll < 0.13:
        return ""
    if roll < 0.23:
        return f"{agency}-{chance.randrange(2014, 2018)}-{chance.randrange(1000, 9999)}"
    if roll < 0.31:
        return f"{agency} {plain(number)}"
    return plain(number) if roll < 0.85 else number


SURNAMES = [
    "Abelard",
    "Brockwood",
    "Candlewick",
    "Dunmarrow",
    "Elverstone",
    "Farrowby",
    "Greycastle",
    "Hollowmere",
    "Inglethorpe",
    "Jessamine",
    "Kettleworth",
    "Larkhaven",
    "Marrowgate",
    "Nettlebury",
    "Oakenfield",
    "Pennywhistle",
    "Quillfeather",
    "Ravensdale",
    "Silverlock",
    "Thistlemoor",
    "Umberleigh",
    "Vantongeren",
    "Wetherfold",
    "Yarrowby",
    "Zandersloot",
]
TRADES = [
    "Carpentry",
    "Concrete",
    "Electric",
    "Elevator",
    "Equipment",
    "Excavating",
    "Fencing",
    "Fire-Protection",
    "Flooring",
    "Glass",
    "Heating",
    "Ironworks",
    "Landscape",
    "Masonry",
    "Painting",
    "Paving",
    "Piling",
    "Plumbing",
    "Roofing",
    "Scaffold",
    "Steel",
    "Supply",
    "Survey",
    "Testing",
    "Waterproofing",
]
TOWNS = ("New York", "Brooklyn", "Queens", "Bronx", "Staten Island", "Yonkers", "Hoboken")


def vendors(count: int, chance: Random) -> list[dict[str, str]]:
    """Invented companies; telephone numbers from the range that is kept for fiction."""
    names = sorted({f"{s} {t.replace('-', ' ')}" for s in SURNAMES for t in TRADES})
    return [
        {
            "number": f"V-{1001 + at}",
            "name": f"{name} {chance.choice(['Inc', 'LLC', 'Corp', 'Co'])}",
            "status": "Inactive" if chance.random() < 0.06 else "Active",
            "city": chance.choice(TOWNS),
            "phone": f"212-555-{100 + at % 100:04d}",
            "email": f"office@{plain(name).lower()}.example",
        }
        for at, name in enumerate(chance.sample(names, count))
    ]
