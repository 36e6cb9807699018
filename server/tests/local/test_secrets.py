"""Secrets of the local Studio's Secrets Manager."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from sagemaker_studio_local.git import TOKEN
from sagemaker_studio_local.testing import FakeRunner, LocalStudio

SEEDED = "AmazonSageMaker-git-demand-forecast"


def start(state: Path) -> LocalStudio:
    return LocalStudio(state, runner=FakeRunner())


def test_secrets_survive_a_restart(tmp_path: Path) -> None:
    with start(tmp_path) as studio:
        secrets = studio.client("secretsmanager")
        seeded = secrets.describe_secret(SecretId=SEEDED)["ARN"]
        assert not (tmp_path / "secrets.json").exists()
        tags = [{"Key": "team", "Value": "analytics"}]
        mine = secrets.create_secret(Name="mine", SecretString="first", Tags=tags)["ARN"]
        secrets.put_secret_value(SecretId="mine", SecretString="second")
        secrets.create_secret(Name="binary", SecretBinary=b"\x00\xff")
        secrets.create_secret(Name="going", SecretString="x")
        secrets.delete_secret(SecretId="going")
        gone = secrets.delete_secret(SecretId=SEEDED, ForceDeleteWithoutRecovery=True)["ARN"]
        assert gone == seeded
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    with start(tmp_path) as studio:
        secrets = studio.client("secretsmanager")
        found = secrets.get_secret_value(SecretId=mine)
        assert (found["SecretString"], found["Name"]) == ("second", "mine")
        former = secrets.get_secret_value(SecretId=mine, VersionStage="AWSPREVIOUS")
        assert former["SecretString"] == "first"
        assert secrets.describe_secret(SecretId="mine")["Tags"] == tags
        assert secrets.get_secret_value(SecretId="binary")["SecretBinary"] == b"\x00\xff"
        with pytest.raises(ClientError, match="currently marked deleted"):
            secrets.get_secret_value(SecretId="going")
        with pytest.raises(ClientError) as raised:
            secrets.get_secret_value(SecretId=SEEDED)
        assert raised.value.response["Error"]["Code"] == "ResourceNotFoundException"
        assert raised.value.response["ResponseMetadata"]["RequestId"]
        names = [row["Name"] for row in secrets.list_secrets()["SecretList"]]
        assert "mine" in names and SEEDED not in names


def test_a_secret_is_in_no_list_of_calls_and_in_no_file_that_others_read(tmp_path: Path) -> None:
    with start(tmp_path) as studio:
        secrets = studio.client("secretsmanager")
        assert TOKEN in secrets.get_secret_value(SecretId=SEEDED)["SecretString"]
        secrets.create_secret(Name="mine", SecretString="the-word")
        listed = str(studio.control("GET", "calls"))
        assert "CreateSecret" in listed
        assert "the-word" not in listed and TOKEN not in listed
    holders = [
        path for path in tmp_path.rglob("*") if path.is_file() and b"the-word" in path.read_bytes()
    ]
    assert holders == [tmp_path / "secrets.json"]


def test_requests_are_checked_signed_and_can_be_denied(local_studio: LocalStudio) -> None:
    secrets = local_studio.client("secretsmanager")
    local_studio.fault(
        "GetSecretValue", code="AccessDeniedException", message="not authorized to perform it"
    )
    with pytest.raises(ClientError) as raised:
        secrets.get_secret_value(SecretId=SEEDED)
    assert raised.value.response["Error"]["Code"] == "AccessDeniedException"
    assert "not authorized" in raised.value.response["Error"]["Message"]
    wrong = local_studio.client("secretsmanager", aws_secret_access_key="other")
    with pytest.raises(ClientError):
        wrong.get_secret_value(SecretId=SEEDED)
    assert secrets.get_secret_value(SecretId=SEEDED)["Name"] == SEEDED
