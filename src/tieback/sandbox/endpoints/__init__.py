"""The published endpoints. Importing this makes them known to `tieback.sandbox.routing.routes`."""

from tieback.sandbox.endpoints import (
    companies,
    cost_codes,
    hooks_v1,
    hooks_v2,
    oauth,
    project_lists,
    projects,
    small_tables,
    standard_lists,
    vendors,
)

__all__ = [
    "companies",
    "cost_codes",
    "hooks_v1",
    "hooks_v2",
    "oauth",
    "project_lists",
    "projects",
    "small_tables",
    "standard_lists",
    "vendors",
]
