"""States that take their time, at AWS's pace; states kept in the state folder; admin's settings."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from local_apps import app_key, app_of, wait_for_space
from sagemaker_studio_local import seed
from sagemaker_studio_local.control_plane import apps, domains, images, lifecycle_configs, spaces
from sagemaker_studio_local.testing import FakeRunner, LocalStudio

DOMAIN = seed.DOMAIN_ID


def test_one_app_at_a_time_and_none_deleted_twice(tmp_path: Path) -> None:
    # AWS's pace, so that Pending and Deleting last as long as the test looks.
    with LocalStudio(tmp_path, speed=1, runner=FakeRunner()) as studio:
        sagemaker = studio.client("sagemaker")
        named = app_key("second-space")
        space = {"DomainId": DOMAIN, "SpaceName": "second-space"}
        with pytest.raises(ClientError, match="ValidationException.*has already been deleted"):
            sagemaker.delete_app(**named)
        sagemaker.create_app(**named)
        plane = studio.studio.plane
        for status in ("Pending", "InService", "Deleting"):
            key = "d-localstudio01/second-space/JupyterLab/default"
            apps.set_status(plane, key, status)
            with pytest.raises(ClientError, match=f"ResourceInUse.*exists and is {status}"):
                sagemaker.create_app(**named)
            with pytest.raises(ClientError, match=f"ValidationException.*an app that is {status}"):
                sagemaker.update_space(**space, SpaceDisplayName="x")
            with pytest.raises(ClientError, match=r"ResourceInUse.*App\(s\) are associated"):
                sagemaker.delete_space(**space)
            if status != "InService":
                with pytest.raises(ClientError, match=f"ResourceInUse.*while it is {status}"):
                    sagemaker.delete_app(**named)
        apps.set_status(plane, "d-localstudio01/second-space/JupyterLab/default", "Deleted")
        sagemaker.update_space(**space)
        with pytest.raises(ClientError, match="ResourceInUse.*is Updating"):
            sagemaker.update_space(**space)
        with pytest.raises(ClientError, match="ResourceInUse.*is Updating"):
            sagemaker.create_app(**named)
        with pytest.raises(ClientError, match="ResourceInUse.*is Updating"):
            sagemaker.delete_space(**space)


def test_states_cut_short_are_settled_at_the_next_start(tmp_path: Path) -> None:
    with LocalStudio(tmp_path, speed=1, runner=FakeRunner()) as studio:
        sagemaker = studio.client("sagemaker")
        sagemaker.create_app(**app_key("second-space"))
        sagemaker.update_space(DomainId=DOMAIN, SpaceName="team-space")
        sagemaker.update_domain(DomainId=DOMAIN)
        with pytest.raises(ClientError, match="ResourceInUse.*is being updated"):
            sagemaker.update_domain(DomainId=DOMAIN)
    with LocalStudio(tmp_path, speed=1, runner=FakeRunner()) as studio:
        assert app_of(studio, "second-space")["Status"] == "Deleted"
        assert wait_for_space(studio, "team-space")["Status"] == "InService"
        domain = studio.client("sagemaker").describe_domain(DomainId=DOMAIN)
        assert domain["Status"] == "InService"


def test_a_state_folder_of_the_version_before_is_completed(tmp_path: Path) -> None:
    with LocalStudio(tmp_path, runner=FakeRunner()) as studio:
        # As the first version left it: two spaces with the account's own image, nothing else.
        store = studio.studio.plane.store
        for kind, key in (
            ("seed", "version"),
            (spaces.KIND, f"{DOMAIN}/second-space"),
            (apps.KIND, f"{DOMAIN}/second-space/JupyterLab/default"),
            (images.IMAGE, "sagemaker-distribution-cpu"),
            (images.IMAGE, "sagemaker-distribution-gpu"),
            (lifecycle_configs.KIND, "show-environment"),
            (lifecycle_configs.KIND, "pin-pip-index"),
        ):
            store.delete(kind, key)
        domain = dict(store.get(domains.KIND, DOMAIN) or {})
        for name in ("DefaultUserSettings", "DefaultSpaceSettings"):
            lab = {"DefaultResourceSpec": {"InstanceType": "ml.t3.medium"}}
            domain[name] = {**domain[name], "JupyterLabAppSettings": lab}
        store.put(domains.KIND, DOMAIN, domain)
        space = dict(store.get(spaces.KIND, f"{DOMAIN}/my-space") or {})
        spec = {
            "SageMakerImageArn": "arn:aws:sagemaker:us-west-2:123456789012:image/"
            "sagemaker-distribution",
            "InstanceType": "ml.t3.medium",
        }
        lab = {"JupyterLabAppSettings": {"DefaultResourceSpec": spec}}
        space["SpaceSettings"] = {**space["SpaceSettings"], **lab}
        store.put(spaces.KIND, f"{DOMAIN}/my-space", space)
    with LocalStudio(tmp_path, runner=FakeRunner()) as studio:
        sagemaker = studio.client("sagemaker")
        assert len(sagemaker.list_spaces()["Spaces"]) == 3
        assert len(sagemaker.list_studio_lifecycle_configs()["StudioLifecycleConfigs"]) == 2
        lab = sagemaker.describe_domain(DomainId=DOMAIN)["DefaultUserSettings"][
            "JupyterLabAppSettings"
        ]
        assert lab["AppLifecycleManagement"]["IdleSettings"]["IdleTimeoutInMinutes"] == 120
        sagemaker.create_app(**app_key("my-space"))
        sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName="pin-pip-index")
    with LocalStudio(tmp_path, runner=FakeRunner()) as studio:
        # What a person has deleted does not come back.
        listed = studio.client("sagemaker").list_studio_lifecycle_configs()
        assert len(listed["StudioLifecycleConfigs"]) == 1


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[LocalStudio]:
    with LocalStudio(tmp_path, runner=FakeRunner()) as studio:
        yield studio


def wait_for_settings(studio: LocalStudio) -> None:
    for thread in list(studio.studio.plane.apps._threads):
        thread.join(10)


def config_of(studio: LocalStudio, name: str = "mine", **changes: str) -> str:
    content = base64.b64encode(b"echo hello").decode()
    request = {
        "StudioLifecycleConfigName": name,
        "StudioLifecycleConfigContent": content,
        "StudioLifecycleConfigAppType": "JupyterLab",
        **changes,
    }
    answer = studio.client("sagemaker").create_studio_lifecycle_config(**request)
    return str(answer["StudioLifecycleConfigArn"])


def test_a_script_is_created_attached_and_deleted(studio: LocalStudio) -> None:
    sagemaker = studio.client("sagemaker")
    arn = config_of(studio)
    assert arn.endswith(":studio-lifecycle-config/mine")
    described = sagemaker.describe_studio_lifecycle_config(StudioLifecycleConfigName="mine")
    assert base64.b64decode(described["StudioLifecycleConfigContent"]) == b"echo hello"
    listed = sagemaker.list_studio_lifecycle_configs(NameContains="min", SortBy="Name")
    assert [c["StudioLifecycleConfigName"] for c in listed["StudioLifecycleConfigs"]] == ["mine"]
    lab = {
        "LifecycleConfigArns": [arn],
        "DefaultResourceSpec": {"InstanceType": "ml.t3.medium", "LifecycleConfigArn": arn},
    }
    profile = {"DomainId": DOMAIN, "UserProfileName": "data-scientist"}
    before = sagemaker.describe_user_profile(**profile)["UserSettings"]
    sagemaker.update_user_profile(**profile, UserSettings={"JupyterLabAppSettings": lab})
    with pytest.raises(ClientError, match="ResourceInUse.*in use by .*user-profile/"):
        sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName="mine")
    wait_for_settings(studio)
    described = sagemaker.describe_user_profile(**profile)
    assert described["Status"] == "InService"
    assert described["UserSettings"] == {**before, "JupyterLabAppSettings": lab}
    # The profile's default script comes with every app of its spaces, not with the others'.
    sagemaker.create_app(**app_key("second-space"))
    assert app_of(studio, "second-space")["ResourceSpec"]["LifecycleConfigArn"] == arn
    sagemaker.create_app(**app_key("team-space"))
    assert "LifecycleConfigArn" not in app_of(studio, "team-space")["ResourceSpec"]
    sagemaker.update_user_profile(**profile, UserSettings={"JupyterLabAppSettings": {}})
    sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName="mine")
    with pytest.raises(ClientError, match="ResourceNotFound"):
        sagemaker.describe_studio_lifecycle_config(StudioLifecycleConfigName="mine")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"StudioLifecycleConfigContent": "not base64!"}, "ValidationException"),
        ({"StudioLifecycleConfigName": "show-environment"}, "ResourceInUse"),
        ({"StudioLifecycleConfigName": "Show-Environment"}, "ResourceInUse"),
        ({"StudioLifecycleConfigAppType": "Canvas"}, "ValidationException"),
    ],
)
def test_scripts_that_are_refused(studio: LocalStudio, changes: dict[str, str], code: str) -> None:
    with pytest.raises(ClientError, match=code):
        config_of(studio, **changes)


def idle(**minutes: int) -> dict[str, Any]:
    settings = {"LifecycleManagement": "ENABLED", **minutes}
    return {"JupyterLabAppSettings": {"AppLifecycleManagement": {"IdleSettings": settings}}}


def lab(**settings: Any) -> dict[str, Any]:
    return {"JupyterLabAppSettings": settings}


def ebs(default: int, maximum: int) -> dict[str, Any]:
    sizes = {"DefaultEbsVolumeSizeInGb": default, "MaximumEbsVolumeSizeInGb": maximum}
    return {"SpaceStorageSettings": {"DefaultEbsStorageSettings": sizes}}


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        (
            lab(LifecycleConfigArns=["arn:aws:sagemaker:us-west-2:1:studio-lifecycle-config/x"]),
            "ValidationException",
            "",
        ),
        (
            lab(LifecycleConfigArns=[f"{seed.ROLE_ARN[:8]}sagemaker:us-west-2:123456789012:x"]),
            "ValidationException",
            "",
        ),
        (
            lab(CustomImages=[{"ImageName": "nothing", "AppImageConfigName": "x"}]),
            "ResourceNotFound",
            "nothing",
        ),
        (
            lab(CustomImages=[{"ImageName": "forecasting-team", "AppImageConfigName": "x"}]),
            "ResourceNotFound",
            r"AppImageConfig \[x\]",
        ),
        (
            idle(IdleTimeoutInMinutes=70, MinIdleTimeoutInMinutes=90),
            "ValidationException",
            "must be between MinIdleTimeoutInMinutes 90",
        ),
        (ebs(20, 10), "ValidationException", "must not be greater than"),
        (
            {"ExecutionRole": "arn:aws:iam::123456789012:role/nobody"},
            "ValidationException",
            "Could not assume role",
        ),
    ],
)
def test_settings_that_are_refused(
    studio: LocalStudio, settings: dict[str, Any], code: str, words: str
) -> None:
    sagemaker = studio.client("sagemaker")
    before = sagemaker.describe_domain(DomainId=DOMAIN)["DefaultUserSettings"]
    with pytest.raises(ClientError, match=f"{code}.*{words}"):
        sagemaker.update_domain(DomainId=DOMAIN, DefaultUserSettings=settings)
    profile = {"DomainId": DOMAIN, "UserProfileName": "data-scientist"}
    with pytest.raises(ClientError, match=f"{code}.*{words}"):
        sagemaker.update_user_profile(**profile, UserSettings=settings)
    assert sagemaker.describe_domain(DomainId=DOMAIN)["DefaultUserSettings"] == before


def test_a_default_script_must_be_attached(studio: LocalStudio) -> None:
    arn = config_of(studio)
    settings = lab(DefaultResourceSpec={"LifecycleConfigArn": arn})
    with pytest.raises(ClientError, match="must also be in LifecycleConfigArns"):
        studio.client("sagemaker").update_domain(DomainId=DOMAIN, DefaultUserSettings=settings)
    other = config_of(studio, "for-editors", StudioLifecycleConfigAppType="CodeEditor")
    with pytest.raises(ClientError, match="is for CodeEditor apps"):
        studio.client("sagemaker").update_domain(
            DomainId=DOMAIN, DefaultUserSettings=lab(LifecycleConfigArns=[other])
        )


def test_bounds_of_the_profile_win_over_the_domains(studio: LocalStudio) -> None:
    sagemaker = studio.client("sagemaker")
    sagemaker.update_user_profile(
        DomainId=DOMAIN,
        UserProfileName="data-scientist",
        UserSettings={
            **idle(MinIdleTimeoutInMinutes=90, MaxIdleTimeoutInMinutes=240),
            **ebs(25, 200),
        },
    )
    named = {"DomainId": DOMAIN, "SpaceName": "second-space"}
    for minutes, refused in ((89, True), (90, False), (240, False), (241, True)):
        chosen = {"IdleSettings": {"IdleTimeoutInMinutes": minutes}}
        settings = lab(AppLifecycleManagement=chosen)
        if refused:
            with pytest.raises(ClientError, match="is not between 90 and 240"):
                sagemaker.update_space(**named, SpaceSettings=settings)
        else:
            sagemaker.update_space(**named, SpaceSettings=settings)
            wait_for_space(studio, "second-space")
    size = {"SpaceStorageSettings": {"EbsStorageSettings": {"EbsVolumeSizeInGb": 150}}}
    sagemaker.update_space(**named, SpaceSettings=size)
    # A shared space has the domain's.
    with pytest.raises(ClientError, match="above the maximum of 100 GB"):
        sagemaker.update_space(DomainId=DOMAIN, SpaceName="team-space", SpaceSettings=size)


def test_idle_times_need_idle_shutdown(studio: LocalStudio) -> None:
    sagemaker = studio.client("sagemaker")
    settings = {"LifecycleManagement": "DISABLED"}
    off = lab(AppLifecycleManagement={"IdleSettings": settings})
    sagemaker.update_domain(DomainId=DOMAIN, DefaultUserSettings=off)
    wait_for_settings(studio)
    chosen = lab(AppLifecycleManagement={"IdleSettings": {"IdleTimeoutInMinutes": 90}})
    with pytest.raises(ClientError, match="LifecycleManagement is not ENABLED"):
        sagemaker.update_space(DomainId=DOMAIN, SpaceName="second-space", SpaceSettings=chosen)


def test_what_of_a_domain_is_not_updated_is_said(studio: LocalStudio) -> None:
    with pytest.raises(ClientError, match="does not update AppNetworkAccessType"):
        studio.client("sagemaker").update_domain(DomainId=DOMAIN, AppNetworkAccessType="VpcOnly")
