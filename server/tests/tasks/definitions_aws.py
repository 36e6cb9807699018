"""Pipelines, schedules and rules, as an account has them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tasks_aws import BUCKET, REGION

ID = "daily-report-ipynb-0a1b2c3d-2026-11-22-10-00-00"
ROLE = "arn:aws:iam::123456789012:role/StudioRole"
PIPELINE = f"arn:aws:sagemaker:{REGION}:123456789012:pipeline/{ID}"
Answer = tuple[int, dict[str, Any]]


class Definitions:
    """Answers the operations that definitions need, as strict as AWS about what is there."""

    def __init__(self) -> None:
        self.pipelines: dict[str, dict[str, Any]] = {}
        self.schedules: dict[str, dict[str, Any]] = {}
        self.rules: dict[str, dict[str, Any]] = {}
        self.refused_targets = 0
        self.made: Counter[str] = Counter()
        self.tokens: list[str] = []

    def __call__(self, operation: str, params: dict[str, Any]) -> Answer:
        return getattr(self, f"_{operation}")(params)  # type: ignore[no-any-return]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left."""
        return not (self.pipelines or self.schedules or self.rules)

    def _CreatePipeline(self, params: dict[str, Any]) -> Answer:
        self.tokens.append(params["ClientRequestToken"])
        name = params["PipelineName"]
        if name in self.pipelines:
            text = f"Pipeline names must be unique. Pipeline with name ({name}) already exists."
            return 400, {"__type": "ValidationException", "message": text}
        self.pipelines[name] = params
        self.made["pipeline"] += 1
        return 200, {"PipelineArn": PIPELINE}

    def _DescribePipeline(self, params: dict[str, Any]) -> Answer:
        if params["PipelineName"] not in self.pipelines:
            return _missing("ResourceNotFound")
        return 200, {"PipelineArn": PIPELINE}

    def _ListTags(self, _: dict[str, Any]) -> Answer:
        return 200, {"Tags": self.pipelines[ID].get("Tags", [])}

    def _UpdatePipeline(self, params: dict[str, Any]) -> Answer:
        self.pipelines[params["PipelineName"]].update(params)
        return 200, {"PipelineArn": PIPELINE}

    def _DeletePipeline(self, params: dict[str, Any]) -> Answer:
        assert len(params["ClientRequestToken"]) >= 32
        if self.pipelines.pop(params["PipelineName"], None) is None:
            return _missing("ResourceNotFound")
        return 200, {"PipelineArn": PIPELINE}

    def _CreateSchedule(self, params: dict[str, Any]) -> Answer:
        if params["Name"] in self.schedules:
            return 409, {"__type": "ConflictException", "Message": "Schedule already exists."}
        self.schedules[params["Name"]] = params
        self.made["schedule"] += 1
        return 200, {"ScheduleArn": f"arn:schedule/{params['Name']}"}

    def _GetSchedule(self, params: dict[str, Any]) -> Answer:
        found = self.schedules.get(params["Name"])
        if found is None:
            return 404, {"__type": "ResourceNotFoundException", "Message": "Schedule not found."}
        target = {**found["Target"], "RetryPolicy": {"MaximumRetryAttempts": 185}}
        return 200, {**found, "Target": target, "Arn": f"arn:schedule/{params['Name']}"}

    def _DeleteSchedule(self, params: dict[str, Any]) -> Answer:
        if self.schedules.pop(params["Name"], None) is None:
            return 404, {"__type": "ResourceNotFoundException", "Message": "Schedule not found."}
        return 200, {}

    def _PutRule(self, params: dict[str, Any]) -> Answer:
        self.rules.setdefault(params["Name"], {"targets": {}}).update(params)
        return 200, {"RuleArn": f"arn:rule/{params['Name']}"}

    def _PutTargets(self, params: dict[str, Any]) -> Answer:
        if params["Rule"] not in self.rules:
            return _missing("ResourceNotFoundException")
        if self.refused_targets:
            self.refused_targets -= 1
            entry = {
                "TargetId": "notebook-execution",
                "ErrorCode": "ConcurrentModificationException",
                "ErrorMessage": "Rule is being changed.",
            }
            return 200, {"FailedEntryCount": 1, "FailedEntries": [entry]}
        for target in params["Targets"]:
            self.rules[params["Rule"]]["targets"][target["Id"]] = target
        return 200, {"FailedEntryCount": 0, "FailedEntries": []}

    def _RemoveTargets(self, params: dict[str, Any]) -> Answer:
        if params["Rule"] not in self.rules:
            return _missing("ResourceNotFoundException")
        for name in params["Ids"]:
            self.rules[params["Rule"]]["targets"].pop(name, None)
        return 200, {"FailedEntryCount": 0, "FailedEntries": []}

    def _DeleteRule(self, params: dict[str, Any]) -> Answer:
        if self.rules.get(params["Name"], {}).get("targets"):
            text = "Rule can't be deleted since it has targets."
            return 400, {"__type": "ValidationException", "message": text}
        self.rules.pop(params["Name"], None)
        return 200, {}


def pipeline_step() -> dict[str, Any]:
    """Create a pipeline whose definition holds a secret."""
    return {
        "service": "sagemaker",
        "operation": "CreatePipeline",
        "input": {
            "PipelineName": ID,
            "PipelineDefinition": '{"Steps": [{"Environment": "top-secret-value"}]}',
            "RoleArn": ROLE,
        },
        "undo": {
            "service": "sagemaker",
            "operation": "DeletePipeline",
            "input": {"PipelineName": ID},
        },
    }


def schedule_step() -> dict[str, Any]:
    """Start it every hour."""
    return {
        "service": "scheduler",
        "operation": "CreateSchedule",
        "input": {
            "Name": ID,
            "ScheduleExpression": "rate(1 hour)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": PIPELINE, "RoleArn": ROLE},
        },
        "undo": {"service": "scheduler", "operation": "DeleteSchedule", "input": {"Name": ID}},
    }


def rule_steps() -> list[dict[str, Any]]:
    """The same by a rule."""
    target = {"Id": "notebook-execution", "Arn": PIPELINE, "RoleArn": ROLE}
    ids = {"Rule": ID, "Ids": ["notebook-execution"]}
    return [
        {
            "service": "events",
            "operation": "PutRule",
            "input": {"Name": ID, "ScheduleExpression": "rate(1 hour)", "State": "ENABLED"},
            "undo": {"service": "events", "operation": "DeleteRule", "input": {"Name": ID}},
        },
        {
            "service": "events",
            "operation": "PutTargets",
            "input": {"Rule": ID, "Targets": [target]},
            "undo": {"service": "events", "operation": "RemoveTargets", "input": ids},
        },
    ]


def definition_spec(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A stage that ends in a pipeline and what starts it."""
    return {
        "bucket": BUCKET,
        "prefix": f"{ID}/input/",
        "files": [{"path": "a.ipynb"}],
        "then": list(steps) or [pipeline_step(), schedule_step()],
        **more,
    }


def _missing(code: str) -> Answer:
    return 400, {"__type": code, "message": "It does not exist."}
