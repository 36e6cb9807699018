"""The policy for people who run notebook jobs: enough for the whole life of a job, and no more."""

from __future__ import annotations

import copy
import itertools
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from jupyterlab_sagemaker_studio import operations
from jupyterlab_sagemaker_studio.cli import main
from jupyterlab_sagemaker_studio.deploy import job_policy
from sagemaker_studio_local import seed
from sagemaker_studio_local.account import KEYS
from sagemaker_studio_local.runner.logs import LOG_GROUP
from sagemaker_studio_local.testing import FakeRunner, LocalStudio

sys.path.insert(0, str(Path(__file__).parents[1] / "local"))
from local_jobs import job_request
from local_pipelines import definition_of, step_of

PLACE = job_policy.Place(seed.PARTITION, seed.REGION, seed.ACCOUNT, roles=(seed.ROLE_ARN,))
POLICY = job_policy.job_policy(PLACE)
WHERE = f"{seed.REGION}:{seed.ACCOUNT}"
OURS = {"Key": "sagemaker:is-scheduling-notebook-job", "Value": "true"}
#: Nothing is to start by itself.
NEVER = "cron(0 5 1 1 ? 2199)"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStudio]:
    with LocalStudio(tmp_path_factory.mktemp("studio"), runner=FakeRunner()) as studio:
        yield studio
        studio.reset()


def without(action: str) -> dict[str, Any]:
    """The policy with one action removed wherever it is."""
    policy = copy.deepcopy(POLICY)
    for statement in policy["Statement"]:
        statement["Action"] = [name for name in statement["Action"] if name != action]
    policy["Statement"] = [row for row in policy["Statement"] if row["Action"]]
    return policy


