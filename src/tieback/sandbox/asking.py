"""Which company, project and record a call is about, and whether the caller may touch it."""

from tieback.sandbox.call import Call
from tieback.sandbox.tables import Record
from tieback.sandbox.world import World
from tieback.sandbox.writing import Place


def company(world: World, call: Call) -> Place:
    """The company of the call, which v1 wants said again as company_id (reference, 1.4)."""
    if "company_id" in call.ids:
        said = call.ids["company_id"]
    elif world.switches.company_field:
        said = call.needed("company_id")
    else:
        said = call.number("company_id") or call.company_id
    if said != call.company_id:
        raise call.refused(404, "The company is not the one in Procore-Company-Id.")
    return Place(said, said, permitted=permitted(world, call))


def project(world: World, call: Call, project_id: int) -> Record:
    """The project, when it is the company's and the caller may see it; else Refused."""
    found = world.tables["projects"].rows.get(project_id)
    if found is None or found.company_id != call.company_id:
        raise call.refused(404, "The project was not found.")
    allowed = permitted(world, call)
    if allowed is not None and project_id not in allowed:
        raise call.refused(
            world.switches.unpermitted_status, "The app is not permitted in this project."
        )
    return found


def within_project(world: World, call: Call) -> Place:
    """The project that the call names by project_id, or its sub job when it names one."""
    found = project(world, call, call.ids.get("project_id") or call.needed("project_id"))
    sub_job_id = call.number("sub_job_id")
    if sub_job_id:
        record = world.tables["sub_jobs"].rows.get(sub_job_id)
        if record is None or record.scope != found.id:
            raise call.refused(404, "The sub job was not found.")
    return Place(found.company_id, sub_job_id or found.id, found.id)


def record(world: World, call: Call, table: str, place: Place) -> Record:
    """The record whose id ends the path, when it stands in `place`; else Refused."""
    found = world.tables[table].rows.get(call.ids["id"])
    if found is None or found.company_id != place.company_id or found.scope != place.scope:
        raise call.refused(404, "The record was not found.")
    return found


def permitted(world: World, call: Call) -> set[int] | None:
    """The projects that the caller may touch: only a service account's are picked one by one."""
    if call.token is None or call.app is None or not call.token.is_service:
        return None
    installation = world.installation(call.app, call.company_id)
    return installation.permitted if installation else set()
