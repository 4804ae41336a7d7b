"""Forms of a connection's settings, made from what its connector declares."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from tieback.connectors.base import Connector, Setting

_LONGEST = 500


class NameForm(forms.Form):
    """What a connection is called."""

    name = forms.CharField(
        max_length=80,
        label="Name",
        help_text="As people here call the ERP, for example “Sage 300”.",
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )


class SettingsForm(forms.Form):
    """The plain settings of a connector, each as it declares it."""

    def __init__(self, settings: Iterable[Setting], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for setting in settings:
            self.fields[setting.name] = _field(setting)

    def values(self) -> dict[str, str]:
        """What was entered, by the settings' names."""
        return {name: str(self.cleaned_data[name]) for name in self.fields}


def settings_form(
    connector: type[Connector],
    *,
    given: Mapping[str, Any] | None,
    kept: Mapping[str, Any],
    with_folder: bool,
) -> SettingsForm:
    """The connector's form: what was `given`, else what is `kept` or its defaults."""
    shown = [one for one in connector.settings if with_folder or not one.is_folder]
    initial = {one.name: kept.get(one.name) or one.default for one in shown}
    return SettingsForm(shown, given, initial=initial)


def _field(setting: Setting) -> forms.Field:
    if setting.choices:
        return forms.ChoiceField(
            label=setting.label,
            help_text=setting.help,
            # A choice that is "" is a choice all the same, not a blank.
            required=all(value for value, _ in setting.choices),
            choices=setting.choices,
            widget=forms.Select(attrs={"class": "form-select"}),
        )
    attrs = {"class": "form-control", "autocomplete": "off", "spellcheck": "false"}
    return forms.CharField(
        label=setting.label,
        help_text=setting.help,
        required=setting.is_required,
        max_length=_LONGEST,
        widget=forms.TextInput(attrs=attrs),
    )
