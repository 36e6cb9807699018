"""The jobs of a sweep as SageMaker tells of them."""

from __future__ import annotations

import time
from os.path import commonprefix
from typing import Any

from ..errors import AwsError
from . import calls
from .model import age_seconds
from .run import TaskRun


class SweepJobs:
    """Asks what became of the jobs of one sweep. What fails is an AwsError."""

    def __init__(self, run: TaskRun, names: list[str]) -> None:
        self._run = run
        self._common = commonprefix(names)
        self._may_list = True

    def running(self, names: list[str]) -> set[str]:
        """Those of the jobs that a list shows as running; one call for all of them."""
        wanted, found = set(names), set[str]()
        # Epoch seconds; the clocks of this machine and AWS may differ.
        since = time.time() - age_seconds(self._run.task.created_at) - 300
        page: dict[str, Any] = {
            "StatusEquals": "InProgress",
            "CreationTimeAfter": since,
            "SortBy": "CreationTime",
            "SortOrder": "Descending",
            "MaxResults": 100,
        }
        if self._common:
            page["NameContains"] = self._common
        while self._may_list and found != wanted:
            try:
                answer = self._ask("ListTrainingJobs", page)
            except AwsError as error:
                if calls.passes(error):
                    raise
                self._may_list = False  # not allowed: each by itself then
                break
            listed = {str(job["TrainingJobName"]) for job in answer.get("TrainingJobSummaries", [])}
            found |= listed & wanted
            if not answer.get("NextToken"):
                break
            page["NextToken"] = answer["NextToken"]
        return found

    def status(self, name: str) -> str | None:
        """As DescribeTrainingJob tells it; None for a job that is not there."""
        try:
            described = self._ask("DescribeTrainingJob", {"TrainingJobName": name})
        except AwsError as error:
            if not calls.is_missing(error):
                raise
            return None
        return str(described["TrainingJobStatus"])

    def stop(self, name: str) -> None:
        """StopTrainingJob."""
        self._ask("StopTrainingJob", {"TrainingJobName": name})

    def _ask(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        call = {"service": "sagemaker", "operation": operation, "input": params}
        return calls.ask(self._run, call)
