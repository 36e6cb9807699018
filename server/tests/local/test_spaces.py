"""Spaces are created, changed and deleted; what is refused, and in which words."""

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
    error_of,
    run,
    stop,
    update,
    wait_for_space,
)
from sagemaker_studio_local.control_plane import space_changes
from sagemaker_studio_local.testing import LocalStudio


def create(apps_studio: LocalStudio, name: str, **changes: Any) -> dict[str, Any]:
    request = {
        "DomainId": DOMAIN,
        "SpaceName": name,
        "OwnershipSettings": {"OwnerUserProfileName": "data-scientist"},
        "SpaceSharingSettings": {"SharingType": "Private"},
        "SpaceSettings": {"AppType": "JupyterLab"},
        **changes,
    }
    request = {key: value for key, value in request.items() if value is not None}
    apps_studio.client("sagemaker").create_space(**request)
    return wait_for_space(apps_studio, name)


def spec_of(space: dict[str, Any]) -> dict[str, Any]:
    return space["SpaceSettings"]["JupyterLabAppSettings"]["DefaultResourceSpec"]


def volume(gb: int) -> dict[str, Any]:
    return {"EbsStorageSettings": {"EbsVolumeSizeInGb": gb}}


def test_a_space_is_created_changed_and_deleted(
    apps_studio: LocalStudio, launcher: FakeLauncher
) -> None:
    sagemaker = apps_studio.client("sagemaker")
    space = create(
        apps_studio, "Fresh-1", SpaceDisplayName="Fresh", Tags=[{"Key": "a", "Value": "b"}]
    )
    assert space["SpaceSettings"]["SpaceStorageSettings"] == volume(5)
    assert space["SpaceDisplayName"] == "Fresh"
    assert {"Key": "a", "Value": "b"} in sagemaker.list_tags(ResourceArn=space["SpaceArn"])["Tags"]
    app = run(apps_studio, "Fresh-1")
    assert app["ResourceSpec"] == {"InstanceType": "ml.t3.medium", "SageMakerImageArn": CPU}
    stop(apps_studio, "Fresh-1")

    spec = {"InstanceType": "ml.g4dn.xlarge", "SageMakerImageArn": GPU}
    idle = {"AppLifecycleManagement": {"IdleSettings": {"IdleTimeoutInMinutes": 90}}}
    update(apps_studio, "Fresh-1", JupyterLabAppSettings={"DefaultResourceSpec": spec, **idle})
    space = update(apps_studio, "Fresh-1", SpaceStorageSettings=volume(20))
    assert spec_of(space) == spec and space["SpaceSettings"]["SpaceStorageSettings"] == volume(20)
    # A sub-object is replaced: the idle time is gone with it.
    space = update(apps_studio, "Fresh-1", JupyterLabAppSettings={"DefaultResourceSpec": spec})
    assert "AppLifecycleManagement" not in space["SpaceSettings"]["JupyterLabAppSettings"]
    assert run(apps_studio, "Fresh-1")["ResourceSpec"] == spec
    stop(apps_studio, "Fresh-1")

    with pytest.raises(ClientError, match="ResourceInUse.*already exists"):
        create(apps_studio, "fresh-1")
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
    apps_studio: LocalStudio, changes: dict[str, Any], code: str, words: str
) -> None:
    with pytest.raises(ClientError) as raised:
        create(apps_studio, changes.get("SpaceName", "refused"), **changes)
    assert error_of(raised)[0] == code
    assert words in error_of(raised)[1]
    assert apps_studio.client("sagemaker").list_spaces(SpaceNameContains="refused")["Spaces"] == []


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
    apps_studio: LocalStudio, settings: dict[str, Any], code: str, words: str
) -> None:
    sagemaker = apps_studio.client("sagemaker")
    named = {"DomainId": DOMAIN, "SpaceName": "second-space"}
    before = sagemaker.describe_space(**named)["SpaceSettings"]
    with pytest.raises(ClientError) as raised:
        sagemaker.update_space(**named, SpaceSettings=settings)
    assert error_of(raised)[0] == code
    assert words in error_of(raised)[1]
    after = sagemaker.describe_space(**named)
    assert (after["Status"], after["SpaceSettings"]) == ("InService", before)


def test_a_volume_grows_once_in_six_hours(
    apps_studio: LocalStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    sagemaker = apps_studio.client("sagemaker")
    named = {"DomainId": DOMAIN, "SpaceName": "grows"}
    create(apps_studio, "grows")
    update(apps_studio, "grows", SpaceStorageSettings=volume(10))
    with pytest.raises(ClientError, match="can only grow: it has 10 GB, and 8 GB"):
        sagemaker.update_space(**named, SpaceSettings={"SpaceStorageSettings": volume(8)})
    update(apps_studio, "grows", SpaceStorageSettings=volume(10))  # The same size is no change.
    sagemaker.update_space(**named, SpaceSettings={"SpaceStorageSettings": volume(20)})
    space = wait_for_space(apps_studio, "grows", "Update_Failed")
    assert "Wait at least 6 hours" in space["FailureReason"]
    assert space["SpaceSettings"]["SpaceStorageSettings"] == volume(10)
    run(apps_studio, "grows")  # It can still be used.
    stop(apps_studio, "grows")
    later = apps_studio.studio.clock.now() + 6 * 3600
    monkeypatch.setattr(apps_studio.studio.clock, "now", lambda: later)
    space = update(apps_studio, "grows", SpaceStorageSettings=volume(20))
    assert space["SpaceSettings"]["SpaceStorageSettings"] == volume(20)
    assert "FailureReason" not in space
    assert apps_studio.studio.plane.store.get(space_changes.VOLUME, f"{DOMAIN}/grows")
    sagemaker.delete_space(**named)


def test_the_own_space_stays(apps_studio: LocalStudio) -> None:
    with pytest.raises(ClientError, match="needs its space my-space"):
        apps_studio.client("sagemaker").delete_space(DomainId=DOMAIN, SpaceName="my-space")
