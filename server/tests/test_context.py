"""What the server says about where it runs."""

from __future__ import annotations

import json
import os

import pytest
from jupyterlab_sagemaker_studio.context import Context

ROLE = "arn:aws:iam::111122223333:role/Studio"
METADATA = {
    "AppType": "JupyterLab",
    "DomainId": "d-abc",
    "SpaceName": "mine",
    "ExecutionRoleArn": ROLE,
    "ResourceArn": "arn:aws:sagemaker:eu-west-1:111122223333:app/d-abc/mine/jupyterlab/default",
    "ResourceName": "default",
}
KEYS = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "s"}


@pytest.fixture
def environ(tmp_path):
    return {"HOME": str(tmp_path), "RESOURCE_METADATA_FILE": str(tmp_path / "metadata.json")}


@pytest.fixture
def studio(environ, tmp_path):
    (tmp_path / "metadata.json").write_text(json.dumps(METADATA))
    return environ


def describe(environ, region=""):
    return Context(region, environ).describe()


def values(environ):
    return {name: field["value"] for name, field in describe(environ)["fields"].items()}


def aws_file(environ, tmp_path, name, text):
    (tmp_path / ".aws").mkdir(exist_ok=True)
    (tmp_path / ".aws" / name).write_text(text)
    return environ


def test_studio(studio):
    studio["SAGEMAKER_INTERNAL_IMAGE_URI"] = "1.dkr.ecr.eu-west-1.amazonaws.com/image"
    studio["IMAGE_VERSION"] = "3.2.0-cpu"
    studio["SAGEMAKER_SPACE_TYPE_LOWERCASE"] = "private"
    answer = describe(studio)
    assert answer["mode"] == "studio"
    assert "metadata.json" in answer["modeReason"]
    assert values(studio) == {
        "region": "eu-west-1",
        "partition": "aws",
        "accountId": "111122223333",
        "domainId": "d-abc",
        "spaceName": "mine",
        "appName": "default",
        "appType": "JupyterLab",
        "spaceType": "private",
        "userProfileName": None,
        "executionRoleArn": ROLE,
        "imageUri": "1.dkr.ecr.eu-west-1.amazonaws.com/image:3.2.0-cpu",
        "imageArn": None,
        "instanceType": None,
        "consoleUrl": "https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1",
    }
    for name, field in answer["fields"].items():
        assert field["source" if field["value"] else "reason"], name
    assert "UserProfileName" in answer["fields"]["userProfileName"]["reason"]


def test_local_wins_over_studio(studio):
    studio["SAGEMAKER_STUDIO_LOCAL"] = "http://127.0.0.1:4566"
    answer = describe(studio)
    assert answer["mode"] == "local"
    assert "http://127.0.0.1:4566" in answer["modeReason"]
    assert answer["fields"]["domainId"]["value"] == "d-abc"


