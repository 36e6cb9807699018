"""An AWS endpoint that answers at once with fixed answers and throws uploads away.

It is so fast that what is measured against it is the client. It speaks as much of SageMaker's and
S3's protocols as the rows need; signatures are not checked. Run as a process of its own:
``python bench/fixed_aws.py`` prints its port.

A call about a job ``bench-hang`` is never answered, one about ``bench-20ms`` after that time.
``GET /_bench/received`` tells what was uploaded since it was last asked.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys

_DESCRIBED = json.dumps(
    {
        "TrainingJobName": "bench-job",
        "TrainingJobArn": "arn:aws:sagemaker:us-west-2:123456789012:training-job/bench-job",
        "TrainingJobStatus": "Completed",
        "SecondaryStatus": "Completed",
        "AlgorithmSpecification": {
            "TrainingImage": "123456789012.dkr.ecr.us-west-2.amazonaws.com/image:latest",
            "TrainingInputMode": "File",
        },
        "RoleArn": "arn:aws:iam::123456789012:role/ExecutionRole",
        "ResourceConfig": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeSizeInGB": 30,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 172800},
        "CreationTime": 1700000000.123,
        "SecondaryStatusTransitions": [
            {
                "Status": status,
                "StartTime": 1700000000.0 + number,
                "EndTime": 1700000001.0 + number,
                "StatusMessage": f"{status} is what the job was doing",
            }
            for number, status in enumerate(
                ("Starting", "Downloading", "Training", "Uploading", "Completed")
            )
        ],
        "Environment": {f"SM_VARIABLE_{number}": "a value" * 4 for number in range(12)},
    }
).encode()

_ETAG = b'ETag: "9b2cf535f27731c974343645a3985328"\r\n'
_XML = b"Content-Type: application/xml\r\n"
_LENGTH = re.compile(rb"content-length:[ ]*(\d+)", re.IGNORECASE)


def _answer(
    body: bytes, headers: bytes = b"", status: bytes = b"200 OK", length: int | None = None
) -> bytes:
    size = len(body) if length is None else length
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\nx-amzn-RequestId: bench\r\n%b\r\n%b" % (
        status,
        size,
        headers,
        body,
    )


_DESCRIBE = _answer(_DESCRIBED, b"Content-Type: application/x-amz-json-1.1\r\n")
_EMPTY = _answer(b"", _ETAG)
_OBJECT = _answer(b"x" * 2048, _ETAG + b"Content-Type: text/plain\r\n")
_OBJECT_HEAD = _answer(
    b"",
    _ETAG + b"Content-Type: text/plain\r\nLast-Modified: Tue, 14 Nov 2023 22:13:20 GMT\r\n",
    length=2048,
)
_BEGUN = _answer(
    b"<InitiateMultipartUploadResult><Bucket>bench</Bucket><Key>key</Key>"
    b"<UploadId>bench-upload</UploadId></InitiateMultipartUploadResult>",
    _XML,
)
_COMPLETED = _answer(
    b"<CompleteMultipartUploadResult><Bucket>bench</Bucket><Key>key</Key>"
    b"<ETag>&quot;9b2cf535f27731c974343645a3985328&quot;</ETag></CompleteMultipartUploadResult>",
    _XML,
)
_LISTED = _answer(
    b"<ListBucketResult><Name>bench</Name><KeyCount>0</KeyCount>"
    b"<IsTruncated>false</IsTruncated></ListBucketResult>",
    _XML,
)
_DELETED = _answer(b"<DeleteResult></DeleteResult>", _XML)
_NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class _Received:
    """Uploads since the last question."""

    objects = 0
    bytes = 0


class _Connection(asyncio.BufferedProtocol):
    """One kept-alive connection; upload bodies are counted and dropped as they come."""

    def __init__(self) -> None:
        self._memory = bytearray(1 << 20)
        self._view = memoryview(self._memory)
        self._head = b""
        self._body = b""
        self._missing = 0
        self._upload = False
        self._line = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._view

    def buffer_updated(self, count: int) -> None:
        if self._missing and self._upload:
            if count <= self._missing:
                self._take(count, b"")
                return
            data = bytes(self._view[:count])
            taken = self._missing
            self._take(taken, b"")
            self._parse(data[taken:])
        else:
            self._parse(bytes(self._view[:count]))

    def _take(self, size: int, data: bytes) -> None:
        self._missing -= size
        if self._upload:
            _Received.bytes += size
        else:
            self._body += data
        if not self._missing:
            self._respond()

    def _parse(self, data: bytes) -> None:
        while data:
            if self._missing:
                part, data = data[: self._missing], data[self._missing :]
                self._take(len(part), part)
                continue
            self._head += data
            head, end, data = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            self._head = b""
            self._begin(head)

    def _begin(self, head: bytes) -> None:
        self._line = head.partition(b"\r\n")[0]
        found = _LENGTH.search(head)
        self._missing = int(found.group(1)) if found else 0
        self._upload = self._line.startswith(b"PUT ")
        self._body = b""
        if b"100-continue" in head:
            self._transport.write(_CONTINUE)
        if not self._missing:
            self._respond()

    def _respond(self) -> None:
        method, target = self._line.split(b" ")[:2]
        if b"bench-hang" in self._body:
            return
        if b"bench-20ms" in self._body:
            asyncio.get_running_loop().call_later(0.02, self._transport.write, _DESCRIBE)
            return
        self._transport.write(self._choose(method, target))

    def _choose(self, method: bytes, target: bytes) -> bytes:
        path, _, query = target.partition(b"?")
        if path == b"/_bench/received":
            counted = {"objects": _Received.objects, "bytes": _Received.bytes}
            _Received.objects = _Received.bytes = 0
            return _answer(json.dumps(counted).encode())
        if path == b"/" and method == b"POST":
            return _DESCRIBE
        if method == b"PUT":
            _Received.objects += b"partNumber=" not in query
            return _EMPTY
        if method == b"POST" and query.startswith(b"uploads"):
            return _BEGUN
        if method == b"POST" and b"uploadId=" in query:
            _Received.objects += 1
            return _COMPLETED
        if method == b"POST":
            return _DELETED
        if method == b"DELETE":
            return _NO_CONTENT
        is_bucket = path.strip(b"/").count(b"/") == 0
        if method == b"HEAD":
            return _EMPTY if is_bucket else _OBJECT_HEAD
        return _LISTED if is_bucket else _OBJECT


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    # The parent holds the other end of stdin: it ends when the parent does.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve())
