"""Pipeline definitions: what CreatePipeline accepts, and the parameters of an execution.

The schema is that of version 2020-12-01 as AWS publishes it
(https://aws-sagemaker-mlops.github.io/sagemaker-model-building-pipeline-definition-JSON-schema);
of its steps the local Studio runs those of type Training.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from .. import service_model
from ..errors import AwsError, ValidationError
from . import pipeline_values
from .retry_policies import RetryPolicy, parse_policies

_VERSION = "2020-12-01"
_MEMBERS = ("Version", "Metadata", "Parameters", "PipelineExperimentConfig", "Steps")
_STEP_MEMBERS = (
    "Name",
    "Type",
    "DisplayName",
    "Description",
    "DependsOn",
    "RetryPolicies",
    "CacheConfig",
    "Arguments",
)
_STEP_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PARAMETER_NAME = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PARAMETER_MEMBERS = ("Name", "Type", "Description", "DefaultValue", "EnumValues")
#: SageMaker's quotas (https://docs.aws.amazon.com/general/latest/gr/sagemaker.html).
_MAX_STEPS, _MAX_PARAMETERS = 50, 200
_TYPES: dict[str, Any] = {"String": str, "Integer": int, "Float": (int, float), "Boolean": bool}


@dataclass(frozen=True)
class Step:
    """A training step. ``arguments`` is a CreateTrainingJob request with expressions in it."""

    name: str
    display_name: str
    description: str
    depends_on: tuple[str, ...]
    policies: tuple[RetryPolicy, ...]
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Definition:
    """A checked definition; ``parameters`` as in the JSON, by name."""

    parameters: dict[str, dict[str, Any]]
    experiment: dict[str, Any]
    steps: tuple[Step, ...]


def parse(text: str) -> Definition:
    """A definition from its JSON. ValidationException, in words, for what cannot be run."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValidationError(f"Unable to parse pipeline definition: {error}.") from None
    _members(whole, _MEMBERS, "The pipeline definition")
    if whole.get("Version", _VERSION) != _VERSION:
        raise ValidationError(
            f"The pipeline definition's Version is {whole['Version']!r}; there is {_VERSION!r}."
        )
    parameters = _parameters(whole.get("Parameters", []))
    experiment = whole.get("PipelineExperimentConfig") or {}
    _members(experiment, ("ExperimentName", "TrialName"), "PipelineExperimentConfig")
    pipeline_values.check(experiment, parameters, (), "PipelineExperimentConfig")
    steps = _list(whole.get("Steps"), "Steps")
    if not 1 <= len(steps) <= _MAX_STEPS:
        raise ValidationError(f"A pipeline has 1 to {_MAX_STEPS} steps, not {len(steps)}.")
    parsed = tuple(_step(step) for step in steps)
    names = [step.name for step in parsed]
    for step in parsed:
        others = [name for name in names if name != step.name]
        pipeline_values.check(step.arguments, parameters, others, f"step {step.name!r}")
    _check_order(parsed)
    return Definition(parameters, experiment, parsed)


def _members(value: Any, known: tuple[str, ...], what: str) -> None:
    if not isinstance(value, dict):
        raise ValidationError(f"{what} is not a JSON object.")
    unknown = [name for name in value if name not in known]
    if unknown:
        raise ValidationError(
            f"{what} has no member {unknown[0]!r}; the local Studio knows {', '.join(known)}."
        )


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValidationError(f"{what} of the pipeline definition is not a list.")
    return value


# --- parameters ---


def _parameters(rows: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in _list(rows, "Parameters"):
        _members(row, _PARAMETER_MEMBERS, "A parameter of the pipeline definition")
        name = row.get("Name")
        if not isinstance(name, str) or not _PARAMETER_NAME.fullmatch(name):
            raise ValidationError(f"{name!r} is not the name of a pipeline parameter.")
        if name in found:
            raise ValidationError(f"Parameter names must be unique; {name!r} comes twice.")
        if row.get("Type", "String") not in _TYPES:
            raise ValidationError(
                f"The parameter {name!r} has the Type {row['Type']!r}; there are"
                f" {', '.join(_TYPES)}."
            )
        choices = _list(row.get("EnumValues", []), f"EnumValues of {name!r}")
        for value in [*choices, *([row["DefaultValue"]] if "DefaultValue" in row else [])]:
            _check_value(row, value)
        found[name] = row
    if len(found) > _MAX_PARAMETERS:
        raise ValidationError(f"A pipeline has at most {_MAX_PARAMETERS} parameters.")
    return found


def _check_value(parameter: dict[str, Any], value: Any) -> None:
    kind = parameter.get("Type", "String")
    if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "Boolean"):
        raise ValidationError(
            f"{value!r} of the parameter {parameter['Name']!r} is not of type {kind}."
        )
    choices = parameter.get("EnumValues")
    if choices and value not in choices:
        raise ValidationError(
            f"{value!r} of the parameter {parameter['Name']!r} is not one of {choices}."
        )


