"""REST-JSON: the list's addresses against botocore's, and requests that pose as something else."""

from __future__ import annotations

import json
import re

import pytest
from botocore.session import Session
from jupyterlab_sagemaker_studio import operations, rest
from jupyterlab_sagemaker_studio.errors import AwsError

ROWS = [
    (service, row)
    for service, rows in operations.allowed().items()
    for row in rows.values()
    if operations.SERVICES[service].protocol == "rest-json"
]


@pytest.mark.parametrize("service,row", ROWS, ids=lambda value: getattr(value, "name", value))
def test_address_agrees_with_botocore(service, row):
    model = Session().get_service_model(operations.botocore_name(service))
    operation = model.operation_model(row.name)
    assert row.http == f"{operation.http['method']} {operation.http['requestUri']}"
    query, labels = {}, set()
    for member, shape in operation.input_shape.members.items():
        place = shape.serialization.get("location")
        if place == "querystring":
            assert shape.type_name in ("string", "integer"), "only these are written as they are"
            query[shape.serialization["name"]] = member
        elif place == "uri":
            assert shape.serialization["name"] == member
            labels.add(member)
        else:  # in the body, by its own name
            assert place is None and shape.serialization.get("name", member) == member
    assert row.query == query
    assert labels == set(re.findall(r"\{(\w+)\}", row.http))
    assert "payload" not in operation.input_shape.serialization


def test_no_two_operations_share_an_address():
    patterns = [(service, re.sub(r"\{\w+\}", "{}", row.http)) for service, row in ROWS]
    assert len(set(patterns)) == len(patterns) > 0


@pytest.mark.parametrize(
    "method,path,query,body,name,params",
    [
        ("GET", "/schedules/a", "", b"", "Get", {"Name": "a"}),
        ("GET", "/schedules/a%2Db", "groupName=g", b"", "Get", {"Name": "a-b", "GroupName": "g"}),
        (
            "DELETE",
            "/schedules/a",
            "clientToken=t",
            b"",
            "Delete",
            {"Name": "a", "ClientToken": "t"},
        ),
        ("POST", "/schedules/a", "", b'{"State": "x"}', "Create", {"Name": "a", "State": "x"}),
        ("PUT", "/schedules/a", "", b'{"State": "x"}', "Update", {"Name": "a", "State": "x"}),
    ],
)
def test_read(method, path, query, body, name, params):
    operation, found, canonical, text = rest.read("scheduler", method, path, query, body)
    assert (operation.name, found) == (f"{name}Schedule", params)
    again = rest.write(operation, params)
    assert again[:2] == (canonical, text)
    assert canonical == f"/schedules/{params['Name']}"
    if body:
        assert json.loads(again[2]) == json.loads(body)
    else:
        assert again[2] == b""


def test_read_of_a_list_of_schedules():
    query = "ScheduleGroup=default&NamePrefix=a&MaxResults=5"
    operation, found, *canonical = rest.read("scheduler", "GET", "/schedules", query, b"")
    assert operation.name == "ListSchedules"
    assert found == {"GroupName": "default", "NamePrefix": "a", "MaxResults": "5"}
    assert canonical == ["/schedules", query]


@pytest.mark.parametrize(
    "path,query,name,params",
    [
        ("file-systems", "", "FileSystems", {}),
        ("file-systems", "MaxItems=5&Marker=m", "FileSystems", {"MaxItems": "5", "Marker": "m"}),
        ("mount-targets", "FileSystemId=fs-1", "MountTargets", {"FileSystemId": "fs-1"}),
        (
            "mount-targets/fsmt-1/security-groups",
            "",
            "MountTargetSecurityGroups",
            {"MountTargetId": "fsmt-1"},
        ),
        ("access-points", "FileSystemId=fs-1", "AccessPoints", {"FileSystemId": "fs-1"}),
    ],
)
def test_read_of_file_systems(path, query, name, params):
    path = f"/2015-02-01/{path}"
    operation, found, canonical, text = rest.read("elasticfilesystem", "GET", path, query, b"")
    assert (operation.name, found) == (f"Describe{name}", params)
    assert (canonical, text, b"") == rest.write(operation, params)
    assert (canonical, text) == (path, query)


@pytest.mark.parametrize(
    "method,path,query",
    [
        ("DELETE", "/2015-02-01/file-systems/fs-1", ""),
        ("GET", "/2015-02-01/file-systems/fs-1/policy", ""),
        ("GET", "/2015-02-01/file-systems/", ""),
        ("POST", "/2015-02-01/file-systems", ""),
        ("GET", "/2015-02-01/mount-targets/../file-systems", ""),
        ("GET", "/2015-02-01/mount-targets/a/b/security-groups", ""),
        ("GET", "/2015-02-01/mount-targets/%2e%2e/security-groups", ""),
        ("GET", "/2015-02-01/mount-targets", "FileSystemId=a&FileSystemId=b"),
        ("GET", "/2015-02-01/mount-targets", "Policy=x"),
        ("PUT", "/2015-02-01/mount-targets/fsmt-1/security-groups", ""),
    ],
)
def test_request_that_is_no_look_at_file_systems(method, path, query):
    with pytest.raises(AwsError, match="OperationNotAllowed"):
        rest.read("elasticfilesystem", method, path, query, b"")


@pytest.mark.parametrize(
    "method,path,query,body",
    [
        ("PATCH", "/schedules/a", "", b"{}"),
        ("POST", "/schedules", "", b"{}"),
        ("GET", "/schedules", "GroupName=default", b""),  # the parameter is ScheduleGroup
        ("GET", "/schedule-groups", "", b""),
        ("PUT", "/schedules/a", "", b'{"Name": "b"}'),
        ("GET", "/schedules/a/", "", b""),
        ("GET", "//schedules/a", "", b""),
        ("GET", "/schedule-groups/a", "", b""),
        ("GET", "/schedules/", "", b""),
        ("GET", "/schedules/..", "", b""),
        ("GET", "/schedules/%2e%2e", "", b""),
        ("GET", "/schedules/a%2Fb", "", b""),
        ("GET", "/schedules/%ff", "", b""),
        ("GET", "/Schedules/a", "", b""),
        ("GET", "/schedules/a", "x=1", b""),
        ("GET", "/schedules/a", "groupName=a&groupName=b", b""),
        ("GET", "/schedules/a", "groupname=a", b""),
        ("GET", "/schedules/a", "clientToken=a", b""),  # DeleteSchedule's
        ("GET", "/schedules/a", "", b"{}"),
        ("DELETE", "/schedules/a", "", b'{"Name": "b"}'),
        ("POST", "/schedules/a", "groupName=a", b"{}"),
        ("POST", "/schedules/a", "", b'{"Name": "b"}'),
        ("POST", "/schedules/a", "", b'{"name": "b"}'),
        ("POST", "/schedules/a", "", b'{"State": "a", "State": "b"}'),
        ("POST", "/schedules/a", "", b"[]"),
        ("POST", "/schedules/a", "", b"State=x"),
    ],
)
def test_request_that_is_no_allowed_operation(method, path, query, body):
    with pytest.raises(AwsError) as caught:
        rest.read("scheduler", method, path, query, body)
    assert (caught.value.code, caught.value.status) == ("OperationNotAllowed", 403)