class Life:
    """All of a job's and a definition's life, with the calls the product makes."""

    def __init__(self, studio: LocalStudio) -> None:
        number = next(_numbers)
        self.studio = studio
        self.client = studio.client
        self.bucket = f"sagemaker-life-{number}"
        self.name = f"nightly-report-{number:08x}-2026-05-04-03-02-01"
        self.job = f"{self.name}-job"[:63]
        self.request = self._for(self.job)

    def _for(self, name: str) -> dict[str, Any]:
        request = job_request(name, OutputDataConfig={"S3OutputPath": f"s3://{self.bucket}/"})
        source = request["InputDataConfig"][0]["DataSource"]["S3DataSource"]
        source["S3Uri"] = f"s3://{self.bucket}/in/"
        return request

    def run(self) -> None:
        """From the form to the last trace."""
        self.look_around()
        self.act()

    def act(self) -> None:
        """All that comes after the form."""
        self.stage()
        self.submit_and_watch()
        self.define()
        self.run_definition()
        self.schedule()
        self.rule()
        self.client("sagemaker").delete_pipeline(PipelineName=self.name)
        self.client("s3").delete_object(Bucket=self.bucket, Key="in/nb.ipynb")

    def look_around(self) -> None:
        sagemaker, ec2 = self.client("sagemaker"), self.client("ec2")
        space = {"DomainId": seed.DOMAIN_ID, "SpaceName": seed.SPACE_NAME}
        domain = sagemaker.describe_domain(DomainId=seed.DOMAIN_ID)
        arn = sagemaker.describe_space(**space)["SpaceArn"]
        sagemaker.describe_app(**space, AppType="JupyterLab", AppName=seed.APP_NAME)
        sagemaker.describe_user_profile(
            DomainId=seed.DOMAIN_ID, UserProfileName=seed.USER_PROFILES[0]
        )
        sagemaker.list_images()
        sagemaker.list_image_versions(ImageName="forecasting-team")
        sagemaker.describe_image_version(ImageName="forecasting-team")
        sagemaker.describe_app_image_config(AppImageConfigName="forecasting-team-jupyterlab")
        sagemaker.describe_studio_lifecycle_config(
            StudioLifecycleConfigName=seed.ATTACHED_SCRIPT[0]
        )
        sagemaker.list_tags(ResourceArn=arn)
        ec2.describe_subnets(SubnetIds=domain["SubnetIds"])
        ec2.describe_security_groups()
        self.client("iam").get_role(RoleName=seed.ROLE_NAME)
        self.client("iam").list_roles()
        self.client("kms").list_aliases()
        self.client("kms").describe_key(KeyId=KEYS[0].alias)
        self.client("ecr").describe_images(repositoryName="forecasting-team")
        self.client("secretsmanager").list_secrets()
        quotas = self.client("service-quotas")
        quotas.list_service_quotas(ServiceCode="sagemaker")
        quotas.list_aws_default_service_quotas(ServiceCode="sagemaker")
        self.client("pricing", region_name="us-east-1").get_products(
            ServiceCode="AmazonSageMaker", MaxResults=1
        )

    def stage(self) -> None:
        s3, bucket = self.client("s3"), {"Bucket": self.bucket}
        s3.create_bucket(**bucket, CreateBucketConfiguration={"LocationConstraint": seed.REGION})
        s3.put_bucket_versioning(**bucket, VersioningConfiguration={"Status": "Enabled"})
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        s3.put_bucket_encryption(**bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
        s3.get_bucket_encryption(**bucket)
        s3.get_bucket_location(**bucket)
        s3.put_object(**bucket, Key="in/nb.ipynb", Body=b"{}")
        upload = s3.create_multipart_upload(**bucket, Key="in/data")["UploadId"]
        s3.abort_multipart_upload(**bucket, Key="in/data", UploadId=upload)
        s3.list_objects_v2(**bucket, Prefix="in/")
        s3.get_object(**bucket, Key="in/nb.ipynb")

    def submit_and_watch(self) -> None:
        sagemaker, logs = self.client("sagemaker"), self.client("logs")
        arn = sagemaker.create_training_job(**self.request)["TrainingJobArn"]
        sagemaker.describe_training_job(TrainingJobName=self.job)
        sagemaker.list_training_jobs(NameContains=self.job)
        sagemaker.search(Resource="TrainingJob")
        sagemaker.list_tags(ResourceArn=arn)
        stream = f"{self.job}/algo-1-1"
        # What the job itself writes.
        written = self.studio.studio.client_of("logs")
        written.create_log_stream(logGroupName=LOG_GROUP, logStreamName=stream)
        logs.describe_log_streams(logGroupName=LOG_GROUP, logStreamNamePrefix=self.job)
        logs.get_log_events(logGroupName=LOG_GROUP, logStreamName=stream)
        metric = {"Namespace": "/aws/sagemaker/TrainingJobs", "MetricName": "CPUUtilization"}
        stat = {"Metric": metric, "Period": 60, "Stat": "Average"}
        now = time.time()
        self.client("cloudwatch").get_metric_data(
            MetricDataQueries=[{"Id": "cpu", "MetricStat": stat}], StartTime=now - 60, EndTime=now
        )
        sagemaker.stop_training_job(TrainingJobName=self.job)
        # Deleting a job hides it.
        archived = {"Key": "sagemaker:is-studio-archived", "Value": "true"}
        sagemaker.add_tags(ResourceArn=arn, Tags=[archived])

    def define(self) -> None:
        sagemaker = self.client("sagemaker")
        arguments = self._for(self.name)
        arguments.pop("TrainingJobName")
        definition = definition_of(step_of(self.name, Arguments=arguments))
        pipeline = {"PipelineName": self.name, "PipelineDefinition": definition}
        sagemaker.create_pipeline(**pipeline, RoleArn=seed.ROLE_ARN, Tags=[OURS])
        sagemaker.describe_pipeline(PipelineName=self.name)
        sagemaker.update_pipeline(**pipeline, RoleArn=seed.ROLE_ARN)

    def run_definition(self) -> None:
        # As its schedule does, with the same role.
        arn = self.client("sagemaker").start_pipeline_execution(PipelineName=self.name)[
            "PipelineExecutionArn"
        ]
        # A definition whose run goes on can't be deleted.
        sagemaker = self.studio.studio.client_of("sagemaker")
        sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn)
        run = {"PipelineExecutionArn": arn}
        deadline = time.monotonic() + 20
        while sagemaker.describe_pipeline_execution(**run)["PipelineExecutionStatus"] != "Stopped":
            assert time.monotonic() < deadline
            time.sleep(0.02)

    @property
    def _target(self) -> dict[str, str]:
        pipeline = f"arn:aws:sagemaker:{WHERE}:pipeline/{self.name}"
        return {"Arn": pipeline, "RoleArn": seed.ROLE_ARN}

    def schedule(self) -> None:
        scheduler = self.client("scheduler")
        schedule = {
            "Name": self.name,
            "ScheduleExpression": NEVER,
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": self._target,
        }
        scheduler.create_schedule(**schedule)
        scheduler.get_schedule(Name=self.name)
        scheduler.list_schedules()
        scheduler.update_schedule(**schedule, State="DISABLED")
        scheduler.delete_schedule(Name=self.name)

    def rule(self) -> None:
        events = self.client("events")
        arn = events.put_rule(
            Name=self.name, ScheduleExpression=NEVER, State="ENABLED", Tags=[OURS]
        )["RuleArn"]
        events.put_targets(Rule=self.name, Targets=[{"Id": "notebook-execution", **self._target}])
        events.describe_rule(Name=self.name)
        events.list_targets_by_rule(Rule=self.name)
        events.disable_rule(Name=self.name)
        events.put_rule(Name=self.name, ScheduleExpression=NEVER, State="ENABLED")
        events.enable_rule(Name=self.name)
        events.tag_resource(ResourceARN=arn, Tags=[{"Key": "team", "Value": "a"}])
        events.remove_targets(Rule=self.name, Ids=["notebook-execution"])
        events.delete_rule(Name=self.name)


