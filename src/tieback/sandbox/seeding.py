"""Companies made from a seed: the same seed, the same companies, whatever their size."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from tieback.sandbox import names
from tieback.sandbox.endpoints.copying import copy_codes
from tieback.sandbox.tables import Record
from tieback.sandbox.tokens import OUT_OF_BAND, App, Installation
from tieback.sandbox.world import Company, Person, World

_BEGINNING = datetime(2023, 1, 9, 15, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Seeding:
    """How large and how untidy the company is. Shares are between 0 and 1.

    `foreign` projects carry the origin_id of another integration, `coded` ones have cost codes.
    """

    projects: int = 200
    vendors: int = 60
    seed: int = 1
    inactive: float = 0.08
    without_erp_flag: float = 0.06
    on_other_list: float = 0.05
    foreign: float = 0.02
    coded: float = 0.2
    templates: float = 0.005
    has_erp: bool = True


def fill(world: World, seeding: Seeding, redirect_uris: set[str]) -> None:
    """One company with everything in it, and one where our app is not installed."""
    chance = random.Random(seeding.seed)  # noqa: S311 - makes up names
    company = _company(world, "Basalt & Pine Builders", "Ledger One" if seeding.has_erp else "")
    other = _company(world, "Granite Neighbor Construction", "")
    _people(world, company, other)
    lists = _lists(world, company, chance, has_erp=seeding.has_erp)
    _choices(world, company)
    apps = _apps(world, seeding, redirect_uris)
    projects = [
        _project(world, company, chance, seeding, lists, at) for at in range(seeding.projects)
    ]
    _make_foreign(world, projects, chance, seeding, apps[1])
    for _ in range(seeding.vendors):
        world.add("vendors", company.id, company.id, _vendor(chance))
    _install(world, apps, company, projects)
    _project_of_neighbor(world, other)


def secret(seeding: Seeding, what: str) -> str:
    """A credential that follows from the seed, so that a restarted sandbox takes it again."""
    return sha256(f"{seeding.seed}:{what}".encode()).hexdigest()


def _company(world: World, name: str, erp_name: str) -> Company:
    company = Company(world.new_id(), name, erp_name)
    world.companies[company.id] = company
    return company


def _people(world: World, company: Company, other: Company) -> None:
    for name, login, companies in (
        ("Ada Moreno", "ada@basalt.example", [company.id, other.id]),
        ("Ben Okafor", "ben@basalt.example", [company.id]),
    ):
        person = Person(world.new_id(), name, login, companies)
        world.people[person.id] = person


def _apps(world: World, seeding: Seeding, redirect_uris: set[str]) -> list[App]:
    made = []
    for name, word in (("Tieback", "client"), ("Another Integration", "other")):
        service = Person(world.new_id(), f"{name} service account", f"{word}@dmsa.example", [])
        world.people[service.id] = service
        app = App(
            id=world.new_id(),
            name=name,
            client_id=secret(seeding, f"{word} id"),
            client_secret=secret(seeding, f"{word} secret"),
            redirect_uris={OUT_OF_BAND, *redirect_uris},
            service_user_id=service.id,
        )
        world.apps[app.client_id] = app
        made.append(app)
    return made


def _install(world: World, apps: list[App], company: Company, projects: list[Record]) -> None:
    permitted = {project.id for project in projects}
    for app in apps:
        app.installations[company.id] = Installation(set(permitted))


def _lists(world: World, company: Company, chance: random.Random, *, has_erp: bool) -> list[Record]:
    """The ERP's list first, when there is one."""
    wanted = [("ERP standard cost codes", True)] if has_erp else []
    made = []
    for name, is_erp in [*wanted, ("Standard", False)]:
        values = {"name": name, "is_erp_list": is_erp, "available_to_use_on_new_projects": True}
        record = world.add("lists", company.id, company.id, values)
        _standard_codes(world, company, record)
        made.append(record)
    for name, code, base in names.COST_TYPES:
        values = {"name": name, "code": code, "base_type": base}
        world.add("cost_types", company.id, company.id, values)
    return made


def _standard_codes(world: World, company: Company, where: Record) -> None:
    for at, (division, below) in enumerate(names.DIVISIONS.items(), start=1):
        top = world.add(
            "standard_codes",
            company.id,
            where.id,
            {"code": f"{at:02d}", "name": division, "parent_id": None},
        )
        for place, name in enumerate(below, start=1):
            values = {"code": f"{place * 100}", "name": name, "parent_id": top.id}
            world.add("standard_codes", company.id, where.id, values)


