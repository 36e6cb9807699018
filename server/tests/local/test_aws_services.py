"""Step Functions, Service Quotas and prices of the local Studio; what of it all is kept."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from apps_and_schedules import APP, SCHEDULER_ROLE, at, book, eventually, start_app, status
from botocore.exceptions import ClientError
from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import FakeRunner, LocalStudio

CAPACITY = "InsufficientCapacityError: no ml.m5.xlarge now"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No JupyterLab is waited for here."""
    from sagemaker_studio_local.aws_services import step_functions

    monkeypatch.setattr(step_functions, "_SHORTEST_WAIT", 0.01)


def change(studio: LocalStudio, **request: Any) -> dict[str, Any]:
    """The output of an execution of the seeded state machine."""
    states = studio.client("stepfunctions")
    machine = states.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    execution = states.start_execution(
        stateMachineArn=machine,
        name=f"my-space-{time.time_ns():x}",
        input=json.dumps({**APP, **request}),
    )["executionArn"]

    def ended() -> Any:
        found = states.describe_execution(executionArn=execution)
        return found if found["status"] != "RUNNING" else None

    found = eventually(ended, 60)
    assert found["status"] == "SUCCEEDED", found
    return json.loads(found["output"])


def test_a_change_with_settings_ends_on_the_wanted_type(local_studio: LocalStudio) -> None:
    former = start_app(local_studio)
    sagemaker = local_studio.client("sagemaker")
    wanted = {**former, "InstanceType": "ml.m5.xlarge"}
    settings = {"JupyterLabAppSettings": {"DefaultResourceSpec": wanted}}
    result = change(local_studio, Attempts=[wanted], Former=former, SpaceSettings=settings)
    assert result["Outcome"] == "Changed"
    app = sagemaker.describe_app(**APP)
    assert (app["Status"], app["ResourceSpec"]["InstanceType"]) == ("InService", "ml.m5.xlarge")
    space = sagemaker.describe_space(DomainId=seed.DOMAIN_ID, SpaceName=seed.SPACE_NAME)
    default = space["SpaceSettings"]["JupyterLabAppSettings"]["DefaultResourceSpec"]
    assert default["InstanceType"] == "ml.m5.xlarge"
    owned = sagemaker.list_tags(ResourceArn=app["AppArn"])["Tags"]
    assert owned == [], "an app a state machine started is not tagged as from inside a space"


def test_without_capacity_the_space_is_back_with_its_volume_grown(
    local_studio: LocalStudio,
) -> None:
    former = start_app(local_studio)
    sagemaker = local_studio.client("sagemaker")
    where = {"DomainId": seed.DOMAIN_ID, "SpaceName": seed.SPACE_NAME}
    before = sagemaker.describe_space(**where)["SpaceSettings"]
    before.pop("AppType")
    size = before["SpaceStorageSettings"]["EbsStorageSettings"]["EbsVolumeSizeInGb"]
    wanted = {**former, "InstanceType": "ml.m5.xlarge"}
    local_studio.fault(
        "CreateApp", app="Failed", reason=CAPACITY, instanceType="ml.m5.xlarge", count=1
    )
    result = change(
        local_studio,
        Attempts=[wanted],
        Former=former,
        SpaceSettings={
            **before,
            "JupyterLabAppSettings": {"DefaultResourceSpec": wanted},
            "SpaceStorageSettings": {"EbsStorageSettings": {"EbsVolumeSizeInGb": size + 7}},
        },
        FormerSpaceSettings=before,
    )
    assert result["Outcome"] == "Restored"
    assert result["Error"]["Error"] == "AppFailed"
    assert CAPACITY in result["Error"]["Cause"]
    app = sagemaker.describe_app(**APP)
    assert (app["Status"], app["ResourceSpec"]["InstanceType"]) == ("InService", "ml.t3.medium")
    after = sagemaker.describe_space(**where)["SpaceSettings"]
    assert after["JupyterLabAppSettings"] == before["JupyterLabAppSettings"]
    grown = after["SpaceStorageSettings"]["EbsStorageSettings"]["EbsVolumeSizeInGb"]
    assert grown == size + 7


def test_a_volume_that_may_not_grow_again_yet_is_told_and_the_space_is_back(
    local_studio: LocalStudio,
) -> None:
    former = start_app(local_studio)
    where = {"DomainId": seed.DOMAIN_ID, "SpaceName": seed.SPACE_NAME}
    settings = local_studio.client("sagemaker").describe_space(**where)["SpaceSettings"]
    settings.pop("AppType")
    size = settings["SpaceStorageSettings"]["EbsStorageSettings"]["EbsVolumeSizeInGb"]
    results = []
    for more in (1, 2):
        storage = {"EbsStorageSettings": {"EbsVolumeSizeInGb": size + more}}
        wanted = {**settings, "SpaceStorageSettings": storage}
        results.append(
            change(
                local_studio,
                Attempts=[former],
                Former=former,
                SpaceSettings=wanted,
                FormerSpaceSettings=settings,
            )
        )
    assert results[-1]["Outcome"] == "Restored"
    assert results[-1]["Error"]["Error"] == "SpaceUpdateFailed"
    assert "VolumeModification" in results[-1]["Error"]["Cause"]
    assert status(local_studio) == "InService"


