"""``jupyter sagemaker-studio`` against the local Studio, as an administrator uses it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jupyterlab_sagemaker_studio import deploy
from jupyterlab_sagemaker_studio.cli import main
from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import FakeRunner, LocalStudio
from wheels import make_ours, sha256

VERSION = "9.9.1"
WHERE = (seed.PARTITION, seed.REGION, seed.ACCOUNT, seed.DOMAIN_ID)
ROLE = f"sagemaker-studio-change-space-{seed.DOMAIN_ID}"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStudio]:
    with LocalStudio(tmp_path_factory.mktemp("studio"), runner=FakeRunner()) as studio:
        yield studio


@pytest.fixture
def studio(running: LocalStudio, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalStudio]:
    """The local Studio as the environment's AWS; in the environment, nothing names a domain."""
    for name, value in running.environment.items():
        monkeypatch.setenv(name, value)
    for name in ("SAGEMAKER_DOMAIN_ID", "RESOURCE_METADATA_FILE", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    running.reset()
    yield running
    running.reset()


def settings_of(studio: LocalStudio, profile: str = "") -> dict[str, Any]:
    """JupyterLabAppSettings of the domain's users or of one profile."""
    sagemaker = studio.client("sagemaker")
    if profile:
        where = {"DomainId": seed.DOMAIN_ID, "UserProfileName": profile}
        found = sagemaker.describe_user_profile(**where)["UserSettings"]
    else:
        found = sagemaker.describe_domain(DomainId=seed.DOMAIN_ID)["DefaultUserSettings"]
    return found.get("JupyterLabAppSettings", {})


# --- deploy state-machine ---


def test_deploy_makes_a_role_and_a_machine_and_is_idempotent(
    studio: LocalStudio, capsys: pytest.CaptureFixture[str]
) -> None:
    states = studio.client("stepfunctions")
    arn = states.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    states.delete_state_machine(stateMachineArn=arn)
    command = ["deploy", "state-machine", "--domain-id", seed.DOMAIN_ID, "--with-scheduler-role"]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert f"Created the role {ROLE}." in said
    assert "Created the state machine sagemaker-studio-change-space." in said
    machine = states.describe_state_machine(stateMachineArn=arn)
    assert machine["definition"] == deploy.definition("aws")
    iam = studio.client("iam")
    role = iam.get_role(RoleName=ROLE)["Role"]
    assert machine["roleArn"] == role["Arn"]
    assert role["AssumeRolePolicyDocument"] == deploy.trust("states.amazonaws.com", seed.ACCOUNT)
    policy = iam.get_role_policy(RoleName=ROLE, PolicyName="Policy")["PolicyDocument"]
    assert policy == deploy.state_machine_policy(*WHERE)
    scheduler = re.search(r"space\.schedulerRoleArn: (\S+)", said)
    assert scheduler and iam.get_role(RoleName=scheduler[1].rpartition("/")[2])

    assert main(command) == 0
    assert "The state machine sagemaker-studio-change-space is up to date." in (
        capsys.readouterr().out
    )
    other = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    states.update_state_machine(stateMachineArn=arn, definition=other)
    # The only domain of the region needs not be named.
    assert main(["deploy", "state-machine"]) == 0
    assert "Updated the state machine" in capsys.readouterr().out
    assert states.describe_state_machine(stateMachineArn=arn)["definition"] != other


def test_deploy_says_what_aws_refused(
    studio: LocalStudio, capsys: pytest.CaptureFixture[str]
) -> None:
    message = "User: me is not authorized to perform: iam:CreateRole"
    studio.fault("CreateRole", code="AccessDenied", message=message, status=403)
    command = ["deploy", "state-machine", "--name", "sagemaker-denied"]
    assert main(command) == 1
    said = capsys.readouterr().err
    assert f"AWS refused CreateRole: AccessDenied: {message} (request id " in said
    assert "none" not in said

    assert main(["deploy", "state-machine", "--domain-id", "d-mistyped"]) == 1
    assert "AWS refused DescribeDomain: ResourceNotFound" in capsys.readouterr().err
    assert main(["deploy", "state-machine", "--name", "mine"]) == 2
    assert "must contain 'sagemaker'" in capsys.readouterr().err


# --- the template ---


class Loader(yaml.SafeLoader):
    """Reads a template with its functions resolved for our account."""


VALUES = {
    "AWS::Partition": seed.PARTITION,
    "AWS::Region": seed.REGION,
    "AWS::AccountId": seed.ACCOUNT,
    "DomainId": seed.DOMAIN_ID,
}


def _sub(loader: Any, node: Any) -> str:
    return re.sub(r"\$\{([\w:]+)\}", lambda m: VALUES[m[1]], loader.construct_scalar(node))


def _ref(loader: Any, node: Any) -> str:
    name = loader.construct_scalar(node)
    return VALUES.get(name, name)


Loader.add_constructor("!Sub", _sub)
Loader.add_constructor("!Ref", _ref)
Loader.add_constructor("!GetAtt", lambda loader, node: loader.construct_scalar(node))
Loader.add_constructor("!Equals", lambda loader, node: loader.construct_sequence(node))


def test_the_template_agrees_with_what_the_command_makes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["deploy", "state-machine", "--print"]) == 0
    text = capsys.readouterr().out
    assert len(text.encode()) < 51_200, "CloudFormation takes no more without a bucket"
    template = yaml.load(text, Loader)
    resources = {name: r["Properties"] for name, r in template["Resources"].items()}
    machine = resources["StateMachine"]
    assert machine["DefinitionSubstitutions"] == {"Partition": "aws"}
    text = json.dumps(machine["Definition"]).replace("${Partition}", "aws")
    assert json.loads(text) == json.loads(deploy.definition("aws"))
    for name, service, policy in (
        ("Role", "states.amazonaws.com", deploy.state_machine_policy(*WHERE)),
        ("SchedulerRole", "scheduler.amazonaws.com", deploy.scheduler_policy(*WHERE)),
    ):
        role = resources[name]
        assert role["AssumeRolePolicyDocument"] == deploy.trust(service, seed.ACCOUNT)
        assert [p["PolicyDocument"] for p in role["Policies"]] == [policy]
    assert template["Parameters"]["Name"]["Default"] == deploy.STATE_MACHINE