def _choices(world: World, company: Company) -> None:
    for name in names.STAGES:
        values = {
            "name": name,
            "is_bidding_stage": name == "Bidding",
            "is_concept_stage": False,
            "category": "course_of_construction",
            "readonly": False,
            "default_stage": name == "Course of Construction",
            "hideable": True,
            "has_rfi_prefixes": False,
            "project_stage_has_children": False,
        }
        world.add("stages", company.id, company.id, values)
    for table, words in {
        "types": ("Commercial", "Public", "Industrial"),
        "regions": ("North", "South"),
        "programs": ("Schools",),
        "offices": ("Head Office",),
        "departments": ("Building", "Civil"),
    }.items():
        for word in words:
            world.add(table, company.id, company.id, {"name": word})


def _project(
    world: World,
    company: Company,
    chance: random.Random,
    seeding: Seeding,
    lists: list[Record],
    at: int,
) -> Record:
    is_flagged = seeding.has_erp and chance.random() >= seeding.without_erp_flag
    uses_other = chance.random() < seeding.on_other_list
    where = lists[-1] if uses_other else lists[0]
    values = {
        **_described(chance, at),
        "active": chance.random() >= seeding.inactive,
        "template": chance.random() < seeding.templates,
        "is_demo": False,
        "is_erp_integrated": is_flagged,
        "standard_cost_code_list_id": where.id,
        "created_by_id": next(iter(world.people)),
        "project_stage_id": _pick(world, "stages", company, chance),
        "project_type_id": _pick(world, "types", company, chance),
        "department_ids": [_pick(world, "departments", company, chance)],
    }
    project = world.add("projects", company.id, company.id, values)
    if chance.random() < seeding.coded:
        copy_codes(world, project, where.id)
    return project


def _described(chance: random.Random, at: int) -> dict[str, Any]:
    city, state = chance.choice(names.CITIES)
    words = (
        chance.choice(names.PLACES),
        chance.choice(names.BUILDINGS),
        chance.choice(names.WORKS),
    )
    start = date(2022, 1, 3) + timedelta(days=chance.randrange(1500))
    made = (_BEGINNING + timedelta(minutes=17 * at)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "name": " ".join(word for word in words if word),
        "project_number": f"{start.year % 100}-{at + 1:04d}",
        "address": f"{chance.randrange(1, 9900)} {chance.choice(names.STREETS)}",
        "city": city,
        "state_code": state,
        "country_code": "US",
        "zip": f"{chance.randrange(10000, 99999)}",
        "time_zone": "America/Denver",
        "start_date": start.isoformat(),
        "completion_date": (start + timedelta(days=chance.randrange(90, 900))).isoformat(),
        "total_value": f"{chance.randrange(50, 90_000) * 1000:.2f}",
        "created_at": made,
        "updated_at": made,
    }


def _pick(world: World, table: str, company: Company, chance: random.Random) -> int:
    return chance.choice(list(world.tables[table].within(company.id))).id


def _make_foreign(
    world: World, projects: list[Record], chance: random.Random, seeding: Seeding, app: App
) -> None:
    """Somebody else's integration was there before."""
    for project in chance.sample(projects, round(len(projects) * seeding.foreign)):
        values = {"origin_id": f"other-{project.id}", "origin_code": project["project_number"]}
        world.tables["projects"].change(project, values)
        project.owner = app.client_id


def _vendor(chance: random.Random) -> dict[str, Any]:
    city, state = chance.choice(names.CITIES)
    trade, form = chance.choice(names.TRADES), chance.choice(names.FORMS)
    name = f"{chance.choice(names.PLACES)} {trade} {form}"
    return {
        "name": name,
        "abbreviated_name": name.split()[0],
        "address": f"{chance.randrange(1, 9900)} {chance.choice(names.STREETS)}",
        "city": city,
        "state_code": state,
        "country_code": "US",
        "zip": f"{chance.randrange(10000, 99999)}",
        "is_active": chance.random() > 0.05,
        "authorized_bidder": chance.random() > 0.5,
        "prequalified": False,
        "union_member": False,
        "non_union_prevailing_wage": False,
    }


def _project_of_neighbor(world: World, other: Company) -> None:
    """What nobody who is connected to the first company may ever see."""
    values = {"name": "Neighbor's Lobby", "project_number": "N-1", "active": True}
    world.add("projects", other.id, other.id, values)