def test_an_exhausted_quota_falls_back_to_the_next_type(local_studio: LocalStudio) -> None:
    former = start_app(local_studio)
    types = ("ml.m5.24xlarge", "ml.m5.large")
    quotas = {q["QuotaName"]: q["Value"] for q in quotas_of(local_studio)}
    assert quotas[f"Studio JupyterLab Apps running on {types[0]} instances"] == 0
    attempts = [{**former, "InstanceType": name} for name in types]
    result = change(local_studio, Attempts=attempts, Former=former)
    assert (result["Outcome"], result["ResourceSpec"]["InstanceType"]) == ("Fallback", types[1])
    assert result["Error"]["Error"] == "SageMaker.ResourceLimitExceededException"


def quotas_of(studio: LocalStudio, operation: str = "list_service_quotas") -> list[Any]:
    pages = studio.client("service-quotas").get_paginator(operation)
    found = pages.paginate(ServiceCode="sagemaker", PaginationConfig={"PageSize": 50})
    return [quota for page in found for quota in page["Quotas"]]


def test_quotas_are_listed_page_by_page_and_got_one_by_one(local_studio: LocalStudio) -> None:
    quotas = quotas_of(local_studio)
    assert len({q["QuotaCode"] for q in quotas}) == len(quotas) > 50
    app = next(q for q in quotas if "JupyterLab Apps running on ml.t3.medium" in q["QuotaName"])
    assert app["QuotaName"] == "Studio JupyterLab Apps running on ml.t3.medium instances"
    assert app["Value"] >= 1
    client = local_studio.client("service-quotas")
    got = client.get_service_quota(ServiceCode="sagemaker", QuotaCode=app["QuotaCode"])["Quota"]
    assert got == app
    assert quotas_of(local_studio, "list_aws_default_service_quotas") == quotas
    with pytest.raises(client.exceptions.NoSuchResourceException):
        client.list_service_quotas(ServiceCode="ec2")
    with pytest.raises(client.exceptions.NoSuchResourceException):
        client.get_service_quota(ServiceCode="sagemaker", QuotaCode="L-00000000")


def test_prices_are_products_in_the_price_lists_shape(local_studio: LocalStudio) -> None:
    pricing = local_studio.client("pricing", region_name="us-east-1")
    fields = {"regionCode": seed.REGION, "platoinstancetype": "Studio-JupyterLab"}
    filters = [{"Type": "TERM_MATCH", "Field": k, "Value": v} for k, v in fields.items()]
    pages = pricing.get_paginator("get_products").paginate(
        ServiceCode="AmazonSageMaker", Filters=filters, PaginationConfig={"PageSize": 60}
    )
    products = [json.loads(text) for page in pages for text in page["PriceList"]]
    assert len(products) > 100
    found = {}
    for product in products:
        (term,) = product["terms"]["OnDemand"].values()
        (rate,) = term["priceDimensions"].values()
        assert rate["unit"] == "Hrs"
        attributes = product["product"]["attributes"]
        found[attributes["instanceType"]] = float(rate["pricePerUnit"]["USD"])
        assert attributes["usagetype"].endswith(f"-Studio:JupyterLab-{attributes['instanceType']}")
    assert 0 < found["ml.t3.medium"] < found["ml.m5.xlarge"] < found["ml.g5.xlarge"]
    one = [{"Type": "TERM_MATCH", "Field": "instanceType", "Value": "ml.g5.xlarge"}]
    listed = pricing.get_products(ServiceCode="AmazonSageMaker", Filters=[*filters, *one])
    assert len(listed["PriceList"]) == 1
    training = [{"Type": "TERM_MATCH", "Field": "platoinstancetype", "Value": "Training"}]
    listed = pricing.get_products(ServiceCode="AmazonSageMaker", Filters=[*training, *one])
    (product,) = (json.loads(text) for text in listed["PriceList"])
    assert product["product"]["attributes"]["usagetype"].endswith("-Train:ml.g5.xlarge")
    other = [{"Type": "TERM_MATCH", "Field": "regionCode", "Value": "eu-west-1"}]
    listed = pricing.get_products(ServiceCode="AmazonSageMaker", Filters=other)
    assert listed["PriceList"] == []
    with pytest.raises(pricing.exceptions.NotFoundException):
        pricing.get_products(ServiceCode="AmazonEC2")