@pytest.mark.parametrize(
    "more",
    [
        KEYS,
        {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"},
        {"AWS_WEB_IDENTITY_TOKEN_FILE": "/x"},
    ],
)
def test_account_by_environment(environ, more):
    answer = describe({**environ, **more, "AWS_REGION": "us-east-2"})
    assert answer["mode"] == "account"
    assert next(iter(more)) in answer["modeReason"]
    assert "s3cret" not in json.dumps(answer)


def test_account_by_profile(environ, tmp_path):
    config = "[default]\nregion=us-west-1\n[profile team]\nregion=eu-north-1\nsso_session=corp\n"
    aws_file(environ, tmp_path, "config", config)
    assert describe(environ)["mode"] == "none"  # a region, but nothing to sign with
    environ["AWS_PROFILE"] = "team"
    answer = describe(environ)
    assert (answer["mode"], answer["fields"]["region"]["value"]) == ("account", "eu-north-1")
    assert "team" in answer["modeReason"]


def test_account_by_credentials_file(environ, tmp_path):
    aws_file(environ, tmp_path, "credentials", "[default]\naws_access_key_id=A\n")
    assert describe({**environ, "AWS_REGION": "us-east-2"})["mode"] == "account"


def test_none_without_a_region(environ):
    answer = describe({**environ, **KEYS})
    assert answer["mode"] == "none"
    assert "AWS_REGION" in answer["modeReason"]
    assert answer["fields"]["region"] == {
        "value": None,
        "reason": answer["fields"]["region"]["reason"],
    }


def test_none_without_credentials(environ):
    answer = describe({**environ, "AWS_REGION": "us-east-2"})
    assert answer["mode"] == "none"
    assert "credentials" in answer["modeReason"]


def test_region_chain(studio, tmp_path):
    """Each link is used when those before it are missing; there is no default."""
    aws_file(studio, tmp_path, "config", "[default]\nregion = ap-south-1\n")
    links = [
        ("SageMakerStudioApp.region", "sa-east-1"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-2"),
        ("ResourceArn", "eu-west-1"),
        ("AWS profile default", "ap-south-1"),
    ]
    environ = {**studio, "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-2"}
    configured = "sa-east-1"
    for source, region in links:
        context = Context(configured, environ)
        field = context.describe()["fields"]["region"]
        assert field["value"] == context.region() == region
        assert source in field["source"]
        configured = ""
        environ.pop(source, None)
        if source == "ResourceArn":
            (tmp_path / "metadata.json").unlink()
        if region == "us-east-2":
            continue
        if source == "AWS_REGION":
            assert Context("", environ).region() == "us-east-2"
        if source == "ResourceArn":
            assert Context("", environ).region() == "ap-south-1"
    (tmp_path / ".aws" / "config").unlink()
    assert Context("", environ).region() is None


@pytest.mark.parametrize(
    "region,partition,host",
    [
        ("cn-north-1", "aws-cn", "https://console.amazonaws.cn/"),
        ("us-gov-west-1", "aws-us-gov", "https://console.amazonaws-us-gov.com/"),
        ("eu-west-3", "aws", "https://eu-west-3.console.aws.amazon.com/"),
        ("us-iso-east-1", "aws-iso", None),
    ],
)
def test_partitions(environ, region, partition, host):
    found = values({**environ, "AWS_REGION": region})
    assert found["partition"] == partition
    assert (found["consoleUrl"] or "").startswith(host or "") and bool(found["consoleUrl"]) == bool(
        host
    )


def test_partitions_agree_with_botocore(environ):
    from botocore.session import Session

    session = Session()
    for partition in session.get_available_partitions():
        for region in session.get_available_regions("sts", partition):
            if region.startswith(("aws-", "fips", "us-gov")) and partition == "aws":
                continue
            assert values({**environ, "AWS_REGION": region})["partition"] == partition, region


def test_second_sources(environ):
    environ.update(SAGEMAKER_SPACE_NAME="shared", SAGEMAKER_APP_TYPE="JupyterLab")
    environ["AWS_ACCOUNT_ID"] = "444455556666"
    found = values(environ)
    assert (found["spaceName"], found["appType"]) == ("shared", "JupyterLab")
    assert found["accountId"] == "444455556666"


SETTINGS = {
    "domain_id": "d-set",
    "space_name": "set-space",
    "user_profile_name": "set-profile",
    "execution_role_arn": "arn:aws-cn:iam::777788889999:role/Set",
    "image_uri": "7.dkr.ecr.eu-west-1.amazonaws.com/set:1",
}
VARIABLES = {
    "SAGEMAKER_DOMAIN_ID": "d-env",
    "SAGEMAKER_SPACE_NAME": "env-space",
    "SAGEMAKER_USER_PROFILE_NAME": "env-profile",
    "SAGEMAKER_ROLE_ARN": "arn:aws-us-gov:iam::555566667777:role/Env",
    "SAGEMAKER_INTERNAL_IMAGE_URI": "5.dkr.ecr.eu-west-1.amazonaws.com/env:1",
}
FACTS = ("domainId", "spaceName", "userProfileName", "executionRoleArn", "imageUri")


def test_account_mode_with_what_is_set(environ):
    """Settings win over the environment; partition and account follow the role."""
    environ.update(KEYS, AWS_REGION="eu-west-1")
    for settings, partition, account in (
        (SETTINGS, "aws-cn", "777788889999"),
        ({}, "aws-us-gov", "555566667777"),
    ):
        answer = Context("", {**environ, **VARIABLES}, settings).describe()
        assert answer["mode"] == "account"
        fields = answer["fields"]
        sources = [f"SageMakerStudioApp.{name}" for name in settings] or list(VARIABLES)
        expected = list((settings or VARIABLES).values())
        assert [fields[name]["value"] for name in FACTS] == expected
        assert [fields[name]["source"] for name in FACTS] == sources
        assert fields["partition"] == {"value": partition, "source": sources[3]}
        assert fields["accountId"] == {"value": account, "source": sources[3]}


def test_metadata_wins_over_what_is_set(studio):
    fields = Context("", {**studio, **VARIABLES}, SETTINGS).describe()["fields"]
    for name, key in (("domainId", "DomainId"), ("spaceName", "SpaceName")):
        assert fields[name]["value"] == METADATA[key]
        assert "metadata.json" in fields[name]["source"]
    assert fields["executionRoleArn"]["value"] == ROLE
    assert fields["accountId"]["value"] == "111122223333"
    assert fields["userProfileName"]["value"] == "set-profile"  # it has none


def test_reasons_say_how_to_set(environ):
    fields = describe({**environ, **KEYS, "AWS_REGION": "eu-west-1"})["fields"]
    for name, setting, variable in zip(FACTS, SETTINGS, VARIABLES, strict=True):
        assert f"SageMakerStudioApp.{setting}" in fields[name]["reason"]
        assert variable in fields[name]["reason"]
    assert "SAGEMAKER_ROLE_ARN" in fields["accountId"]["reason"]


def test_image_version_belongs_to_the_image_of_the_environment(environ):
    environ["IMAGE_VERSION"] = "9"
    fields = Context("", environ, {"image_uri": "1.dkr.ecr/mine"}).describe()["fields"]
    assert fields["imageUri"]["value"] == "1.dkr.ecr/mine"


@pytest.mark.parametrize("role", ["Studio", "arn:aws:iam::1:role/x", "arn:aws:iam::111122223333:x"])
def test_role_that_is_no_role(environ, role):
    fields = describe({**environ, "SAGEMAKER_ROLE_ARN": role})["fields"]
    assert fields["executionRoleArn"]["value"] is fields["accountId"]["value"] is None
    assert "SAGEMAKER_ROLE_ARN" in fields["executionRoleArn"]["reason"]
    assert role in fields["executionRoleArn"]["reason"]


def test_metadata_is_read_again_when_it_changed(studio, tmp_path):
    path = tmp_path / "metadata.json"
    context = Context("", studio)
    assert context.describe()["fields"]["spaceName"]["value"] == "mine"
    path.write_text(json.dumps({**METADATA, "SpaceName": "other"}))
    os.utime(path, (1, 1))
    assert context.describe()["fields"]["spaceName"]["value"] == "other"
    path.unlink()
    assert context.describe()["fields"]["spaceName"]["value"] is None


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', '{"DomainId": 7}', "\x00"])
def test_damaged_metadata_is_a_reason_not_a_failure(environ, tmp_path, text):
    (tmp_path / "metadata.json").write_text(text)
    answer = describe(environ)
    assert answer["fields"]["domainId"]["value"] is None
    assert "metadata.json" in answer["fields"]["domainId"]["reason"]


def test_damaged_configuration_is_no_failure(environ, tmp_path):
    aws_file(environ, tmp_path, "config", "region=nowhere\n[[")
    assert describe(environ)["mode"] == "none"


def test_boot_id_is_new_with_each_start(environ):
    context = Context("", environ)
    assert context.describe()["bootId"] == context.describe()["bootId"]
    assert context.describe()["bootId"] != describe(environ)["bootId"]


def test_neighbours(environ):
    answer = Context("", environ).describe({"jupyterlab_git", "nbclassic"})
    assert answer["neighbours"] == {
        "jupyter_scheduler": False,
        "amazon_sagemaker_jupyter_scheduler": False,
        "jupyterlab_git": True,
    }
