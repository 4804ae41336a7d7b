"""What the engine's fields, weights and probabilities are called on screens, in plain words."""

from math import exp

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
_HARDLY = 1.05
_COUNTLESS = 1_000


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


def effect_words(weight: float) -> str:
    """A log-weight as people say it: "12 times likelier", "3.5 times less likely"."""
    times = exp(min(abs(weight), 30.0))
    if times < _HARDLY:
        return "hardly matters"
    way = "likelier" if weight > 0 else "less likely"
    if times >= _COUNTLESS:
        return f"over {_COUNTLESS:,} times {way}"
    return f"{times:.0f} times {way}" if times >= 10 else f"{times:.1f} times {way}"