def test_the_template_in_the_repository_is_the_one_the_command_prints() -> None:
    path = Path(__file__).parents[3] / "deploy" / "change-space.yaml"
    assert path.read_text(encoding="utf-8") == deploy.template(), (
        "write it anew: jupyter sagemaker-studio deploy state-machine --print > deploy/"
        "change-space.yaml"
    )


def test_the_machine_does_only_what_its_role_allows() -> None:
    used = set(re.findall(r"aws-sdk:sagemaker:(\w+)", deploy.definition("aws")))
    allowed = {action for actions in deploy.ACTIONS.values() for action in actions}
    assert {f"sagemaker:{name[0].upper()}{name[1:]}" for name in used} == allowed
    assert "${" not in deploy.definition("aws")


# --- lifecycle-config ---


def test_print_knows_the_hash_of_a_local_or_uploaded_wheel(
    studio: LocalStudio, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wheel = make_ours(tmp_path, VERSION)
    key = f"wheels/{wheel.name}"
    studio.client("s3").upload_file(str(wheel), seed.DEFAULT_BUCKET, key)
    uri = f"s3://{seed.DEFAULT_BUCKET}/{key}"
    assert main(["lifecycle-config", "print", "--wheel", uri]) == 0
    text = capsys.readouterr().out
    assert text.startswith("#!/bin/bash\n")
    for line in (f"VERSION={VERSION}", f"SHA256={sha256(wheel)}", f"WHEEL={uri}"):
        assert f"\n{line}\n" in text
    folder = f"s3://{seed.DEFAULT_BUCKET}/wheels/"
    command = ["lifecycle-config", "print", "--wheelhouse", folder, "--wheel-version", VERSION]
    assert main(command) == 0
    assert f"SHA256={sha256(wheel)}" in capsys.readouterr().out
    assert main([*command[:-1], "1.2.3"]) == 2
    assert "There is no wheel of version 1.2.3" in capsys.readouterr().err
    assert main(["lifecycle-config", "print", "--wheel", f"{uri[:-8]}-gone.whl"]) == 1
    assert "AWS refused HeadObject: 404" in capsys.readouterr().err
    assert main(["lifecycle-config", "print", "--wheel", str(tmp_path / "other.whl")]) == 2
    secret = "https://user:secret@example.org/simple"
    assert main(["lifecycle-config", "print", "--index", secret]) == 2
    assert "secret" not in capsys.readouterr().err


def test_create_uploads_creates_and_attaches_to_the_domain_keeping_the_rest(
    studio: LocalStudio, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = settings_of(studio)
    wheel = make_ours(tmp_path, VERSION)
    command = ["lifecycle-config", "create", "--wheel", str(wheel), "--attach", "domain"]
    assert main(command) == 0
    said = capsys.readouterr().out
    uri = f"s3://{seed.DEFAULT_BUCKET}/jupyterlab-sagemaker-studio/{wheel.name}"
    assert f"to {uri}" in said
    arn = re.search(r"Created the lifecycle configuration (\S+)", said)
    assert arn and "/jupyterlab-sagemaker-studio-9-9-1-" in arn[1]
    config = studio.client("sagemaker").describe_studio_lifecycle_config(
        StudioLifecycleConfigName=arn[1].rpartition("/")[2]
    )
    script = base64.b64decode(config["StudioLifecycleConfigContent"]).decode()
    assert f"WHEEL={uri}\n" in script
    after = settings_of(studio)
    assert after["LifecycleConfigArns"] == [*before["LifecycleConfigArns"], arn[1]]
    assert after["DefaultResourceSpec"] == {
        **before["DefaultResourceSpec"],
        "LifecycleConfigArn": arn[1],
    }
    unchanged = ("CustomImages", "CodeRepositories", "AppLifecycleManagement")
    assert [after.get(k) for k in unchanged] == [before.get(k) for k in unchanged]
    domain = studio.client("sagemaker").describe_domain(DomainId=seed.DOMAIN_ID)
    shared = domain["DefaultSpaceSettings"]["JupyterLabAppSettings"]
    assert arn[1] in shared["LifecycleConfigArns"]

    assert main(command) == 0
    said = capsys.readouterr().out
    assert "is there already" in said and "Nothing to change" in said

    newer = make_ours(tmp_path, "9.9.2")
    assert main([*command[:3], str(newer), *command[4:]]) == 0
    arns = settings_of(studio)["LifecycleConfigArns"]
    assert arn[1] not in arns and any("9-9-2" in known for known in arns)

    assert main(["lifecycle-config", "detach", "--attach", "domain"]) == 0
    assert settings_of(studio) == before


def test_attach_to_a_profile_as_an_offer_and_to_a_space(
    studio: LocalStudio, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wheel = make_ours(tmp_path, VERSION)
    assert main(["lifecycle-config", "create", "--wheel", str(wheel)]) == 0
    said = capsys.readouterr().out
    assert "attached nowhere yet" in said
    arn = re.search(r"arn:\S+", said)
    assert arn
    owner = seed.USER_PROFILES[1]
    where = ["--user-profile", owner]
    assert main(["lifecycle-config", "attach", arn[0], *where, "--only-offer"]) == 0
    offered = settings_of(studio, owner)
    assert offered["LifecycleConfigArns"] == [arn[0]]
    assert "LifecycleConfigArn" not in offered.get("DefaultResourceSpec", {})
    assert main(["lifecycle-config", "detach", *where]) == 0
    assert settings_of(studio, owner)["LifecycleConfigArns"] == []

    # Not offered to its owner yet: that comes first.
    sagemaker = studio.client("sagemaker")
    space = {"DomainId": seed.DOMAIN_ID, "SpaceName": seed.SPACE_NAME}
    before = sagemaker.describe_space(**space)["SpaceSettings"]
    assert main(["lifecycle-config", "attach", arn[0], "--space", seed.SPACE_NAME]) == 0
    assert settings_of(studio, seed.USER_PROFILES[0])["LifecycleConfigArns"] == [arn[0]]
    after = sagemaker.describe_space(**space)["SpaceSettings"]
    spec = before["JupyterLabAppSettings"]["DefaultResourceSpec"]
    assert after["JupyterLabAppSettings"]["DefaultResourceSpec"] == {
        **spec,
        "LifecycleConfigArn": arn[0],
    }
    assert main(["lifecycle-config", "attach", arn[0]]) == 2
    assert "--attach domain" in capsys.readouterr().err


def test_a_refused_attachment_is_told_with_its_request_id(
    studio: LocalStudio, capsys: pytest.CaptureFixture[str]
) -> None:
    studio.fault("UpdateDomain", code="AccessDeniedException", message="not you")
    arn = f"arn:aws:sagemaker:{seed.REGION}:{seed.ACCOUNT}:studio-lifecycle-config/mine"
    assert main(["lifecycle-config", "attach", arn, "--attach", "domain"]) == 1
    said = capsys.readouterr().err
    assert re.search(
        r"AWS refused UpdateDomain: AccessDeniedException: not you \(request id [\w-]{36}\)", said
    )


def test_a_refused_upload_creates_nothing(
    studio: LocalStudio, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wheel = make_ours(tmp_path, "9.9.3")
    command = ["lifecycle-config", "create", "--wheel", str(wheel), "--upload-to"]
    assert main([*command, "s3://no-such-bucket-here/wheels"]) == 1
    assert re.search(
        r"AWS refused PutObject: NoSuchBucket: .* \(request id \w+\)", capsys.readouterr().err
    )
    assert studio.calls("CreateStudioLifecycleConfig") == []
    assert main([*command, "https://elsewhere"]) == 2


def test_nothing_can_be_done_without_a_region(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    assert main(["deploy", "state-machine"]) == 2
    assert "--region" in capsys.readouterr().err
