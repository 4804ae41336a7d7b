"""Why proposed pairs cannot be linked now, each cause counted and said in a sentence."""

from dataclasses import dataclass

from tieback.linking.eligibility import Fix


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason why `jobs` proposed pairs cannot be linked now, and the fix if there is one."""

    code: str
    sentence: str
    jobs: int
    fix: Fix | None


def cause_of(code: str, jobs: int) -> Cause:
    """The cause behind a blocker's code; `jobs` is at least 1."""
    one, many, fix = _CAUSES[code]
    return Cause(code, one if jobs == 1 else many.format(jobs=f"{jobs:,}"), jobs, fix)


# Blocker code → what it says of one proposed pair, what of many, and what the portfolio can do.
_CAUSES: dict[str, tuple[str, str, Fix | None]] = {
    "cannot_link": (
        "1 ERP project came by a connector that cannot link to existing projects.",
        "{jobs} ERP projects came by a connector that cannot link to existing projects.",
        None,
    ),
    "setting_off": (
        "The ERP-integrated setting of 1 project is off.",
        "The ERP-integrated setting of {jobs} projects is off.",
        Fix.SWITCH_ON,
    ),
    "setting_locked": (
        "The ERP-integrated setting of 1 project is off for good: codes of another list were "
        "copied into it. Create a new project to integrate it.",
        "The ERP-integrated setting of {jobs} projects is off for good: codes of another list "
        "were copied into them. Create new projects to integrate them.",
        None,
    ),
    "no_erp_list": (
        "This company has not named its ERP standard cost code list yet; 1 project waits for it. "
        "Name it in Portfolio › Cost code lists.",
        "This company has not named its ERP standard cost code list yet; {jobs} projects wait for "
        "it. Name it in Portfolio › Cost code lists.",
        None,
    ),
    "other_list": (
        "1 project does not use the ERP cost code list.",
        "{jobs} projects do not use the ERP cost code list.",
        Fix.USE_ERP_LIST,
    ),
    "list_locked": (
        "1 project uses another cost code list, and codes were copied from it: it is fixed.",
        "{jobs} projects use another cost code list, and codes were copied from it: it is fixed.",
        None,
    ),
    "template": (
        "1 proposed project is a template.",
        "{jobs} proposed projects are templates.",
        None,
    ),
    "inactive": (
        "1 project is inactive.",
        "{jobs} projects are inactive.",
        Fix.REACTIVATE,
    ),
    "name_too_long": (
        "The name of 1 project is longer than the ERP takes. Shorten it in the portfolio.",
        "The names of {jobs} projects are longer than the ERP takes. Shorten them in the "
        "portfolio.",
        None,
    ),
}
