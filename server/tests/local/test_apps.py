"""Apps are created and deleted; what is refused, and in which words."""

from __future__ import annotations

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError
from local_apps import (
    CONFIGS,
    CPU,
    DOMAIN,
    GPU,
    OWN_IMAGE,
    FakeLauncher,
    app_key,
    app_of,
    error_of,
    run,
    stop,
    update,
    wait_for,
)
from sagemaker_studio_local import seed
from sagemaker_studio_local.control_plane import app_quotas
from sagemaker_studio_local.testing import LocalStudio


def test_an_app_goes_from_pending_to_deleted(
    apps_studio: LocalStudio, launcher: FakeLauncher
) -> None:
    sagemaker = apps_studio.client("sagemaker")
    tags = [{"Key": "team", "Value": "blue"}]
    spec = {"InstanceType": "ml.m5.large"}
    arn = sagemaker.create_app(**app_key("second-space"), ResourceSpec=spec, Tags=tags)["AppArn"]
    assert arn.endswith(":app/d-localstudio01/second-space/JupyterLab/default")
    app = wait_for(apps_studio, "second-space", "InService")
    # What was left open comes from the space.
    assert app["ResourceSpec"] == {
        "InstanceType": "ml.m5.large",
        "SageMakerImageArn": CPU,
        "SageMakerImageVersionAlias": "4.4.1",
    }
    found = {t["Key"]: t["Value"] for t in sagemaker.list_tags(ResourceArn=arn)["Tags"]}
    assert found["team"] == "blue" and "sagemaker:domain-arn" in found
    launch = launcher.launched[-1]
    assert (launch.space_name, launch.sharing) == ("second-space", "Private")
    assert (launch.instance_type, launch.role_arn) == ("ml.m5.large", seed.ROLE_ARN)
    sagemaker.delete_app(**app_key("second-space"))
    wait_for(apps_studio, "second-space", "Deleted")
    assert launch.key not in launcher.running
    listed = sagemaker.list_apps(DomainIdEquals=DOMAIN, SpaceNameEquals="second-space")["Apps"]
    assert [a["Status"] for a in listed] == ["Deleted"]


def test_a_deleted_app_is_forgotten_after_a_day(
    apps_studio: LocalStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    sagemaker = apps_studio.client("sagemaker")
    run(apps_studio, "second-space")
    stop(apps_studio, "second-space")
    later = time.time() + 24 * 3600 + 1
    monkeypatch.setattr(apps_studio.studio.clock, "now", lambda: later)
    assert sagemaker.list_apps(SpaceNameEquals="second-space")["Apps"] == []
    with pytest.raises(ClientError) as raised:
        app_of(apps_studio, "second-space")
    assert error_of(raised)[0] == "ResourceNotFound"
    with pytest.raises(ClientError) as raised:
        sagemaker.delete_app(**app_key("second-space"))
    assert error_of(raised)[0] == "ResourceNotFound"
    run(apps_studio, "second-space")


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"AppName": "mine"}, "ValidationException", "AppName must be 'default'"),
        ({"AppType": "CodeEditor"}, "ValidationException", "is for JupyterLab apps"),
        ({"SpaceName": "nothing"}, "ResourceNotFound", "Space [nothing] does not exist"),
        ({"DomainId": "d-other"}, "ResourceNotFound", "Domain [d-other] does not exist"),
        ({"UserProfileName": "data-scientist"}, "ValidationException", "exactly one of"),
        (
            {"SpaceName": None, "UserProfileName": "data-scientist"},
            "ValidationException",
            "name a space",
        ),
        (
            {"ResourceSpec": {"SageMakerImageArn": f"{OWN_IMAGE}/nothing"}},
            "ResourceNotFound",
            "image/nothing] does not exist",
        ),
        (
            {"ResourceSpec": {"SageMakerImageArn": CPU, "SageMakerImageVersionAlias": "1.2.3"}},
            "ResourceNotFound",
            "alias [1.2.3]",
        ),
        (
            {"ResourceSpec": {"SageMakerImageVersionArn": f"{CPU.replace('e/', 'e-version/')}/9"}},
            "ResourceNotFound",
            "/9] does not exist",
        ),
        (
            {"ResourceSpec": {"SageMakerImageArn": f"{OWN_IMAGE}/sagemaker-distribution"}},
            "ValidationException",
            "is not attached to the domain",
        ),
        (
            {
                "ResourceSpec": {
                    "SageMakerImageArn": CPU,
                    "SageMakerImageVersionArn": f"{GPU.replace('e/', 'e-version/')}/3",
                }
            },
            "ValidationException",
            "is not one of the image",
        ),
        (
            {"ResourceSpec": {"InstanceType": "ml.g5.xlarge"}},
            "ValidationException",
            "not compatible with the CPU image",
        ),
        (
            {"ResourceSpec": {"InstanceType": "ml.g5.xlarge", "SageMakerImageArn": CPU}},
            "ValidationException",
            "Choose a GPU image",
        ),
        ({"ResourceSpec": {"InstanceType": "system"}}, "ValidationException", "not supported"),
        (
            {"ResourceSpec": {"InstanceType": "ml.g5.48xlarge", "SageMakerImageArn": GPU}},
            "ResourceLimitExceeded",
            "'Studio JupyterLab Apps running on ml.g5.48xlarge instances' is 0 Apps, with current"
            " utilization of 0 Apps and a request delta of 1 Apps",
        ),
        (
            {"ResourceSpec": {"LifecycleConfigArn": f"{CONFIGS}/pin-pip-index"}},
            "ValidationException",
            "is not attached to the domain",
        ),
        (
            {"ResourceSpec": {"LifecycleConfigArn": f"{CONFIGS}/nothing"}},
            "ResourceNotFound",
            "nothing] does not exist",
        ),
        (
            {"Tags": [{"Key": "sagemaker:space-arn", "Value": "x"}]},
            "ValidationException",
            "is managed by SageMaker",
        ),
    ],
)
def test_apps_that_are_refused(
    apps_studio: LocalStudio, changes: dict[str, Any], code: str, words: str
) -> None:
    request = {**app_key("second-space"), **changes}
    request = {key: value for key, value in request.items() if value is not None}
    with pytest.raises(ClientError) as raised:
        apps_studio.client("sagemaker").create_app(**request)
    assert error_of(raised)[0] == code
    assert words in error_of(raised)[1]
    assert app_of(apps_studio, "second-space")["Status"] == "Deleted"


