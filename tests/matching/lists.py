"""Small lists of projects for the tests of matching."""

from collections.abc import Mapping, Sequence

from tieback.matching.records import Records, records_from

SITES = (
    "Harbor View Elementary School",
    "Cedar Creek Water Treatment Plant",
    "Saint Mary Hospital",
    "Lindqvist Memorial Library",
    "Ninth Street Parking Garage",
    "Oakdale Fire Station",
    "Pemberton Senior Apartments",
    "Quarry Hill Pump Station",
    "Riverside Courthouse",
    "Tamarack Community Center",
    "Ullman Science Building",
    "Westgate Bus Terminal",
)
WORKS = ("Roof Replacement", "Boiler Upgrade", "Parking Lot Paving", "Window Restoration")
OWNERS = ("City of Dunmore", "Halvorsen Health Inc", "Unified School District 12", "Brix Homes LLC")


def rows(count: int = 48) -> list[dict[str, object]]:
    """Different projects, each with everything said."""
    return [
        {
            "id": f"r{at:03}",
            "number": f"24-{1001 + 7 * at}",
            "name": f"{SITES[at % len(SITES)]} {WORKS[at // len(SITES) % len(WORKS)]}",
            "address": f"{100 + 13 * at} {SITES[(5 * at) % len(SITES)].split()[0]} Street",
            "city": "Dunmore",
            "state": "OH",
            "zip": f"{44000 + at % 7}",
            "owner": OWNERS[at % len(OWNERS)],
            "start": f"2024-{1 + at % 12:02}-{1 + at % 27:02}",
            "end": f"2025-{1 + at % 12:02}-{1 + at % 27:02}",
            "value": 10_000.0 * (at + 3),
            "status": "Active",
        }
        for at in range(count)
    ]


def side(given: Sequence[Mapping[str, object]], prefix: str = "") -> Records:
    """Records of the rows, their ids behind a prefix."""
    return records_from({**row, "id": f"{prefix}{row['id']}"} for row in given)
