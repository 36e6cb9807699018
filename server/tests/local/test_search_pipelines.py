"""Search over pipelines and their executions, as AWS's scheduler lists job definitions."""

from __future__ import annotations

from typing import Any

from local_jobs import new_name
from local_pipelines import ended, job_of, make_pipeline, run
from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import FakeRunner, LocalStudio


def definitions(studio: LocalStudio, *filters: dict[str, str], **more: Any) -> list[dict[str, Any]]:
    """What AWS's scheduler asks for its list of definitions, with more filters."""
    origin = {"Name": "Tags.sagemaker:is-scheduling-notebook-job", "Operator": "Equals"}
    step = {"Name": "Tags.sagemaker:notebook-job-origin", "Operator": "Equals"}
    domain = {"Name": "Tags.sagemaker:domain-arn", "Operator": "Contains"}
    named = {"Name": "Tags.sagemaker:domain-name", "Operator": "Equals"}
    expression = {
        "Filters": [
            {"Name": "Tags.sagemaker:is-studio-archived", "Operator": "Equals", "Value": "false"},
            *filters,
        ],
        "SubExpressions": [
            {
                "Filters": [{**origin, "Value": "true"}, {**step, "Value": "PIPELINE_STEP"}],
                "Operator": "Or",
            },
            {
                "Filters": [
                    {**domain, "Value": seed.DOMAIN_ID},
                    {**named, "Value": seed.DOMAIN_ID},
                ],
                "Operator": "Or",
            },
        ],
    }
    answer = studio.client("sagemaker").search(
        **{
            "Resource": "Pipeline",
            "SearchExpression": expression,
            "SortBy": "CreationTime",
            "SortOrder": "Descending",
            "MaxResults": 50,
            **more,
        }
    )
    return [row["Pipeline"] for row in answer["Results"]]


def test_definitions_are_found_with_their_tags(local_studio: LocalStudio) -> None:
    name = make_pipeline(local_studio)
    other = make_pipeline(local_studio, new_name("archived"))
    arn = local_studio.client("sagemaker").describe_pipeline(PipelineName=other)["PipelineArn"]
    local_studio.client("sagemaker").add_tags(
        ResourceArn=arn, Tags=[{"Key": "sagemaker:is-studio-archived", "Value": "true"}]
    )
    (found,) = definitions(local_studio)
    assert found["PipelineName"] == name
    assert found["PipelineStatus"] == "Active"
    assert "PipelineDefinition" not in found
    tags = {tag["Key"]: tag["Value"] for tag in found["Tags"]}
    assert tags["sagemaker:notebook-name"] == "nb.ipynb"
    assert tags["sagemaker:domain-arn"].endswith(seed.DOMAIN_ID)
    by_name = {"Name": "Tags.sagemaker:name", "Operator": "Contains", "Value": name}
    assert definitions(local_studio, by_name, SortBy="Tags.sagemaker:name")
    assert not definitions(local_studio, {**by_name, "Value": "nothing"})


def test_executions_are_found_by_pipeline_and_state(
    local_studio: LocalStudio, fake_runner: FakeRunner
) -> None:
    name = make_pipeline(local_studio)
    done, running = run(local_studio, name), run(local_studio, name)
    fake_runner.jobs[job_of(local_studio, done)].finish()
    ended(local_studio, done)

    def found(status: str) -> list[str]:
        answer = local_studio.client("sagemaker").search(
            Resource="PipelineExecution",
            SearchExpression={
                "Filters": [
                    {"Name": "PipelineArn", "Operator": "Contains", "Value": f"pipeline/{name}"},
                    {"Name": "PipelineExecutionStatus", "Value": status},
                ]
            },
        )
        rows = [row["PipelineExecution"] for row in answer["Results"]]
        return [row["PipelineExecutionArn"] for row in rows]

    assert found("Succeeded") == [done]
    assert found("Executing") == [running]
    fake_runner.jobs[job_of(local_studio, running)].finish()
