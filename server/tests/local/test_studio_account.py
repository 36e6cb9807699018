"""Domain, profiles, spaces, apps and images of the seeded account; paging of lists."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import LocalStudio

SPACES = ["my-space", "team-space", "second-space"]


def code_of(raised: pytest.ExceptionInfo[ClientError]) -> str:
    return raised.value.response["Error"]["Code"]


def test_the_domain_names_a_role_and_a_network_that_exist(local_studio: LocalStudio) -> None:
    domain = local_studio.client("sagemaker").describe_domain(DomainId=seed.DOMAIN_ID)
    assert domain["Status"] == "InService"
    role = domain["DefaultUserSettings"]["ExecutionRole"]
    found = local_studio.client("iam").get_role(RoleName=role.rpartition("/")[2])["Role"]
    assert found["Arn"] == seed.ROLE_ARN
    ec2 = local_studio.client("ec2")
    by_vpc = [{"Name": "vpc-id", "Values": [domain["VpcId"]]}]
    subnets = ec2.describe_subnets(Filters=by_vpc)["Subnets"]
    assert {s["SubnetId"] for s in subnets} == set(domain["SubnetIds"])
    groups = {g["GroupId"] for g in ec2.describe_security_groups(Filters=by_vpc)["SecurityGroups"]}
    assert set(domain["DefaultUserSettings"]["SecurityGroups"]) <= groups


def test_the_caller_is_the_execution_role(local_studio: LocalStudio) -> None:
    identity = local_studio.client("sts").get_caller_identity()
    assert identity["Account"] == "123456789012"
    assert identity["Arn"].startswith(f"arn:aws:sts::123456789012:assumed-role/{seed.ROLE_NAME}/")


def test_spaces_and_their_owners(local_studio: LocalStudio) -> None:
    sagemaker = local_studio.client("sagemaker")
    spaces = sagemaker.list_spaces(DomainIdEquals=seed.DOMAIN_ID)["Spaces"]
    # Those made in one millisecond come in the order of their names.
    found = {space["SpaceName"]: space for space in spaces}
    assert sorted(found) == sorted(SPACES)
    owner = {"OwnerUserProfileName": "data-scientist"}
    assert found["my-space"]["OwnershipSettingsSummary"] == owner
    assert found["team-space"]["SpaceSharingSettingsSummary"] == {"SharingType": "Shared"}
    space = sagemaker.describe_space(DomainId=seed.DOMAIN_ID, SpaceName="my-space")
    owner = space["OwnershipSettings"]["OwnerUserProfileName"]
    profile = sagemaker.describe_user_profile(DomainId=seed.DOMAIN_ID, UserProfileName=owner)
    assert sagemaker.list_tags(ResourceArn=profile["UserProfileArn"])["Tags"] == []
    assert sagemaker.list_spaces(SpaceNameContains="team")["Spaces"][0]["SpaceName"] == "team-space"


def test_the_app_is_not_there_without_jupyterlab(local_studio: LocalStudio) -> None:
    sagemaker = local_studio.client("sagemaker")
    key = {"DomainId": seed.DOMAIN_ID, "AppType": "JupyterLab", "AppName": "default"}
    app = sagemaker.describe_app(SpaceName="my-space", **key)
    assert app["Status"] == "Deleted"
    assert app["AppArn"].endswith(":app/d-localstudio01/my-space/JupyterLab/default")
    assert app["ResourceSpec"]["InstanceType"] == "ml.t3.medium"
    assert sagemaker.list_apps(SpaceNameEquals="my-space")["Apps"][0]["AppName"] == "default"
    assert sagemaker.list_apps(SpaceNameEquals="team-space")["Apps"] == []
    with pytest.raises(ClientError) as raised:
        sagemaker.describe_app(SpaceName="team-space", **key)
    assert code_of(raised) == "ResourceNotFound"
    with pytest.raises(ClientError) as raised:
        sagemaker.describe_app(**key)
    assert code_of(raised) == "ValidationException"


def test_images_versions_and_configurations(local_studio: LocalStudio) -> None:
    sagemaker = local_studio.client("sagemaker")
    images = sagemaker.list_images(SortBy="IMAGE_NAME", SortOrder="ASCENDING")["Images"]
    assert [i["ImageName"] for i in images] == ["forecasting-team", "sagemaker-distribution"]
    newest = sagemaker.describe_image_version(ImageName="forecasting-team")
    assert newest["Version"] == 2
    by_alias = sagemaker.describe_image_version(ImageName="forecasting-team", Alias="latest")
    assert by_alias["ImageVersionArn"] == newest["ImageVersionArn"]
    first = sagemaker.describe_image_version(ImageName="forecasting-team", Version=1)
    assert first["BaseImage"].endswith("forecasting-team:1.0")
    versions = sagemaker.list_image_versions(ImageName="forecasting-team")["ImageVersions"]
    assert [v["Version"] for v in versions] == [2, 1]
    domain = sagemaker.describe_domain(DomainId=seed.DOMAIN_ID)
    custom = domain["DefaultUserSettings"]["JupyterLabAppSettings"]["CustomImages"][0]
    config = sagemaker.describe_app_image_config(AppImageConfigName=custom["AppImageConfigName"])
    files = config["JupyterLabAppImageConfig"]["FileSystemConfig"]
    assert files["MountPath"] == "/home/sagemaker-user"
    with pytest.raises(ClientError) as raised:
        sagemaker.describe_image_version(ImageName="forecasting-team", Version=9)
    assert code_of(raised) == "ResourceNotFound"


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("describe_domain", {"DomainId": "d-doesnotexist"}),
        ("describe_space", {"DomainId": seed.DOMAIN_ID, "SpaceName": "nobody"}),
        ("describe_user_profile", {"DomainId": seed.DOMAIN_ID, "UserProfileName": "nobody"}),
        ("describe_image", {"ImageName": "nothing"}),
        ("describe_app_image_config", {"AppImageConfigName": "nothing"}),
    ],
)
def test_what_does_not_exist(
    local_studio: LocalStudio, operation: str, arguments: dict[str, str]
) -> None:
    with pytest.raises(ClientError) as raised:
        getattr(local_studio.client("sagemaker"), operation)(**arguments)
    assert code_of(raised) == "ResourceNotFound"


def test_lists_come_in_pages(local_studio: LocalStudio) -> None:
    sagemaker = local_studio.client("sagemaker")
    whole = [space["SpaceName"] for space in sagemaker.list_spaces()["Spaces"]]
    assert sorted(whole) == sorted(SPACES)
    first = sagemaker.list_spaces(MaxResults=1)
    second = sagemaker.list_spaces(MaxResults=1, NextToken=first["NextToken"])
    third = sagemaker.list_spaces(MaxResults=1, NextToken=second["NextToken"])
    assert "NextToken" not in third
    names = [page["Spaces"][0]["SpaceName"] for page in (first, second, third)]
    assert names == whole
    backwards = sagemaker.list_spaces(SortOrder="Descending")["Spaces"]
    assert [space["SpaceName"] for space in backwards] == whole[::-1]


def test_a_token_of_another_request_is_refused(local_studio: LocalStudio) -> None:
    sagemaker = local_studio.client("sagemaker")
    token = sagemaker.list_spaces(MaxResults=1)["NextToken"]
    for wrong in (
        {"NextToken": token, "SortOrder": "Descending"},
        {"NextToken": "made-up"},
        {"NextToken": token[:-4]},
    ):
        with pytest.raises(ClientError) as raised:
            sagemaker.list_spaces(MaxResults=1, **wrong)
        assert code_of(raised) == "ValidationException"


def test_an_operation_that_is_not_emulated_says_so(local_studio: LocalStudio) -> None:
    with pytest.raises(ClientError) as raised:
        local_studio.client("sagemaker").list_hubs()
    assert code_of(raised) == "UnknownOperationException"
    assert "does not emulate ListHubs" in str(raised.value)


def test_every_answer_has_a_request_id(local_studio: LocalStudio) -> None:
    sagemaker = local_studio.client("sagemaker")
    answer = sagemaker.list_domains()
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert request_id
    assert local_studio.calls("ListDomains")[-1]["requestId"] == request_id
    with pytest.raises(ClientError) as raised:
        sagemaker.describe_domain(DomainId="d-doesnotexist")
    failed = raised.value.response["ResponseMetadata"]
    assert failed["RequestId"] == local_studio.calls("DescribeDomain")[-1]["requestId"]
    assert local_studio.calls("DescribeDomain")[-1]["code"] == "ResourceNotFound"
