"""The rules on what allowed operations are used for; a row of the list, a row of cases."""

from __future__ import annotations

import json

import pytest
from jupyterlab_sagemaker_studio import guards, operations
from jupyterlab_sagemaker_studio.errors import AwsError

OWN, OTHER = "d-own", "d-other"
MACHINE = "arn:aws:states:eu-central-1:111122223333:stateMachine:sagemaker-studio-change-space"
EXECUTION = (
    "arn:aws:states:eu-central-1:111122223333:execution:sagemaker-studio-change-space:space-1"
)
CREATE_APP = "arn:aws:scheduler:::aws-sdk:sagemaker:createApp"
INPUT = json.dumps({"DomainId": OWN, "SpaceName": "space"})
APP = {"DomainId": OWN, "SpaceName": "space", "AppType": "JupyterLab", "AppName": "default"}


DEFINITION = "nightly-report-0a1b2c3d-2026-05-04-03-02-01"
PIPELINE = f"arn:aws:sagemaker:eu-central-1:111122223333:pipeline/{DEFINITION}"
RULE = f"arn:aws:events:eu-central-1:111122223333:rule/{DEFINITION}"
TARGET = {
    "Arn": PIPELINE,
    "RoleArn": "role",
    "RetryPolicy": {"MaximumRetryAttempts": 0},
    "SageMakerPipelineParameters": {"PipelineParameterList": []},
}


def schedule(name="sagemaker-studio-space-1-start", arn=CREATE_APP, **app):
    target = {"Arn": arn, "RoleArn": "role", "Input": json.dumps({**APP, **app})}
    return {"Name": name, "Target": target}


# For each rule: inputs that keep it, and inputs that break it.
CASES = {
    "domain": (
        [{"DomainId": OWN}],
        [{}, {"DomainId": OTHER}, {"DomainId": None}, {"domainId": OWN}],
    ),
    "domain-filter": (
        [{"DomainIdEquals": OWN}],
        [{}, {"DomainId": OWN}, {"DomainIdEquals": OTHER}, {"DomainIdEquals": ""}],
    ),
    "app-type": (
        [{"AppType": "JupyterLab"}, {"AppType": "CodeEditor"}],
        [{}, {"AppType": "KernelGateway"}, {"AppType": ["JupyterLab"]}],
    ),
    "lab-settings": (
        [
            {},
            {"DomainId": OWN, "UserProfileName": "me", "UserSettings": {}},
            {"UserSettings": {"JupyterLabAppSettings": {"CodeRepositories": []}}},
            {"DefaultUserSettings": {"CustomFileSystemConfigs": []}, "DefaultSpaceSettings": {}},
        ],
        [
            {"DomainId": OWN, "SubnetIds": []},
            {"DomainSettingsForUpdate": {}},
            {"UserSettings": {"ExecutionRole": "role"}},
            {"UserSettings": {"JupyterLabAppSettings": {}, "SecurityGroups": []}},
            {"DefaultSpaceSettings": {"KernelGatewayAppSettings": {}}},
            {"DefaultUserSettings": "x"},
            {"userSettings": {}},
        ],
    ),
    "machine": (
        [
            {"stateMachineArn": MACHINE},
            {"stateMachineArn": f"{MACHINE}:3"},
            {"stateMachineArn": MACHINE.replace("sagemaker-studio", "my-sagemaker")},
            {"executionArn": EXECUTION},
        ],
        [
            {},
            {"stateMachineArn": MACHINE.replace("sagemaker-", "")},
            {"stateMachineArn": MACHINE.replace("sagemaker-studio-change-space", "x:sagemaker")},
            {"executionArn": EXECUTION.replace("sagemaker-", "").replace("space-1", "sagemaker")},
            {"stateMachineArn": MACHINE, "executionArn": "arn:of:another"},
            {"stateMachineArn": [MACHINE]},
        ],
    ),
    "machine-input": (
        [{"input": INPUT}],
        [
            {},
            {"input": "{}"},
            {"input": json.dumps({"DomainId": OTHER})},
            {"input": json.dumps({"x": {"DomainId": OWN}})},
            {"input": f'{{"DomainId": "{OTHER}", "DomainId": "{OWN}"}}'},
            {"input": f'{{"DomainId": "{OWN}", "domainid": "{OTHER}"}}'},
            {"input": json.dumps([INPUT])},
            {"input": {"DomainId": OWN}},
        ],
    ),
    "pipeline": (
        [{"PipelineName": DEFINITION}],
        [
            {},
            {"PipelineName": "training"},
            {"PipelineName": PIPELINE},
            {"PipelineName": f"{DEFINITION}-x"},
            {"PipelineName": f"../{DEFINITION}"},
            {"PipelineName": f"{DEFINITION}\n"},
            {"PipelineName": [DEFINITION]},
        ],
    ),
    "rule": (
        [
            {"Name": DEFINITION},
            {"Rule": DEFINITION, "EventBusName": "default"},
            {"ResourceARN": RULE},
        ],
        [
            {},
            {"Name": "nightly"},
            {"Rule": DEFINITION, "EventBusName": "team"},
            {"Rule": DEFINITION, "EventBusName": None},
            {"Rule": "nightly", "Name": DEFINITION},
            {"Name": RULE},
            {"ResourceARN": RULE.replace("rule/", "rule/team/")},
            {"ResourceARN": RULE.replace("rule/", "event-bus/")},
            {"ResourceARN": RULE.replace(DEFINITION, "nightly")},
            {"ResourceARN": [RULE]},
        ],
    ),
    "rule-schedule": (
        [{"ScheduleExpression": "rate(1 minute)"}],
        [
            {},
            {"ScheduleExpression": ""},
            {"EventPattern": "{}"},
            {"ScheduleExpression": "rate(1 minute)", "EventPattern": "{}"},
        ],
    ),
    "rule-targets": (
        [{"Targets": [{"Id": "notebook-execution", **TARGET}]}],
        [
            {},
            {"Targets": []},
            {"Targets": {"Arn": PIPELINE}},
            {"Targets": [TARGET, {**TARGET, "Arn": "arn:aws:lambda:eu-central-1:1:function:f"}]},
            {"Targets": [{**TARGET, "Input": "{}"}]},
            {"Targets": ["x"]},
        ],
    ),
    "schedule": (
        [{"Name": "sagemaker-studio-space-1-back"}, {"Name": DEFINITION}],
        [{}, {"Name": "nightly"}, {"Name": "x-sagemaker-studio-"}, {"Name": 1}],
    ),
    "schedule-target": (
        [
            schedule(),
            schedule(arn=CREATE_APP.replace("aws:s", "aws-cn:s")),
            {"Name": DEFINITION, "Target": TARGET},
        ],
        [
            {},
            {"Name": DEFINITION, "Target": schedule()["Target"]},
            {"Name": DEFINITION, "Target": {**TARGET, "Arn": f"{PIPELINE}/x"}},
            {"Name": DEFINITION, "Target": {**TARGET, "Arn": [PIPELINE]}},
            {"Name": DEFINITION, "Target": {**TARGET, "Input": "{}"}},
            {"Name": DEFINITION, "Target": {**TARGET, "EcsParameters": {}}},
            {"Name": DEFINITION},
            {"Name": "sagemaker-studio-x", "Target": TARGET},
            {"Target": CREATE_APP},
            schedule(arn=CREATE_APP.replace("createApp", "deleteDomain")),
            schedule(arn=f"{CREATE_APP}x"),
            schedule(arn="arn:aws:lambda:eu-central-1:111122223333:function:f"),
            schedule(DomainId=OTHER),
            schedule(AppType="Canvas"),
            {"Target": {"Arn": CREATE_APP, "Input": "no JSON"}},
            {"Target": {"Arn": CREATE_APP}},
        ],
    ),
}


