"""Search as AWS's scheduler uses it, and the rest of its expressions."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from local_jobs import create, new_name
from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import FakeOutcome, FakeRunner, LocalStudio


@pytest.fixture(scope="module")
def jobs(running_studio: LocalStudio, fake_runner: FakeRunner) -> Iterator[list[str]]:
    """Three jobs: completed, failed, running; with different names, parameters and instances."""
    names = [
        create(
            running_studio,
            f"search-{word}",
            HyperParameters={"alpha": value, "dotted.name": "yes"},
            ResourceConfig={"InstanceType": kind, "InstanceCount": 1, "VolumeSizeInGB": 30 + n},
            Tags=[
                {"Key": "sagemaker:name", "Value": f"Report {word}"},
                {"Key": "sagemaker:is-scheduling-notebook-job", "Value": "true"},
                {"Key": "sagemaker:is-studio-archived", "Value": "false"},
                {"Key": "group", "Value": "search"},
            ],
        )
        for n, (word, value, kind) in enumerate(
            [("b", "3", "ml.m5.large"), ("a", "1", "ml.m5.xlarge"), ("c", "2", "ml.c5.xlarge")]
        )
    ]
    fake_runner.jobs[names[0]].finish()
    fake_runner.jobs[names[1]].finish(FakeOutcome("Failed", "AlgorithmError: no", 1, "Failed"))
    yield names


def search(studio: LocalStudio, *filters: tuple[str, ...], **more: Any) -> list[str]:
    expression: dict[str, Any] = {"Filters": [{"Name": "Tags.group", "Value": "search"}]}
    for item in filters:
        names = ("Name", "Operator", "Value")
        expression["Filters"].append(dict(zip(names, item, strict=False)))
    for name in ("SubExpressions", "NestedFilters", "Operator"):
        if name in more:
            expression[name] = more.pop(name)
    more = {"SortBy": "TrainingJobName", "SortOrder": "Ascending", **more}
    answer = studio.client("sagemaker").search(
        Resource="TrainingJob", SearchExpression=expression, **more
    )
    return [result["TrainingJob"]["TrainingJobName"][-1] for result in answer["Results"]]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (("TrainingJobStatus", "Equals", "Completed"), "b"),
        (("TrainingJobStatus", "NotEquals", "Completed"), "ac"),
        (("TrainingJobStatus", "In", "Completed,InProgress"), "bc"),
        (("Tags.sagemaker:name", "Contains", "port"), "abc"),
        (("Tags.sagemaker:name", "Contains", "Report a"), "a"),
        (("Tags.sagemaker:name", "Exists"), "abc"),
        (("Tags.no-such-tag", "NotExists"), "abc"),
        (("Tags.no-such-tag", "Exists"), ""),
        (("Tags.no-such-tag", "NotEquals", "x"), "abc"),
        (("HyperParameters.alpha", "Equals", "2"), "c"),
        (("HyperParameters.dotted.name", "Equals", "yes"), "abc"),
        (("Environment.SM_KERNEL_NAME", "Equals", "python3"), "abc"),
        (("ResourceConfig.InstanceType", "Contains", "m5"), "ab"),
        (("ResourceConfig.VolumeSizeInGB", "GreaterThan", "30"), "ac"),
        (("ResourceConfig.VolumeSizeInGB", "LessThanOrEqualTo", "31"), "ab"),
        (("ResourceConfig.VolumeSizeInGB", "Equals", "31"), "a"),
        (("EnableInterContainerTrafficEncryption", "Equals", "true"), "abc"),
        (("FailureReason", "Exists"), "a"),
        (("CreationTime", "GreaterThanOrEqualTo", "2020-01-01T00:00:00Z"), "abc"),
        (("CreationTime", "LessThan", "2020-01-01"), ""),
        (("TrainingEndTime", "NotExists"), "c"),
        (("InputDataConfig.ChannelName", "Contains", "headless"), "abc"),
    ],
)
def test_operators(
    local_studio: LocalStudio, jobs: list[str], condition: tuple[str, ...], found: str
) -> None:
    assert "".join(search(local_studio, condition)) == found


def test_or_joins_all_parts(local_studio: LocalStudio, jobs: list[str]) -> None:
    either = {
        "Filters": [
            {"Name": "HyperParameters.alpha", "Operator": "Equals", "Value": "1"},
            {"Name": "TrainingJobStatus", "Operator": "Equals", "Value": "InProgress"},
        ],
        "Operator": "Or",
    }
    assert search(local_studio, SubExpressions=[either]) == ["a", "c"]
    deeper = {"SubExpressions": [either, {"Filters": [{"Name": "FailureReason"}]}]}
    assert search(local_studio, SubExpressions=[deeper]) == ["a"]


def test_nested_filters_hold_for_one_element(local_studio: LocalStudio, jobs: list[str]) -> None:
    def nested(uri: str) -> list[dict[str, Any]]:
        prefix = "InputDataConfig"
        return [
            {
                "NestedPropertyName": prefix,
                "Filters": [
                    {"Name": f"{prefix}.ChannelName", "Operator": "Contains", "Value": "headless"},
                    {
                        "Name": f"{prefix}.DataSource.S3DataSource.S3Uri",
                        "Operator": "Contains",
                        "Value": uri,
                    },
                ],
            }
        ]

    assert search(local_studio, NestedFilters=nested("search-b/input")) == ["b"]
    assert search(local_studio, NestedFilters=nested("nowhere")) == []


@pytest.mark.parametrize(
    ("sort_by", "order", "found"),
    [
        ("Tags.sagemaker:name", "Ascending", "abc"),
        ("Tags.sagemaker:name", "Descending", "cba"),
        ("HyperParameters.alpha", "Ascending", "acb"),
        ("Environment.SM_OUTPUT_NOTEBOOK_NAME", "Descending", "cba"),
        ("CreationTime", "Descending", "cab"),
        ("TrainingJobStatus", "Ascending", "bac"),
        ("FailureReason", "Ascending", "abc"),
        ("FailureReason", "Descending", "acb"),
        ("ResourceConfig.VolumeSizeInGB", "Descending", "cab"),
    ],
)
def test_sorting(
    local_studio: LocalStudio, jobs: list[str], sort_by: str, order: str, found: str
) -> None:
    assert "".join(search(local_studio, SortBy=sort_by, SortOrder=order)) == found


def test_pages_neither_repeat_nor_skip_when_jobs_appear(
    local_studio: LocalStudio, fake_runner: FakeRunner
) -> None:
    tags = [{"Key": "group", "Value": "paging"}]
    made = [create(local_studio, new_name("page"), Tags=tags) for _ in range(4)]
    for name in made:
        fake_runner.jobs[name].finish()
    request: dict[str, Any] = {
        "Resource": "TrainingJob",
        "SearchExpression": {"Filters": [{"Name": "Tags.group", "Value": "paging"}]},
        "SortBy": "CreationTime",
        "SortOrder": "Descending",
        "MaxResults": 2,
    }
    sagemaker = local_studio.client("sagemaker")
    first = sagemaker.search(**request)
    assert first["TotalHits"] == {"Value": 4, "Relation": "EqualTo"}
    fake_runner.jobs[create(local_studio, new_name("page"), Tags=tags)].finish()
    second = sagemaker.search(NextToken=first["NextToken"], **request)
    seen = [r["TrainingJob"]["TrainingJobName"] for r in first["Results"] + second["Results"]]
    assert seen == made[::-1]
    assert "NextToken" not in second


@pytest.mark.parametrize(
    ("condition", "part"),
    [
        ({"Name": "NoSuchProperty", "Value": "x"}, "Unknown property name: NoSuchProperty"),
        ({"Name": "TrainingJobStatus", "Operator": "GreaterThan", "Value": "a"}, "numbers and ti"),
        ({"Name": "CreationTime", "Operator": "LessThan", "Value": "soon"}, "not an ISO 8601 tim"),
        ({"Name": "TrainingJobStatus", "Operator": "Equals"}, "needs a Value"),
    ],
)
def test_expressions_that_make_no_sense(
    local_studio: LocalStudio, condition: dict[str, str], part: str
) -> None:
    with pytest.raises(ClientError) as raised:
        local_studio.client("sagemaker").search(
            Resource="TrainingJob", SearchExpression={"Filters": [condition]}
        )
    assert raised.value.response["Error"]["Code"] == "ValidationException"
    assert part in raised.value.response["Error"]["Message"]


def test_limits_of_a_page(local_studio: LocalStudio) -> None:
    with pytest.raises(ClientError, match="less than or equal to 100"):
        local_studio.client("sagemaker").search(Resource="TrainingJob", MaxResults=101)


def test_other_resources_are_empty(local_studio: LocalStudio) -> None:
    assert local_studio.client("sagemaker").search(Resource="Endpoint")["Results"] == []
    with pytest.raises(ClientError, match="enum value set"):
        local_studio.client("sagemaker").search(Resource="Teapot")


def test_a_job_made_in_the_app_has_studios_tags(local_studio: LocalStudio, jobs: list[str]) -> None:
    answer = local_studio.client("sagemaker").search(
        Resource="TrainingJob",
        SearchExpression={"Filters": [{"Name": "TrainingJobName", "Value": jobs[0]}]},
    )
    job = answer["Results"][0]["TrainingJob"]
    tags = {tag["Key"]: tag["Value"] for tag in job["Tags"]}
    assert tags["sagemaker:domain-arn"].endswith(f":domain/{seed.DOMAIN_ID}")
    assert tags["sagemaker:space-arn"].endswith(f":space/{seed.DOMAIN_ID}/my-space")
    assert tags["sagemaker:user-profile-arn"].endswith("/data-scientist")
    assert job["TrainingJobStatus"] == "Completed"
    assert job["Environment"]["SM_INPUT_NOTEBOOK_NAME"] == "nb.ipynb"


def test_ten_thousand_jobs_are_searched_at_once(local_studio: LocalStudio) -> None:
    assert local_studio.control("POST", "seed-jobs", {"count": 10_000})["trainingJobs"] >= 10_000
    request: dict[str, Any] = {
        "Resource": "TrainingJob",
        "SearchExpression": {
            "Filters": [
                {"Name": "Tags.sagemaker:is-studio-archived", "Value": "false"},
                {"Name": "Tags.local-studio:synthetic", "Value": "true"},
            ]
        },
        "SortBy": "CreationTime",
        "SortOrder": "Descending",
        "MaxResults": 100,
    }
    sagemaker = local_studio.client("sagemaker")
    token = sagemaker.search(**request)["NextToken"]
    used = []
    for _ in range(5):
        local_studio.client("sagemaker").add_tags(
            ResourceArn=f"arn:aws:sagemaker:us-west-2:123456789012:space/{seed.DOMAIN_ID}/my-space",
            Tags=[{"Key": "touched", "Value": str(time.time())}],
        )
        started = time.process_time()
        answer = sagemaker.search(NextToken=token, **request)
        used.append(time.process_time() - started)
        assert len(answer["Results"]) == 100
        assert answer["TotalHits"]["Value"] == 10_000
        token = answer["NextToken"]
    # Processor time of client and server together, so that a busy machine does not matter.
    assert min(used) < 0.1, used