def parameter_values(definition: Definition, given: list[dict[str, str]]) -> dict[str, Any]:
    """The value of every parameter in an execution started with ``PipelineParameters``."""
    names = [item["Name"] for item in given]
    unknown = [name for name in names if name not in definition.parameters]
    if unknown:
        raise ValidationError(f"Unknown parameters provided: {', '.join(unknown)}.")
    if len(set(names)) != len(names):
        raise ValidationError("A parameter is given twice in PipelineParameters.")
    values = {
        name: row["DefaultValue"]
        for name, row in definition.parameters.items()
        if "DefaultValue" in row
    }
    for item in given:
        parameter = definition.parameters[item["Name"]]
        value = _from_text(parameter, item["Value"])
        _check_value(parameter, value)
        values[item["Name"]] = value
    missing = [name for name in definition.parameters if name not in values]
    if missing:
        raise ValidationError(f"Parameters without a value: {', '.join(missing)}.")
    return values


def _from_text(parameter: dict[str, Any], text: str) -> Any:
    kind = parameter.get("Type", "String")
    if kind == "String":
        return text
    try:
        if kind == "Boolean":
            return {"true": True, "false": False}[text.lower()]
        return int(text) if kind == "Integer" else float(text)
    except (KeyError, ValueError):
        raise ValidationError(
            f"{text!r} of the parameter {parameter['Name']!r} is not of type {kind}."
        ) from None


# --- steps ---


def _step(row: Any) -> Step:
    if not isinstance(row, dict):
        raise ValidationError("A step of the pipeline definition is not a JSON object.")
    name = row.get("Name")
    if not isinstance(name, str) or not _STEP_NAME.fullmatch(name):
        raise ValidationError(f"{name!r} is not the name of a step: 1 to 64 of A-Z a-z 0-9 - _.")
    where = f"step {name!r}"
    if row.get("Type") != "Training":
        raise ValidationError(
            f"The {where} is of type {row.get('Type')!r}; the local Studio runs steps of type"
            " 'Training' only."
        )
    _members(row, _STEP_MEMBERS, f"The {where}")
    arguments = row.get("Arguments")
    if not isinstance(arguments, dict):
        raise ValidationError(f"The {where} has no Arguments.")
    _check_arguments(arguments, where)
    depends_on = row.get("DependsOn", [])
    if not isinstance(depends_on, list) or not all(isinstance(item, str) for item in depends_on):
        raise ValidationError(f"DependsOn of the {where} is a list of names of steps.")
    # A property of another step is known when that step is over.
    implied = {pipeline_values.step_of(path) for path in pipeline_values.gets(arguments)} - {""}
    return Step(
        name=name,
        display_name=str(row.get("DisplayName", "")),
        description=str(row.get("Description", "")),
        depends_on=tuple(dict.fromkeys([*depends_on, *sorted(implied)])),
        policies=parse_policies(row.get("RetryPolicies", []), where),
        arguments=arguments,
    )


def _check_arguments(arguments: dict[str, Any], where: str) -> None:
    """What is no expression must be what CreateTrainingJob takes."""
    model = service_model.operation_model("sagemaker", "CreateTrainingJob")
    # The job's name is made when the step runs.
    request = {**arguments, "TrainingJobName": "name-of-the-job"}
    try:
        service_model.validate_request(model, request, pipeline_values.is_expression)
    except AwsError as error:
        raise ValidationError(f"Arguments of the {where}: {error.message}") from None


def _check_order(steps: tuple[Step, ...]) -> None:
    """Names are unique, what is depended on exists, and nothing waits for itself."""
    names = [step.name for step in steps]
    for name in names:
        if names.count(name) > 1:
            raise ValidationError(f"Step names must be unique; {name!r} comes twice.")
    open_steps = {step.name: set(step.depends_on) for step in steps}
    for step in steps:
        for other in step.depends_on:
            if other not in open_steps:
                raise ValidationError(
                    f"The step {step.name!r} depends on {other!r}, which is not in the pipeline."
                )
    while open_steps:
        free = [name for name, waits in open_steps.items() if not waits & open_steps.keys()]
        if not free:
            raise ValidationError(
                f"The steps {', '.join(sorted(open_steps))} depend on each other in a circle."
            )
        for name in free:
            del open_steps[name]