def live(studio: LocalStudio, policy: dict[str, Any], *, look_around: bool = True) -> str:
    """Why a life ended early with this policy; empty when it went to its end."""
    studio.control("DELETE", "permissions")
    studio.control("POST", "permissions", {"enforced": True, "policy": policy})
    life = Life(studio)
    try:
        life.run() if look_around else life.act()
    except ClientError as error:
        answer = error.response
        return f"{error.operation_name}: {answer['Error'].get('Message', '')}"
    finally:
        studio.control("DELETE", "permissions")
        _stop_jobs(studio)
    return ""


def _stop_jobs(studio: LocalStudio) -> None:
    """What a life that ended early left running counts against the quota."""
    sagemaker = studio.client("sagemaker")
    for job in sagemaker.list_training_jobs(StatusEquals="InProgress")["TrainingJobSummaries"]:
        sagemaker.stop_training_job(TrainingJobName=job["TrainingJobName"])


def test_a_whole_life_with_exactly_the_policy(studio: LocalStudio) -> None:
    assert live(studio, POLICY) == ""


@pytest.fixture(scope="module")
def looks(studio: LocalStudio) -> set[str]:
    """The names of the operations that only the form asks for."""
    studio.reset()
    Life(studio).look_around()
    return {call["operation"] for call in studio.calls()} - {"ListTags"}


@pytest.mark.parametrize("action", sorted(job_policy.actions()))
def test_no_action_is_too_many(studio: LocalStudio, looks: set[str], action: str) -> None:
    why = live(studio, without(action), look_around=action.partition(":")[2] in looks)
    assert f"is not authorized to perform: {action}" in why, why


