"""What the engine's fields are called on screens, in words that need no manual."""

FIELDS = {
    "name": "Name",
    "rare words": "Rare words in the names",
    "siblings": "Phase, building, number",
    "number": "Number",
    "address": "Address",
    "place": "City and ZIP",
    "customer": "Customer",
    "start": "Start",
    "end": "Completion",
    "value": "Value",
}
# From here on a tenth of a percent matters.
_FINE = 94.5


def field_words(name: str) -> str:
    """A field or a step of the waterfall, with a capital."""
    return FIELDS.get(name, name[:1].upper() + name[1:])


def share(probability: float) -> str:
    """A probability as people read it; never 0 % or 100 %, as nothing here is certain."""
    percent = probability * 100
    if percent < 1:
        return "under 1 %"
    if percent < _FINE:
        return f"{percent:.0f} %"
    return f"{percent:.1f} %" if percent < 99.95 else "over 99.9 %"