def test_a_state_machine_needs_a_role_that_trusts_step_functions(
    local_studio: LocalStudio,
) -> None:
    states = local_studio.client("stepfunctions")
    definition = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
    with pytest.raises(ClientError, match="authorized to assume the provided role"):
        states.create_state_machine(
            name="mine", definition=json.dumps(definition), roleArn=SCHEDULER_ROLE
        )
    with pytest.raises(states.exceptions.InvalidDefinition):
        states.create_state_machine(
            name="mine",
            definition="{}",
            roleArn=f"arn:aws:iam::{seed.ACCOUNT}:role/sagemaker-studio-change-space",
        )


def test_a_role_may_do_what_an_attached_policy_says_unless_it_is_denied(
    local_studio: LocalStudio,
) -> None:
    iam, states = local_studio.client("iam"), local_studio.client("stepfunctions")
    trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}}
    role = iam.create_role(
        RoleName="lister",
        AssumeRolePolicyDocument=json.dumps({"Statement": [{**trust, "Action": "sts:AssumeRole"}]}),
    )["Role"]["Arn"]
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:sagemaker:listApps",
        "Parameters": {"DomainIdEquals": seed.DOMAIN_ID},
        "End": True,
    }
    machine = states.create_state_machine(
        name="lister",
        definition=json.dumps({"StartAt": "List", "States": {"List": task}}),
        roleArn=role,
    )["stateMachineArn"]

    def outcome() -> str:
        name = f"run-{time.time_ns():x}"
        started = states.start_execution(stateMachineArn=machine, name=name)
        arn = started["executionArn"]

        def ended() -> Any:
            found = states.describe_execution(executionArn=arn)
            return found if found["status"] != "RUNNING" else None

        return eventually(ended).get("cause", "done")

    def policy(effect: str) -> str:
        statement = {"Effect": effect, "Action": "sagemaker:List*", "Resource": "*"}
        return json.dumps({"Version": "2012-10-17", "Statement": statement})

    assert "is not authorized to perform: sagemaker:ListApps" in outcome()
    made = iam.create_policy(PolicyName="listing", PolicyDocument=policy("Allow"))
    iam.attach_role_policy(RoleName="lister", PolicyArn=made["Policy"]["Arn"])
    assert outcome() == "done"
    iam.put_role_policy(RoleName="lister", PolicyName="no", PolicyDocument=policy("Deny"))
    assert "is not authorized to perform: sagemaker:ListApps" in outcome()


@pytest.fixture
def alone(running_studio: LocalStudio) -> Any:
    """For tests that start local Studios of their own: only one runs in a process."""
    running_studio.stop()
    yield
    running_studio.start()


def test_machines_roles_and_schedules_survive_a_restart(alone: None, tmp_path: Path) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "states.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    with LocalStudio(tmp_path, runner=FakeRunner()) as studio:
        role = studio.client("iam").create_role(
            RoleName="mine", AssumeRolePolicyDocument=json.dumps(trust)
        )["Role"]["Arn"]
        definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
        made = studio.client("stepfunctions").create_state_machine(
            name="mine-sagemaker", definition=definition, roleArn=role
        )
        book(studio, "sagemaker-studio-later", ScheduleExpression=at(3600))
        book(studio, "sagemaker-studio-soon", ScheduleExpression=at(1))
        before = studio.client("scheduler").get_schedule(Name="sagemaker-studio-later")
    time.sleep(1)
    with LocalStudio(tmp_path, runner=FakeRunner()) as studio:
        states = studio.client("stepfunctions")
        again = states.describe_state_machine(stateMachineArn=made["stateMachineArn"])
        assert (again["definition"], again["roleArn"]) == (definition, role)
        assert again["creationDate"] == made["creationDate"]
        execution = states.start_execution(stateMachineArn=made["stateMachineArn"], input="{}")
        arn = execution["executionArn"]
        eventually(lambda: states.describe_execution(executionArn=arn)["status"] == "SUCCEEDED")
        after = studio.client("scheduler").get_schedule(Name="sagemaker-studio-later")
        for answer in (before, after):
            answer.pop("ResponseMetadata")
        assert after == before
        # Due while nobody was there: fired late, as it would have been by AWS in time.
        eventually(lambda: status(studio) == "InService")


def test_without_an_administrator_there_is_no_state_machine(alone: None, tmp_path: Path) -> None:
    from sagemaker_studio_local.studio import Studio

    for deployed in (True, False, True):
        studio = LocalStudio(tmp_path, runner=FakeRunner())
        studio.studio = Studio(tmp_path, speed=1000, state_machine=deployed)
        with studio:
            found = studio.client("stepfunctions").list_state_machines()["stateMachines"]
            assert [m["name"] for m in found] == ["sagemaker-studio-change-space"] * deployed