@pytest.mark.parametrize("service", ["events", "scheduler", "sagemaker"])
def test_no_service_a_role_is_passed_to_is_too_many(studio: LocalStudio, service: str) -> None:
    policy = copy.deepcopy(POLICY)
    passing = next(row for row in policy["Statement"] if row["Sid"] == "PassRoles")
    passing["Condition"]["StringEquals"]["iam:PassedToService"].remove(f"{service}.amazonaws.com")
    assert "perform: iam:PassRole on resource" in live(studio, policy)


@pytest.mark.parametrize(
    ("service", "method", "params"),
    [
        ("s3", "get_object", {"Bucket": "payroll", "Key": "x"}),
        ("events", "delete_rule", {"Name": "alarm"}),
        ("scheduler", "delete_schedule", {"Name": "backup"}),
        ("sagemaker", "delete_pipeline", {"PipelineName": "production"}),
        ("sagemaker", "create_app", {"DomainId": "d", "AppType": "JupyterLab", "AppName": "a"}),
        ("secretsmanager", "get_secret_value", {"SecretId": "x"}),
        ("logs", "describe_log_streams", {"logGroupName": "/aws/lambda/x"}),
        ("iam", "create_role", {"RoleName": "r", "AssumeRolePolicyDocument": "{}"}),
    ],
)
def test_what_it_does_not_allow(
    studio: LocalStudio, service: str, method: str, params: dict[str, Any]
) -> None:
    studio.control("POST", "permissions", {"enforced": True, "policy": POLICY})
    try:
        with pytest.raises(ClientError, match="not authorized to perform"):
            getattr(studio.client(service), method)(**params)
    finally:
        studio.control("DELETE", "permissions")


def test_a_job_without_the_tag_and_a_rule_with_another_target(studio: LocalStudio) -> None:
    studio.control("POST", "permissions", {"enforced": True, "policy": POLICY})
    life = Life(studio)
    try:
        life.stage()
        plain = {**life.request, "Tags": [{"Key": "sagemaker:name", "Value": "x"}]}
        with pytest.raises(ClientError, match="perform: sagemaker:CreateTrainingJob"):
            studio.client("sagemaker").create_training_job(**plain)
        events = studio.client("events")
        rate = {"ScheduleExpression": NEVER}
        events.put_rule(Name=life.name, **rate, Tags=[OURS])
        target = {"Id": "1", "Arn": f"arn:aws:sqs:{WHERE}:queue"}
        with pytest.raises(ClientError, match="perform: events:PutTargets"):
            events.put_targets(Rule=life.name, Targets=[target])
    finally:
        studio.control("DELETE", "permissions")


def test_it_is_generated_from_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = operations.allowed()
    row = operations.Operation("sagemaker", "New", "read", "sagemaker:New", ("jobs",))
    more = {**listed, "sagemaker": {**listed["sagemaker"], "New": row}}
    monkeypatch.setattr(operations, "allowed", lambda: more)
    with pytest.raises(ValueError, match="sagemaker:New"):
        job_policy.job_policy()


def test_it_is_printed_and_fits_into_a_managed_policy(capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--region", seed.REGION, "--account", seed.ACCOUNT, "--role", seed.ROLE_ARN]
    assert main(["deploy", "job-policy", *where]) == 0
    assert json.loads(capsys.readouterr().out) == POLICY
    # IAM counts no white space: 6,144 characters for a managed policy.
    assert len(json.dumps(POLICY, separators=(",", ":"))) <= 6144
    assert main(["deploy", "job-policy", *where, "--of-jobs"]) == 0
    assert json.loads(capsys.readouterr().out) == job_policy.job_role_policy(PLACE)
    assert main(["deploy", "job-policy"]) == 0
    printed = capsys.readouterr().out
    kept = Path(__file__).parents[3] / "deploy" / "job-policy.json"
    assert kept.read_text(encoding="utf-8") == printed


@pytest.mark.parametrize("option", [["--account", "me"], ["--role", "Admin"]])
def test_options_that_are_none(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deploy", "job-policy", *option]) == 2
    assert repr(option[1]) in capsys.readouterr().err
