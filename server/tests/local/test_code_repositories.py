"""Repositories registered with the account, and those suggested in settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from git_clients import cloned, url
from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import LocalStudio

FORECAST = "https://git.local-studio.test/analytics/demand-forecast"
READINGS = "https://git.local-studio.test/analytics/machine-readings"
ARCHIVE = "https://git.local-studio.test/research/image-archive"
FEATURES = "https://git.local-studio.test/platform/feature-store"
SECRET = "arn:aws:secretsmanager:us-west-2:123456789012:secret:AmazonSageMaker-git-"


def refusal_of(function: Any, **arguments: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as raised:
        function(**arguments)
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


def suggested(settings: dict[str, Any]) -> list[str]:
    return [r["RepositoryUrl"] for r in settings["JupyterLabAppSettings"]["CodeRepositories"]]


def test_the_seeded_account_suggests_repositories_in_three_places(
    local_studio: LocalStudio,
) -> None:
    sagemaker = local_studio.client("sagemaker")
    domain = sagemaker.describe_domain(DomainId=seed.DOMAIN_ID)
    for member in ("DefaultUserSettings", "DefaultSpaceSettings"):
        assert suggested(domain[member]) == [READINGS, ARCHIVE]
        assert domain[member]["JupyterLabAppSettings"]["LifecycleConfigArns"]
    where = {"DomainId": seed.DOMAIN_ID}
    profile = sagemaker.describe_user_profile(UserProfileName="data-scientist", **where)
    assert suggested(profile["UserSettings"]) == [FEATURES]
    space = sagemaker.describe_space(SpaceName="my-space", **where)
    assert suggested(space["SpaceSettings"]) == [READINGS]
    assert "DefaultResourceSpec" in space["SpaceSettings"]["JupyterLabAppSettings"]


def test_the_seeded_account_has_registered_repositories_with_their_secrets(
    local_studio: LocalStudio, tmp_path: Path
) -> None:
    sagemaker = local_studio.client("sagemaker")
    found = sagemaker.list_code_repositories()["CodeRepositorySummaryList"]
    names = [row["CodeRepositoryName"] for row in found]
    assert names == ["demand-forecast", "password-only", "unreadable-secret"]
    config = sagemaker.describe_code_repository(CodeRepositoryName="demand-forecast")["GitConfig"]
    secret = f"{SECRET}demand-forecast-Lst0Gd"
    assert config == {"RepositoryUrl": FORECAST, "Branch": "main", "SecretArn": secret}
    assert "SecretArn" not in found[1]["GitConfig"]
    secrets = local_studio.client("secretsmanager")
    value = json.loads(secrets.get_secret_value(SecretId=secret)["SecretString"])
    address = url("analytics/demand-forecast", value["username"], value["password"])
    assert (cloned(local_studio, tmp_path, address) / "forecast.ipynb").exists()
    unreadable = found[2]["GitConfig"]["SecretArn"]
    with pytest.raises(ValueError):
        json.loads(secrets.get_secret_value(SecretId=unreadable)["SecretString"])


def test_a_repository_is_registered_changed_and_deleted(local_studio: LocalStudio) -> None:
    sagemaker = local_studio.client("sagemaker")
    secret = local_studio.client("secretsmanager").create_secret(
        Name="AmazonSageMaker-mine", SecretString='{"username": "me", "password": "p"}'
    )["ARN"]
    created = sagemaker.create_code_repository(
        CodeRepositoryName="mine",
        GitConfig={"RepositoryUrl": "https://git.example.com/mine.git"},
        Tags=[{"Key": "team", "Value": "analytics"}],
    )
    arn = created["CodeRepositoryArn"]
    assert arn == "arn:aws:sagemaker:us-west-2:123456789012:code-repository/mine"
    tags = {t["Key"]: t["Value"] for t in sagemaker.list_tags(ResourceArn=arn)["Tags"]}
    assert tags["team"] == "analytics" and "sagemaker:space-arn" in tags
    before = sagemaker.describe_code_repository(CodeRepositoryName="mine")
    sagemaker.update_code_repository(CodeRepositoryName="mine", GitConfig={"SecretArn": secret})
    after = sagemaker.describe_code_repository(CodeRepositoryName="mine")
    assert after["GitConfig"] == {**before["GitConfig"], "SecretArn": secret}
    assert after["LastModifiedTime"] >= before["LastModifiedTime"] == before["CreationTime"]
    sagemaker.delete_code_repository(CodeRepositoryName="mine")
    code, message = refusal_of(sagemaker.describe_code_repository, CodeRepositoryName="mine")
    assert code == "ValidationException" and arn in message
    assert refusal_of(sagemaker.delete_code_repository, CodeRepositoryName="mine")[0] == code
    assert refusal_of(sagemaker.update_code_repository, CodeRepositoryName="mine")[0] == code


@pytest.mark.parametrize(
    ("name", "config", "words"),
    [
        ("demand-forecast", {}, "already exists"),
        ("Demand-Forecast", {}, "already exists"),
        ("new", {"SecretArn": f"{SECRET}nothing-abcdef"}, "the secret exists"),
        ("new", {"SecretArn": "AmazonSageMaker-git-demand-forecast"}, "regular expression"),
        ("new", {"RepositoryUrl": "http://git.example.com/mine"}, "regular expression"),
        ("new", {"RepositoryUrl": "git@git.example.com:mine"}, "regular expression"),
        ("new", {"RepositoryUrl": "https://me@git.example.com/mine"}, "user name"),
        ("new", {"RepositoryUrl": "https://me:word@git.example.com/mine"}, "user name"),
        ("new", {"Branch": "a b"}, "regular expression"),
        ("new_repository", {}, "regular expression"),
        ("n" * 64, {}, "regular expression"),
    ],
)
def test_what_is_not_registered(
    local_studio: LocalStudio, name: str, config: dict[str, str], words: str
) -> None:
    sagemaker = local_studio.client("sagemaker", config=Config(parameter_validation=False))
    whole = {"RepositoryUrl": "https://git.example.com/mine", **config}
    code, message = refusal_of(
        sagemaker.create_code_repository, CodeRepositoryName=name, GitConfig=whole
    )
    assert code == "ValidationException"
    assert words in message
    assert len(sagemaker.list_code_repositories()["CodeRepositorySummaryList"]) == 3


def test_lists_are_filtered_sorted_and_paged(local_studio: LocalStudio) -> None:
    sagemaker = local_studio.client("sagemaker")

    def names(**arguments: Any) -> list[str]:
        rows = sagemaker.list_code_repositories(**arguments)["CodeRepositorySummaryList"]
        return [row["CodeRepositoryName"] for row in rows]

    assert names(NameContains="only") == ["password-only"]
    everything = ["demand-forecast", "password-only", "unreadable-secret"]
    assert names(SortOrder="Descending") == everything[::-1]
    created = sagemaker.describe_code_repository(CodeRepositoryName="password-only")["CreationTime"]
    assert names(CreationTimeAfter=created.timestamp() + 60) == []
    assert names(LastModifiedTimeBefore=created.timestamp() + 60) == everything
    pages = sagemaker.get_paginator("list_code_repositories").paginate(
        SortBy="CreationTime", PaginationConfig={"PageSize": 2}
    )
    sizes = [len(page["CodeRepositorySummaryList"]) for page in pages]
    assert sizes == [2, 1]


@pytest.mark.parametrize("place", ["space", "profile", "domain"])
def test_ten_repositories_can_be_suggested_and_no_more(
    local_studio: LocalStudio, place: str
) -> None:
    sagemaker = local_studio.client("sagemaker", config=Config(parameter_validation=False))

    def suggest(urls: list[str]) -> None:
        settings = {
            "JupyterLabAppSettings": {"CodeRepositories": [{"RepositoryUrl": u} for u in urls]}
        }
        where = {"DomainId": seed.DOMAIN_ID}
        if place == "space":
            sagemaker.update_space(SpaceName="second-space", SpaceSettings=settings, **where)
        elif place == "profile":
            sagemaker.update_user_profile(
                UserProfileName="ml-engineer", UserSettings=settings, **where
            )
        else:
            sagemaker.update_domain(DefaultSpaceSettings=settings, **where)

    many = [f"https://git.example.com/repository-{number}" for number in range(11)]
    code, message = refusal_of(suggest, urls=many)
    assert code == "ValidationException" and "less than or equal to 10" in message
    code, message = refusal_of(suggest, urls=["https://git.example.com:8443/mine"])
    assert code == "ValidationException" and "regular expression" in message
    code, message = refusal_of(suggest, urls=["ssh://git@git.example.com/mine"])
    assert code == "ValidationException"
    suggest(many[:10])
