"""EFS, FSx and EC2 of the local Studio, asked through the signing endpoint."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from sagemaker_studio_local.file_systems import (
    ACCESS_POINT_ID,
    ARCHIVE,
    CLOSED_GROUP_ID,
    SCRATCH_LUSTRE,
    SHARED_DATASETS,
)
from sagemaker_studio_local.network import SUBNET_IDS
from sagemaker_studio_local.testing import LocalStudio


@pytest.fixture
def jp_server_config(
    jp_server_config: Any, local_studio: LocalStudio, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    for name, value in local_studio.environment.items():
        monkeypatch.setenv(name, value)
    yield jp_server_config


async def test_the_services_answer_through_the_proxy(
    jp_fetch: Any, local_studio: LocalStudio
) -> None:
    """Every row of the list for file systems; moto's side checks the signatures."""

    async def ask(*path: str, **more: Any) -> Any:
        answer = await jp_fetch("sagemaker-studio", "aws", *path, **more)
        return answer.body

    version = ("elasticfilesystem", "2015-02-01")
    body = json.loads(await ask(*version, "file-systems", params={"MaxItems": "2"}))
    assert len(body["FileSystems"]) == 2 and body["NextMarker"]
    body = json.loads(await ask(*version, "file-systems", params={"FileSystemId": ARCHIVE.id}))
    assert body["FileSystems"][0]["Name"] == "archive"
    body = json.loads(await ask(*version, "mount-targets", params={"FileSystemId": ARCHIVE.id}))
    (target,) = body["MountTargets"]
    path = ("mount-targets", target["MountTargetId"], "security-groups")
    assert json.loads(await ask(*version, *path)) == {"SecurityGroups": [CLOSED_GROUP_ID]}
    points = json.loads(
        await ask(*version, "access-points", params={"FileSystemId": SHARED_DATASETS.id})
    )
    assert points["AccessPoints"][0]["AccessPointId"] == ACCESS_POINT_ID
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "AWSSimbaAPIService_v20180301.DescribeFileSystems",
    }
    wanted = json.dumps({"FileSystemIds": [SCRATCH_LUSTRE.id]})
    body = json.loads(await ask("fsx", "/", method="POST", body=wanted, headers=headers))
    assert body["FileSystems"][0]["FileSystemId"] == SCRATCH_LUSTRE.id
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    for action, found in (
        ({"Action": "DescribeSubnets", "SubnetId.1": SUBNET_IDS[1]}, SUBNET_IDS[1]),
        ({"Action": "DescribeSecurityGroups", "GroupId.1": CLOSED_GROUP_ID}, CLOSED_GROUP_ID),
    ):
        form = urlencode({**action, "Version": "2016-11-15"})
        body = await ask("ec2", "/", method="POST", body=form, headers=headers)
        texts = [element.text for element in ElementTree.fromstring(body).iter()]
        assert found in texts
    made = {(call["service"], call["operation"]) for call in local_studio.calls()}
    assert made == {
        ("efs", "DescribeFileSystems"),
        ("efs", "DescribeMountTargets"),
        ("efs", "DescribeMountTargetSecurityGroups"),
        ("efs", "DescribeAccessPoints"),
        ("fsx", "DescribeFileSystems"),
        ("ec2", "DescribeSubnets"),
        ("ec2", "DescribeSecurityGroups"),
    }


async def test_errors_keep_the_services_own_form(
    http_server_client: Any, jp_auth_header: Any, jp_base_url: str, local_studio: LocalStudio
) -> None:
    base = f"{jp_base_url}sagemaker-studio/aws"
    for service in ("efs", "ec2"):
        operation = {"efs": "DescribeMountTargets", "ec2": "DescribeSubnets"}[service]
        denied = {"code": "AccessDeniedException", "status": 403, "count": 1}
        local_studio.fault(operation, service=service, **denied)
    answer = await http_server_client.fetch(
        f"{base}/elasticfilesystem/2015-02-01/mount-targets?FileSystemId={ARCHIVE.id}",
        headers=jp_auth_header,
        raise_error=False,
    )
    assert answer.code == 403 and b"AccessDeniedException" in answer.body
    answer = await http_server_client.fetch(
        f"{base}/ec2/",
        method="POST",
        body="Action=DescribeSubnets&Version=2016-11-15",
        headers=jp_auth_header,
        raise_error=False,
    )
    root = ElementTree.fromstring(answer.body)
    assert root.findtext("Errors/Error/Code") == "AccessDeniedException"
    assert root.findtext("RequestID")
