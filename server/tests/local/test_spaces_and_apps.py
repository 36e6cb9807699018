"""Spaces and apps are created, changed and deleted; what is refused, and in which words."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from local_apps import FakeLauncher, app_key, app_of, wait_for, wait_for_space
from sagemaker_studio_local import seed
from sagemaker_studio_local.control_plane import app_quotas, apps, space_changes
from sagemaker_studio_local.testing import FakeRunner, LocalStudio

DOMAIN = seed.DOMAIN_ID
CPU = "arn:aws:sagemaker:us-west-2:542918446943:image/sagemaker-distribution-cpu"
GPU = CPU.replace("-cpu", "-gpu")
CONFIGS = "arn:aws:sagemaker:us-west-2:123456789012:studio-lifecycle-config"
OWN_IMAGE = "arn:aws:sagemaker:us-west-2:123456789012:image"


@pytest.fixture(scope="module")
def launcher() -> FakeLauncher:
    return FakeLauncher()


@pytest.fixture(scope="module")
def module_studio(
    tmp_path_factory: pytest.TempPathFactory, launcher: FakeLauncher
) -> Iterator[LocalStudio]:
    folder = tmp_path_factory.mktemp("studio")
    with LocalStudio(folder, runner=FakeRunner(), make_launcher=lambda studio: launcher) as studio:
        yield studio


@pytest.fixture
def studio(module_studio: LocalStudio) -> Iterator[LocalStudio]:
    """The running local Studio; every app is stopped after the test."""
    module_studio.reset()
    yield module_studio
    module_studio.reset()
    for app in module_studio.studio.plane.store.all(apps.KIND):
        if app["Status"] in ("Pending", "InService"):
            stop(module_studio, app["SpaceName"])


def run(studio: LocalStudio, space: str, **arguments: Any) -> dict[str, Any]:
    studio.client("sagemaker").create_app(**app_key(space), **arguments)
    return wait_for(studio, space, "InService")


def stop(studio: LocalStudio, space: str) -> None:
    if app_of(studio, space)["Status"] == "Pending":
        wait_for(studio, space, "InService")
    studio.client("sagemaker").delete_app(**app_key(space))
    wait_for(studio, space, "Deleted")


def update(studio: LocalStudio, space: str, **settings: Any) -> dict[str, Any]:
    studio.client("sagemaker").update_space(
        DomainId=DOMAIN, SpaceName=space, SpaceSettings=settings
    )
    return wait_for_space(studio, space)


def create(studio: LocalStudio, name: str, **changes: Any) -> dict[str, Any]:
    request = {
        "DomainId": DOMAIN,
        "SpaceName": name,
        "OwnershipSettings": {"OwnerUserProfileName": "data-scientist"},
        "SpaceSharingSettings": {"SharingType": "Private"},
        "SpaceSettings": {"AppType": "JupyterLab"},
        **changes,
    }
    request = {key: value for key, value in request.items() if value is not None}
    studio.client("sagemaker").create_space(**request)
    return wait_for_space(studio, name)


def spec_of(space: dict[str, Any]) -> dict[str, Any]:
    return space["SpaceSettings"]["JupyterLabAppSettings"]["DefaultResourceSpec"]


def volume(gb: int) -> dict[str, Any]:
    return {"EbsStorageSettings": {"EbsVolumeSizeInGb": gb}}


def error_of(raised: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


# --- apps ---


def test_an_app_goes_from_pending_to_deleted(studio: LocalStudio, launcher: FakeLauncher) -> None:
    sagemaker = studio.client("sagemaker")
    tags = [{"Key": "team", "Value": "blue"}]
    spec = {"InstanceType": "ml.m5.large"}
    arn = sagemaker.create_app(**app_key("second-space"), ResourceSpec=spec, Tags=tags)["AppArn"]
    assert arn.endswith(":app/d-localstudio01/second-space/JupyterLab/default")
    app = wait_for(studio, "second-space", "InService")
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
    wait_for(studio, "second-space", "Deleted")
    assert launch.key not in launcher.running
    listed = sagemaker.list_apps(DomainIdEquals=DOMAIN, SpaceNameEquals="second-space")["Apps"]
    assert [a["Status"] for a in listed] == ["Deleted"]


def test_a_deleted_app_is_forgotten_after_a_day(
    studio: LocalStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    sagemaker = studio.client("sagemaker")
    run(studio, "second-space")
    stop(studio, "second-space")
    later = time.time() + 24 * 3600 + 1
    monkeypatch.setattr(studio.studio.clock, "now", lambda: later)
    assert sagemaker.list_apps(SpaceNameEquals="second-space")["Apps"] == []
    with pytest.raises(ClientError) as raised:
        app_of(studio, "second-space")
    assert error_of(raised)[0] == "ResourceNotFound"
    with pytest.raises(ClientError) as raised:
        sagemaker.delete_app(**app_key("second-space"))
    assert error_of(raised)[0] == "ResourceNotFound"
    run(studio, "second-space")


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
    studio: LocalStudio, changes: dict[str, Any], code: str, words: str
) -> None:
    request = {**app_key("second-space"), **changes}
    request = {key: value for key, value in request.items() if value is not None}
    with pytest.raises(ClientError) as raised:
        studio.client("sagemaker").create_app(**request)
    assert error_of(raised)[0] == code
    assert words in error_of(raised)[1]
    assert app_of(studio, "second-space")["Status"] == "Deleted"


def test_the_quota_counts_what_runs(studio: LocalStudio) -> None:
    plane = studio.studio.plane
    spec = {"InstanceType": "ml.g5.xlarge", "SageMakerImageArn": GPU}
    run(studio, "second-space", ResourceSpec=spec)
    assert app_quotas.in_use(plane, "ml.g5.xlarge") == 1
    with pytest.raises(ClientError) as raised:
        studio.client("sagemaker").create_app(**app_key("my-space"), ResourceSpec=spec)
    code, message = error_of(raised)
    assert code == "ResourceLimitExceeded"
    assert "is 1 Apps, with current utilization of 1 Apps" in message
    stop(studio, "second-space")
    assert app_quotas.in_use(plane, "ml.g5.xlarge") == 0
    run(studio, "my-space", ResourceSpec=spec)


def test_an_app_fails_for_lack_of_capacity_and_can_be_created_again(studio: LocalStudio) -> None:
    sagemaker = studio.client("sagemaker")
    reason = "InsufficientCapacityError: there is no ml.m5.xlarge in us-west-2a now."
    studio.fault("CreateApp", app="Failed", reason=reason, instanceType="ml.m5.xlarge", count=1)
    run(studio, "second-space", ResourceSpec={"InstanceType": "ml.m5.large"})
    stop(studio, "second-space")
    wanted = {"InstanceType": "ml.m5.xlarge"}
    sagemaker.create_app(**app_key("second-space"), ResourceSpec=wanted)
    assert wait_for(studio, "second-space", "Failed")["FailureReason"] == reason
    with pytest.raises(ClientError) as raised:
        sagemaker.delete_app(**app_key("second-space"))
    assert error_of(raised)[0] == "ValidationException"
    assert "previously failed and was automatically deleted" in error_of(raised)[1]
    app = run(studio, "second-space", ResourceSpec=wanted)
    assert "FailureReason" not in app


def test_a_launch_that_fails_says_why(studio: LocalStudio, launcher: FakeLauncher) -> None:
    launcher.failure = "JupyterLab ended with code 1 before it was ready."
    studio.client("sagemaker").create_app(**app_key("second-space"))
    app = wait_for(studio, "second-space", "Failed")
    launcher.failure = ""
    assert app["FailureReason"] == "JupyterLab ended with code 1 before it was ready."
    run(studio, "second-space")


def test_the_lifecycle_script_of_an_app(studio: LocalStudio, launcher: FakeLauncher) -> None:
    arn = f"{CONFIGS}/show-environment"
    app = run(studio, "second-space", ResourceSpec={"LifecycleConfigArn": arn})
    assert app["ResourceSpec"]["LifecycleConfigArn"] == arn
    assert launcher.launched[-1].script == seed.ATTACHED_SCRIPT[1]
    stop(studio, "second-space")
    # The space's own comes by itself, unless it is declined or the app is to be rescued.
    jupyterlab = {"DefaultResourceSpec": {"InstanceType": "ml.t3.medium"}}
    jupyterlab["DefaultResourceSpec"]["LifecycleConfigArn"] = arn
    update(studio, "second-space", JupyterLabAppSettings=jupyterlab)
    for arguments, script in (
        ({}, seed.ATTACHED_SCRIPT[1]),
        ({"ResourceSpec": {"LifecycleConfigArn": "None"}}, None),
        ({"RecoveryMode": True}, None),
    ):
        run(studio, "second-space", **arguments)
        assert launcher.launched[-1].script == script
        stop(studio, "second-space")
    del jupyterlab["DefaultResourceSpec"]["LifecycleConfigArn"]
    update(studio, "second-space", JupyterLabAppSettings=jupyterlab)


# --- spaces ---


def test_a_space_is_created_changed_and_deleted(
    studio: LocalStudio, launcher: FakeLauncher
) -> None:
    sagemaker = studio.client("sagemaker")
    space = create(studio, "Fresh-1", SpaceDisplayName="Fresh", Tags=[{"Key": "a", "Value": "b"}])
    assert space["SpaceSettings"]["SpaceStorageSettings"] == volume(5)
    assert space["SpaceDisplayName"] == "Fresh"
    assert {"Key": "a", "Value": "b"} in sagemaker.list_tags(ResourceArn=space["SpaceArn"])["Tags"]
    app = run(studio, "Fresh-1")
    assert app["ResourceSpec"] == {"InstanceType": "ml.t3.medium", "SageMakerImageArn": CPU}
    stop(studio, "Fresh-1")

    spec = {"InstanceType": "ml.g4dn.xlarge", "SageMakerImageArn": GPU}
    idle = {"AppLifecycleManagement": {"IdleSettings": {"IdleTimeoutInMinutes": 90}}}
    update(studio, "Fresh-1", JupyterLabAppSettings={"DefaultResourceSpec": spec, **idle})
    space = update(studio, "Fresh-1", SpaceStorageSettings=volume(20))
    assert spec_of(space) == spec and space["SpaceSettings"]["SpaceStorageSettings"] == volume(20)
    # A sub-object is replaced: the idle time is gone with it.
    space = update(studio, "Fresh-1", JupyterLabAppSettings={"DefaultResourceSpec": spec})
    assert "AppLifecycleManagement" not in space["SpaceSettings"]["JupyterLabAppSettings"]
    assert run(studio, "Fresh-1")["ResourceSpec"] == spec
    stop(studio, "Fresh-1")

    with pytest.raises(ClientError, match="ResourceInUse.*already exists"):
        create(studio, "fresh-1")
    sagemaker.delete_space(DomainId=DOMAIN, SpaceName="Fresh-1")
    deadline = time.monotonic() + 30
    while "Fresh-1" not in launcher.forgotten:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    names = [s["SpaceName"] for s in sagemaker.list_spaces(DomainIdEquals=DOMAIN)["Spaces"]]
    assert names == ["my-space", "team-space", "second-space"]
    assert sagemaker.list_apps(SpaceNameEquals="Fresh-1")["Apps"] == []
    with pytest.raises(ClientError, match="Requested resource not found"):
        sagemaker.list_tags(ResourceArn=space["SpaceArn"])


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"SpaceName": "my-space"}, "ResourceInUse", "already exists"),
        ({"DomainId": "d-other"}, "ResourceNotFound", "Domain [d-other]"),
        ({"SpaceSettings": None}, "ValidationException", "SpaceSettings must be provided"),
        ({"OwnershipSettings": None}, "ValidationException", "must be provided for space"),
        ({"SpaceSharingSettings": None}, "ValidationException", "must be provided for space"),
        (
            {"OwnershipSettings": {"OwnerUserProfileName": "nobody"}},
            "ResourceNotFound",
            "User Profile [nobody]",
        ),
        ({"SpaceSettings": {}}, "ValidationException", "SpaceSettings must be provided"),
        (
            {"SpaceSettings": {"AppType": "KernelGateway"}},
            "ValidationException",
            "AppType must be one of JupyterLab, CodeEditor",
        ),
        (
            {"SpaceSettings": {"AppType": "JupyterLab", "CodeEditorAppSettings": {}}},
            "ValidationException",
            "CodeEditorAppSettings cannot be set",
        ),
        (
            {"SpaceSettings": {"AppType": "JupyterLab", "SpaceStorageSettings": volume(101)}},
            "ValidationException",
            "above the maximum of 100 GB",
        ),
        (
            {
                "SpaceSettings": {
                    "AppType": "JupyterLab",
                    "CustomFileSystems": [{"EFSFileSystem": {"FileSystemId": "fs-12345678"}}],
                }
            },
            "ValidationException",
            "fs-12345678 is not among the CustomFileSystemConfigs",
        ),
    ],
)
def test_spaces_that_are_not_created(
    studio: LocalStudio, changes: dict[str, Any], code: str, words: str
) -> None:
    with pytest.raises(ClientError) as raised:
        create(studio, changes.get("SpaceName", "refused"), **changes)
    assert error_of(raised)[0] == code
    assert words in error_of(raised)[1]
    assert studio.client("sagemaker").list_spaces(SpaceNameContains="refused")["Spaces"] == []


def default_spec(**spec: str) -> dict[str, Any]:
    return {"JupyterLabAppSettings": {"DefaultResourceSpec": spec}}


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        (
            {"AppType": "JupyterLab"},
            "ValidationException",
            "Updating AppType for Space is not supported.",
        ),
        ({"SpaceStorageSettings": volume(101)}, "ValidationException", "above the maximum"),
        (
            default_spec(InstanceType="ml.g5.xlarge", SageMakerImageArn=CPU),
            "ValidationException",
            "not compatible with the CPU image",
        ),
        (default_spec(SageMakerImageArn=f"{OWN_IMAGE}/x"), "ResourceNotFound", "does not exist"),
        (
            default_spec(LifecycleConfigArn=f"{CONFIGS}/pin-pip-index"),
            "ValidationException",
            "is not attached",
        ),
        ({"CodeEditorAppSettings": {}}, "ValidationException", "cannot be set for a space of"),
    ],
)
def test_updates_that_are_refused(
    studio: LocalStudio, settings: dict[str, Any], code: str, words: str
) -> None:
    sagemaker = studio.client("sagemaker")
    named = {"DomainId": DOMAIN, "SpaceName": "second-space"}
    before = sagemaker.describe_space(**named)["SpaceSettings"]
    with pytest.raises(ClientError) as raised:
        sagemaker.update_space(**named, SpaceSettings=settings)
    assert error_of(raised)[0] == code
    assert words in error_of(raised)[1]
    after = sagemaker.describe_space(**named)
    assert (after["Status"], after["SpaceSettings"]) == ("InService", before)


def test_a_volume_grows_once_in_six_hours(
    studio: LocalStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    sagemaker = studio.client("sagemaker")
    named = {"DomainId": DOMAIN, "SpaceName": "grows"}
    create(studio, "grows")
    update(studio, "grows", SpaceStorageSettings=volume(10))
    with pytest.raises(ClientError, match="can only grow: it has 10 GB, and 8 GB"):
        sagemaker.update_space(**named, SpaceSettings={"SpaceStorageSettings": volume(8)})
    update(studio, "grows", SpaceStorageSettings=volume(10))  # The same size is no change.
    sagemaker.update_space(**named, SpaceSettings={"SpaceStorageSettings": volume(20)})
    space = wait_for_space(studio, "grows", "Update_Failed")
    assert "Wait at least 6 hours" in space["FailureReason"]
    assert space["SpaceSettings"]["SpaceStorageSettings"] == volume(10)
    run(studio, "grows")  # It can still be used.
    stop(studio, "grows")
    later = studio.studio.clock.now() + 6 * 3600
    monkeypatch.setattr(studio.studio.clock, "now", lambda: later)
    space = update(studio, "grows", SpaceStorageSettings=volume(20))
    assert space["SpaceSettings"]["SpaceStorageSettings"] == volume(20)
    assert "FailureReason" not in space
    assert studio.studio.plane.store.get(space_changes.VOLUME, f"{DOMAIN}/grows")
    sagemaker.delete_space(**named)


def test_the_own_space_stays(studio: LocalStudio) -> None:
    with pytest.raises(ClientError, match="needs its space my-space"):
        studio.client("sagemaker").delete_space(DomainId=DOMAIN, SpaceName="my-space")