def test_the_quota_counts_what_runs(apps_studio: LocalStudio) -> None:
    plane = apps_studio.studio.plane
    spec = {"InstanceType": "ml.g5.xlarge", "SageMakerImageArn": GPU}
    run(apps_studio, "second-space", ResourceSpec=spec)
    assert app_quotas.in_use(plane, "ml.g5.xlarge") == 1
    with pytest.raises(ClientError) as raised:
        apps_studio.client("sagemaker").create_app(**app_key("my-space"), ResourceSpec=spec)
    code, message = error_of(raised)
    assert code == "ResourceLimitExceeded"
    assert "is 1 Apps, with current utilization of 1 Apps" in message
    stop(apps_studio, "second-space")
    assert app_quotas.in_use(plane, "ml.g5.xlarge") == 0
    run(apps_studio, "my-space", ResourceSpec=spec)


def test_an_app_fails_for_lack_of_capacity_and_can_be_created_again(
    apps_studio: LocalStudio,
) -> None:
    sagemaker = apps_studio.client("sagemaker")
    reason = "InsufficientCapacityError: there is no ml.m5.xlarge in us-west-2a now."
    apps_studio.fault(
        "CreateApp", app="Failed", reason=reason, instanceType="ml.m5.xlarge", count=1
    )
    run(apps_studio, "second-space", ResourceSpec={"InstanceType": "ml.m5.large"})
    stop(apps_studio, "second-space")
    wanted = {"InstanceType": "ml.m5.xlarge"}
    sagemaker.create_app(**app_key("second-space"), ResourceSpec=wanted)
    assert wait_for(apps_studio, "second-space", "Failed")["FailureReason"] == reason
    with pytest.raises(ClientError) as raised:
        sagemaker.delete_app(**app_key("second-space"))
    assert error_of(raised)[0] == "ValidationException"
    assert "previously failed and was automatically deleted" in error_of(raised)[1]
    app = run(apps_studio, "second-space", ResourceSpec=wanted)
    assert "FailureReason" not in app


def test_a_launch_that_fails_says_why(apps_studio: LocalStudio, launcher: FakeLauncher) -> None:
    launcher.failure = "JupyterLab ended with code 1 before it was ready."
    apps_studio.client("sagemaker").create_app(**app_key("second-space"))
    app = wait_for(apps_studio, "second-space", "Failed")
    launcher.failure = ""
    assert app["FailureReason"] == "JupyterLab ended with code 1 before it was ready."
    run(apps_studio, "second-space")


def test_the_lifecycle_script_of_an_app(apps_studio: LocalStudio, launcher: FakeLauncher) -> None:
    arn = f"{CONFIGS}/show-environment"
    app = run(apps_studio, "second-space", ResourceSpec={"LifecycleConfigArn": arn})
    assert app["ResourceSpec"]["LifecycleConfigArn"] == arn
    assert launcher.launched[-1].script == seed.ATTACHED_SCRIPT[1]
    stop(apps_studio, "second-space")
    # The space's own comes by itself, unless it is declined or the app is to be rescued.
    jupyterlab = {"DefaultResourceSpec": {"InstanceType": "ml.t3.medium"}}
    jupyterlab["DefaultResourceSpec"]["LifecycleConfigArn"] = arn
    update(apps_studio, "second-space", JupyterLabAppSettings=jupyterlab)
    for arguments, script in (
        ({}, seed.ATTACHED_SCRIPT[1]),
        ({"ResourceSpec": {"LifecycleConfigArn": "None"}}, None),
        ({"RecoveryMode": True}, None),
    ):
        run(apps_studio, "second-space", **arguments)
        assert launcher.launched[-1].script == script
        stop(apps_studio, "second-space")
    del jupyterlab["DefaultResourceSpec"]["LifecycleConfigArn"]
    update(apps_studio, "second-space", JupyterLabAppSettings=jupyterlab)