def operation(rule):
    return operations.Operation("service", "Operation", "write", "", ("space",), (rule,))


def test_every_rule_has_its_cases():
    assert set(CASES) == set(guards.GUARDS)
    used = {
        rule for rows in operations.allowed().values() for r in rows.values() for rule in r.guards
    }
    assert used == set(CASES)


@pytest.mark.parametrize("rule", sorted(CASES))
def test_rule(rule):
    kept, broken = CASES[rule]
    for params in kept:
        guards.check(operation(rule), params, OWN)
    for params in broken:
        with pytest.raises(AwsError) as caught:
            guards.check(operation(rule), params, OWN)
        assert (caught.value.code, caught.value.status) == ("OperationNotAllowed", 403)
        assert f"(rule “{rule}”)" in caught.value.message


@pytest.mark.parametrize("rule", ["domain", "domain-filter", "machine-input", "schedule-target"])
def test_without_a_domain_nothing_in_one_is_allowed(rule):
    for domain in (None, ""):
        of_domains = [params for params in CASES[rule][0] if params.get("Name") != DEFINITION]
        for params in [*of_domains, {"DomainId": domain}]:
            with pytest.raises(AwsError, match="OperationNotAllowed"):
                guards.check(operation(rule), params, domain)


@pytest.mark.parametrize(
    "service,names,rule",
    [
        ("sagemaker", ["CreateApp", "DeleteApp", "DescribeApp"], {"domain", "app-type"}),
        ("sagemaker", ["ListApps", "ListSpaces"], {"domain-filter"}),
        (
            "sagemaker",
            ["CreateSpace", "UpdateSpace", "DeleteSpace", "CreatePresignedDomainUrl"],
            {"domain"},
        ),
        ("sagemaker", ["UpdateDomain", "UpdateUserProfile"], {"domain", "lab-settings"}),
        ("states", ["StartExecution"], {"machine", "machine-input"}),
        ("states", ["DescribeExecution", "DescribeStateMachine"], {"machine"}),
        ("scheduler", ["CreateSchedule", "UpdateSchedule"], {"schedule", "schedule-target"}),
        ("scheduler", ["GetSchedule", "DeleteSchedule"], {"schedule"}),
        ("sagemaker", ["CreatePipeline", "DeletePipeline", "UpdatePipeline"], {"pipeline"}),
        ("events", ["PutRule"], {"rule", "rule-schedule"}),
        ("events", ["PutTargets"], {"rule", "rule-targets"}),
        ("events", ["DeleteRule", "DisableRule", "EnableRule", "RemoveTargets"], {"rule"}),
        ("events", ["TagResource"], {"rule"}),
    ],
)
def test_who_keeps_which_rules(service, names, rule):
    for name in names:
        assert set(operations.require(service, name).guards) == rule


def test_operation_that_names_a_domain_is_guarded():
    """Also one that somebody adds to the list later."""
    from botocore.session import Session

    model = Session().get_service_model("sagemaker")
    for name, row in operations.allowed()["sagemaker"].items():
        shape = model.operation_model(name).input_shape
        for member, rule in (("DomainId", "domain"), ("DomainIdEquals", "domain-filter")):
            assert (member in shape.members) == (rule in row.guards), name


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{",
        b'{"a": 1, "a": 2}',
        b'{"a": {"B": 1, "b": 2}}',
        '{"é": 1}'.encode("utf-16"),
    ],
)
def test_ambiguous_json_is_none(text):
    assert guards.read_json(text) is None
