"""The allow-list, and how a request names its operation."""

from __future__ import annotations

import pytest
from botocore.session import Session
from jupyterlab_sagemaker_studio import operations, s3path
from jupyterlab_sagemaker_studio.errors import AwsError


def model(service: str):
    return Session().get_service_model(operations.botocore_name(service))


@pytest.mark.parametrize("service", sorted(operations.allowed()))
def test_list_and_service_facts_agree_with_botocore(service):
    facts, botocore = operations.SERVICES[service], model(service)
    assert facts.signing_name == botocore.signing_name
    # CloudWatch speaks three; older botocore name one.
    spoken = botocore.metadata.get("protocols") or [botocore.metadata["protocol"]]
    assert facts.protocol in spoken
    if facts.protocol == "json":
        assert facts.target_prefix == botocore.metadata["targetPrefix"]
        assert facts.json_version == botocore.metadata["jsonVersion"]
    if facts.api_version:
        assert facts.api_version == botocore.api_version
    for name, row in operations.allowed()[service].items():
        assert name in botocore.operation_names
        assert row.access in ("read", "write", "internal")
        assert row.iam.startswith(f"{service}:")
        assert row.features and list(row.features) == sorted(row.features)
        reads = name.startswith(("Describe", "Get", "List", "Head", "Search", "Filter"))
        assert (row.access != "write") == reads


@pytest.mark.parametrize(
    "service,rows",
    [
        ("cloudwatch", {"GetMetricData"}),
        ("ecr", {"DescribeImages"}),
        ("iam", {"GetRole", "ListRoles"}),
        ("kms", {"DescribeKey", "ListAliases"}),
    ],
)
def test_what_the_form_of_a_job_looks_at_is_only_read(service, rows):
    assert set(operations.allowed()[service]) == rows
    assert {row.access for row in operations.allowed()[service].values()} == {"read"}


@pytest.mark.parametrize("operation", ["DeleteDomain", "createTrainingJob", "", "__class__"])
def test_unlisted_operation_is_refused(operation):
    with pytest.raises(AwsError) as caught:
        operations.require("sagemaker", operation)
    assert (caught.value.code, caught.value.status) == ("OperationNotAllowed", 403)


def test_secret_is_read_by_the_server_only():
    with pytest.raises(AwsError) as caught:
        operations.require("secretsmanager", "GetSecretValue")
    assert (caught.value.code, caught.value.status) == ("OperationNotAllowed", 403)
    assert operations.require("secretsmanager", "GetSecretValue", internal=True)


def test_unlisted_service_is_refused():
    with pytest.raises(AwsError, match="OperationNotAllowed"):
        operations.service_of("organizations")


def test_json_operation():
    name = operations.json_operation("sagemaker", "POST", "/", "", "SageMaker.Search")
    assert name == "Search"


@pytest.mark.parametrize(
    "method,path,query,target",
    [
        ("GET", "/", "", "SageMaker.Search"),
        ("POST", "/x", "", "SageMaker.Search"),
        ("POST", "/", "a=b", "SageMaker.Search"),
        ("POST", "/", "", "Logs_20140328.GetLogEvents"),
        ("POST", "/", "", "sagemaker.Search"),
        ("POST", "/", "", "Search"),
        ("POST", "/", "", ""),
        ("POST", "/", "", "SageMaker.Search.More"),
    ],
)
def test_json_request_that_names_no_operation_of_its_service(method, path, query, target):
    with pytest.raises(AwsError, match="OperationNotAllowed"):
        operations.json_operation("sagemaker", method, path, query, target)


def test_query_operation():
    body = b"Action=GetCallerIdentity&Version=2011-06-15"
    assert operations.query_operation("sts", "POST", "/", "", body) == "GetCallerIdentity"
    body = b"Action=DescribeSubnets&Version=2016-11-15&SubnetId.1=subnet-1"
    assert operations.query_operation("ec2", "POST", "/", "", body) == "DescribeSubnets"
    body = b"Action=GetRole&Version=2010-05-08&RoleName=studio"
    assert operations.query_operation("iam", "POST", "/", "", body) == "GetRole"
    body = b"Action=GetMetricData&Version=2010-08-01"
    assert operations.query_operation("cloudwatch", "POST", "/", "", body) == "GetMetricData"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Version=2011-06-15",
        b"Action=GetCallerIdentity&Action=AssumeRole",
        b"Action=GetCallerIdentity&%41ction=AssumeRole",
        b"Action=GetCallerIdentity&Version=2011-06-15&action=AssumeRole",
        b"Action=GetCallerIdentity&Version=2011-06-15&version=2010-05-08",
        b"Action=GetCallerIdentity",
        b"Action=GetCallerIdentity&Version=2010-05-08",
        b"Action=GetCallerIdentity&Version=2011-06-15&Version=2010-05-08",
        "Action=é".encode(),
        b"{}",
    ],
)
def test_query_request_with_no_single_action_and_version(body):
    with pytest.raises(AwsError, match="OperationNotAllowed"):
        operations.query_operation("sts", "POST", "/", "", body)


