"""The published shapes of answers, and whether an answer has its own.

openapi.json holds names and types of fields for the endpoints that the sandbox serves. It does not
say which may be null, so any may; where nesting was cut off, anything fits; and several views may
fit one answer.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

PUBLISHED: dict[str, Any] = json.loads((Path(__file__).parent / "openapi.json").read_text())
_ERRORS = ("ErrorV1Flat", "ErrorV1Errors", "ErrorV2")


def loosened(schema: Any) -> Any:
    """The schema, nullable throughout, each object with no field beyond those that it names."""
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return loosened(PUBLISHED["components"]["schemas"][name])
    if "oneOf" in schema:
        return {"anyOf": [loosened(each) for each in schema["oneOf"]]}
    if schema.get("type") == "array":
        return {"type": ["array", "null"], "items": loosened(schema.get("items", {}))}
    if "properties" in schema and list(schema["properties"]) != ["field_name"]:
        return _object(schema)
    if schema.get("type") == "object" or "type" not in schema:
        # Cut off, or a placeholder for whatever the field with the error is called.
        return {}
    kept = {"type": [schema["type"], "null"]}
    if "enum" in schema:
        kept["enum"] = [*schema["enum"], None]
    return kept


def _object(schema: dict[str, Any]) -> dict[str, Any]:
    properties = {name: loosened(each) for name, each in schema["properties"].items()}
    return {
        "type": ["object", "null"],
        "properties": properties,
        "required": schema.get("required", []),
        "additionalProperties": False,
    }


@cache
def _published(name: str, status: int) -> Any:
    method, _, template = name.partition(" ")
    answers = PUBLISHED["paths"][template][method.lower()]["responses"]
    found = answers.get(str(status), answers.get("default") if status >= 400 else None)
    assert found is not None, f"{name} is not known to answer {status}"
    content = found.get("content", {}).get("application/json")
    return loosened(content["schema"]) if content else None


@cache
def any_error() -> Any:
    bare = {"type": "object", "properties": {"message": {"type": "string"}}}
    schemas = [PUBLISHED["components"]["schemas"][name] for name in _ERRORS]
    return {"anyOf": [*(loosened(each) for each in schemas), _object(bare)]}


def check(name: str, status: int, body: Any) -> None:
    """Raise unless `body` is what the endpoint `name` is published to answer with `status`.

    Errors may take any of the shapes that are published for errors, whatever the operation says.
    """
    schema = any_error() if status >= 400 else _published(name, status)
    if schema is not None:
        jsonschema.validate(body, schema)


def nullable(schema: Any) -> Any:
    """A document in which null is allowed wherever a type is named, for tools that read it."""
    if isinstance(schema, list):
        return [nullable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {("anyOf" if name == "oneOf" else name): nullable(each) for name, each in schema.items()}
    if isinstance(made.get("type"), str) and made["type"] != "null":
        if made["type"] == "object" and "properties" not in made:
            return {}
        made["type"] = [made["type"], "null"]
        if "enum" in made and None not in made["enum"]:
            made["enum"] = [*made["enum"], None]
    return made
