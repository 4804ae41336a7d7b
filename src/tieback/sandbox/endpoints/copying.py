"""Cost codes of a company's list, copied into a project."""

from collections.abc import Collection

from tieback.sandbox.hooks import Author
from tieback.sandbox.tables import Record
from tieback.sandbox.world import World


def copy_codes(
    world: World,
    project: Record,
    list_id: int | None,
    *,
    only: Collection[int] | None = None,
    scope: int = 0,
    by: Author | None = None,
) -> list[Record]:
    """Copy what the project lacks, parents before children; the new codes.

    `scope` is the sub job that they go to, the project itself when 0. The project remembers the
    list, because that decides whether the ERP flag can still be set.
    """
    place = scope or project.id
    existing = {
        code["standard_cost_code_id"]: code.id for code in world.tables["cost_codes"].within(place)
    }
    made = []
    for standard in world.tables["standard_codes"].within(list_id or 0):
        if standard.id in existing or (only is not None and standard.id not in only):
            continue
        values = {
            "code": standard["code"],
            "name": standard["name"],
            "parent_id": existing.get(standard["parent_id"]),
            "position": len(existing) + 1,
            "standard_cost_code_id": standard.id,
        }
        code = world.add("cost_codes", project.company_id, place, values)
        existing[standard.id] = code.id
        made.append(code)
    if made:
        world.tables["projects"].change(project, {"copied_from_list_id": list_id})
    for code in made:
        if by:
            world.emit("Cost Codes", "create", code, project_id=project.id, by=by)
    return made