@pytest.mark.parametrize(
    "method,path,query",
    [("GET", "/", ""), ("POST", "/x", ""), ("POST", "/", "Action=RunInstances")],
)
def test_ec2_request_that_is_no_form_sent_to_the_root(method, path, query):
    body = b"Action=DescribeSubnets&Version=2016-11-15"
    with pytest.raises(AwsError, match="OperationNotAllowed"):
        operations.query_operation("ec2", method, path, query, body)


@pytest.mark.parametrize(
    "method,has_key,query,expected",
    [
        ("GET", False, "list-type=2&prefix=a%2Fb&delimiter=%2F", "ListObjectsV2"),
        ("GET", False, "location", "GetBucketLocation"),
        ("GET", False, "encryption=", "GetBucketEncryption"),
        ("PUT", False, "encryption", "PutBucketEncryption"),
        ("PUT", False, "versioning", "PutBucketVersioning"),
        ("PUT", False, "", "CreateBucket"),
        ("HEAD", False, "", "HeadBucket"),
        ("POST", False, "delete", "DeleteObjects"),
        ("GET", True, "x-id=GetObject", "GetObject"),
        ("HEAD", True, "", "HeadObject"),
        ("PUT", True, "x-id=PutObject", "PutObject"),
        ("DELETE", True, "x-id=DeleteObject", "DeleteObject"),
        ("POST", True, "uploads", "CreateMultipartUpload"),
        ("PUT", True, "partNumber=1&uploadId=u&x-id=UploadPart", "UploadPart"),
        ("POST", True, "uploadId=u", "CompleteMultipartUpload"),
        ("DELETE", True, "uploadId=u", "AbortMultipartUpload"),
    ],
)
def test_s3_operation(method, has_key, query, expected):
    assert operations.s3_operation(method, has_key, s3path.read_query(query)) == expected
    operations.require("s3", expected)


@pytest.mark.parametrize(
    "method,has_key,query",
    [
        ("GET", False, ""),  # the older ListObjects
        ("GET", False, "list-type=1"),
        ("GET", False, "acl"),
        ("GET", False, "list-type=2&acl"),
        ("GET", False, "policy"),
        ("PUT", False, "policy"),
        ("PUT", False, "acl"),
        ("PUT", False, "versioning&acl"),
        ("DELETE", False, ""),
        ("DELETE", False, "policy"),
        ("POST", False, ""),
        ("GET", True, "acl"),
        ("GET", True, "tagging"),
        ("GET", True, "uploadId=u"),
        ("GET", True, "response-content-type=text/html"),
        ("GET", True, "torrent"),
        ("PUT", True, "acl"),
        ("PUT", True, "tagging"),
        ("PUT", True, "partNumber=1"),
        ("POST", True, "restore"),
        ("POST", True, "select&select-type=2"),
        ("DELETE", True, "tagging"),
        ("PATCH", True, ""),
        ("GET", True, "x-id=GetObject&x-id=GetObject"),
        ("GET", True, "1790000000000"),
    ],
)
def test_s3_request_that_is_no_allowed_operation(method, has_key, query):
    with pytest.raises(AwsError) as caught:
        operations.s3_operation(method, has_key, s3path.read_query(query))
    assert (caught.value.code, caught.value.status) == ("OperationNotAllowed", 403)


@pytest.mark.parametrize(
    "key",
    ["a b", "é", "中文/文.ipynb", "1+1", "50%", "what?", "a//b", "folder/", "(x)!*'~", "a%2Fb"],
)
def test_key_goes_through_unchanged(key):
    raw = s3path.write("bucket", key.encode())
    assert s3path.split(raw) == ("bucket", key.encode())
    assert raw.isascii() and " " not in raw and "?" not in raw and "+" not in raw


def test_key_encoded_in_another_way_is_the_same_key():
    assert s3path.split("/bucket/a+b%20c!") == ("bucket", b"a+b c!")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "//key",
        "/b",
        "/../x",
        "/bu cket/x",
        "/arn:aws:s3/x",
        "/bucket/../other/x",
        "/bucket/%2e%2e/x",
        "/bucket/a/.",
        "/bucket/%ff",
        "/bucket/" + "x" * 1025,
    ],
)
def test_path_that_is_no_bucket_and_key(path):
    with pytest.raises(AwsError) as caught:
        s3path.split(path)
    assert caught.value.status == 400


def test_allowed_buckets():
    s3path.check_permitted("any", [])
    s3path.check_permitted("sagemaker-eu", ["sagemaker-*", "team"])
    with pytest.raises(AwsError, match="other"):
        s3path.check_permitted("other", ["sagemaker-*", "team"])
