"""What a live Procore account may do otherwise than this sandbox: one switch for each such thing.

README.md says which of them are documented and which are inferred.
"""

from dataclasses import dataclass, fields
from typing import Any

Size = tuple[int, int]


@dataclass(slots=True)
class Switches:
    """Everything that can be set while the sandbox runs. Times are seconds, limits are calls.

    A limit of 0 is no limit. Sizes of pages are (default, most).
    """

    token_seconds: int = 5400
    code_seconds: int = 600
    refresh_ends_old_token: bool = False
    oauth_errors_like_v2: bool = False

    hourly_limit: int = 3600
    hourly_seconds: int = 3600
    spike_limit: int = 100
    spike_seconds: int = 10
    refused_calls_count: bool = False
    retry_after_on_429: bool = True
    limit_follows_token: bool = False

    company_header: bool = True
    missing_header_status: int = 400
    company_field: bool = True
    unpermitted_status: int = 404
    new_projects_permitted: bool = False
    inactive_unless_asked: bool = False

    page_v1: Size = (100, 2000)
    page_projects_v11: Size = (100, 300)
    page_tax_codes: Size = (100, 100)
    page_v2: Size = (10, 100)
    too_large_page_refused: bool = False

    sync_most: int = 1000
    sync_over_status: int = 413
    null_origin_accepted: bool = True
    foreign_origin_refused: bool = True
    erp_flag_locks: bool = True
    cost_codes_lock: bool = True

    hook_timeout: float = 5.0
    hook_first_wait: float = 1.0
    hook_longest_wait: float = 3600.0
    hook_gives_up_after: float = 12 * 3600.0
    hook_duplicates: float = 0.0
    hook_disorder: float = 0.0
    hook_losses: float = 0.0

    def set(self, **wanted: Any) -> None:
        """Set the named switches, all or none; raises ValueError for a name or a type unknown."""
        known = {field.name: getattr(self, field.name) for field in fields(self)}
        for name, value in wanted.items():
            if name not in known:
                raise ValueError(f"there is no switch {name}")
            if not _fits(known[name], value):
                raise ValueError(f"{name} is {known[name]!r}; {value!r} is of another kind")
        for name, value in wanted.items():
            setattr(self, name, tuple(value) if isinstance(value, list) else value)


def _fits(now: Any, value: Any) -> bool:
    if isinstance(now, bool) or isinstance(value, bool):
        return isinstance(now, bool) and isinstance(value, bool)
    if isinstance(now, tuple):
        return isinstance(value, tuple | list) and [type(part) for part in value] == [int, int]
    if isinstance(now, float):
        return isinstance(value, int | float) and value >= 0
    return isinstance(value, int) and value >= 0
