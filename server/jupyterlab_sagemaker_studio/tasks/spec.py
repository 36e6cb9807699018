"""Is a request for a task well-formed? Every refusal names the field in words."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from .. import operations, s3path
from .model import TaskError
from .paths import Root

#: What only works on the server's disk needs no AWS region.
ON_DISK = ("clone", "pull")
KINDS = ("stage", "download", "change", *ON_DISK)

#: Refuses a call (service, operation, input) that is not on the allow-list or breaks its rules.
Permit = Callable[[str, str, dict[str, Any]], object]

# The token becomes a tag's value, so it keeps to what tags may hold.
_TOKEN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.:/=+@-]{7,127}$")
_ACCOUNT = re.compile(r"^\d{12}$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MAX_TITLE = 300
_MAX_PATH = 4096
_MAX_LISTED = 20_000


class Fields:
    """A JSON object whose members are taken out one by one; unknown ones are refused."""

    def __init__(self, value: Any, name: str) -> None:
        if not isinstance(value, dict):
            raise invalid(name or "The request's body", "must be a JSON object")
        self._value = value
        self._name = name
        self._known: set[str] = set()

    def path(self, member: str) -> str:
        """How errors call a member."""
        return f"{self._name}.{member}" if self._name else member

    def get(self, member: str) -> Any:
        """The raw value; None when absent or null."""
        self._known.add(member)
        return self._value.get(member)

    def text(self, member: str, *, longest: int, empty: bool = False) -> str:
        """A required text."""
        value = self.get(member)
        if value is None:
            raise invalid(self.path(member), "is missing")
        if not isinstance(value, str):
            raise invalid(self.path(member), "must be a text")
        if not value and not empty:
            raise invalid(self.path(member), "must not be empty")
        if len(value) > longest:
            raise invalid(self.path(member), f"must not be longer than {longest} characters")
        return value

    def flag(self, member: str, default: bool = False) -> bool:
        """An optional true or false."""
        value = self.get(member)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise invalid(self.path(member), "must be true or false")
        return value

    def items(self, member: str) -> list[Any]:
        """An optional list."""
        value = self.get(member)
        if value is None:
            return []
        if not isinstance(value, list):
            raise invalid(self.path(member), "must be a list")
        if len(value) > _MAX_LISTED:
            raise invalid(self.path(member), f"must not have more than {_MAX_LISTED:,} items")
        return value

    def end(self) -> None:
        """Refuse members nobody asked for; a misspelt one must not be ignored."""
        unknown = sorted(set(self._value) - self._known)
        if unknown:
            raise invalid(self.path(unknown[0]), "is not a known field")


def read_request(body: Any) -> tuple[str, str, str, Any]:
    """``kind, clientToken, title, spec`` of a POST."""
    fields = Fields(body, "")
    kind = fields.text("kind", longest=40)
    if kind not in KINDS:
        raise invalid("kind", f"must be one of {', '.join(KINDS)}")
    token = fields.text("clientToken", longest=128)
    if not _TOKEN.match(token):
        raise invalid("clientToken", "must have 8 to 128 characters: letters, digits and _.:/=+@-")
    title = fields.text("title", longest=_MAX_TITLE)
    spec = fields.get("spec")
    fields.end()
    return kind, token, title, spec


def read_spec(kind: str, value: Any, allowed_buckets: list[str], permit: Permit) -> dict[str, Any]:
    """The checked spec of a task, with nothing in it that the task does not use."""
    fields = Fields(value, "spec")
    if kind == "stage":
        return _read_stage(fields, allowed_buckets, permit)
    if kind == "download":
        return _read_download(fields, allowed_buckets)
    if kind in ON_DISK:
        from ..repositories import spec as repositories

        read = repositories.read_clone if kind == "clone" else repositories.read_pull
        return read(fields)
    from .change_spec import read_change

    return read_change(fields, permit)


def check_folder(kind: str, spec: dict[str, Any], root: Root) -> None:
    """Whether a new clone can be made, or a pull: ``TargetExists`` (409), ``FolderMissing``."""
    from ..repositories import spec as repositories

    check = repositories.check_target if kind == "clone" else repositories.check_clone
    check(root, spec["directory"])


def subject(kind: str, spec: dict[str, Any]) -> str:
    """What only one task at a time may change; "" for a task that is in nobody's way."""
    if kind in ON_DISK:
        return f"folder {spec['directory']}"
    return f"space {spec['spaceName']}" if kind == "change" else ""


def _read_stage(fields: Fields, allowed_buckets: list[str], permit: Permit) -> dict[str, Any]:
    bucket = _bucket(fields, allowed_buckets)
    prefix = fields.text("prefix", longest=1000)
    if not prefix.endswith("/") or prefix.startswith("/") or "//" in prefix:
        raise invalid("spec.prefix", "must end with “/”, not begin with it, and not have “//”")
    _plain(prefix, "spec.prefix")
    files = [
        _read_file(Fields(item, f"spec.files[{number}]"))
        for number, item in enumerate(fields.items("files"))
    ]
    spec: dict[str, Any] = {
        "bucket": bucket,
        "prefix": prefix,
        "createBucket": fields.flag("createBucket"),
        "files": files,
    }
    folder = fields.get("folder")
    if folder is not None:
        spec["folder"] = _read_folder(Fields(folder, "spec.folder"))
    if not files and folder is None:
        raise invalid("spec.files", "must name at least one file, or spec.folder a folder")
    owner = fields.get("bucketOwner")
    if owner is not None:
        if not isinstance(owner, str) or not _ACCOUNT.match(owner):
            raise invalid("spec.bucketOwner", "must be an AWS account id of 12 digits")
        spec["bucketOwner"] = owner
    then = fields.get("then")
    if then is not None:
        spec["then"] = _read_then(Fields(then, "spec.then"), permit)
    fields.end()
    return spec


def _read_file(fields: Fields) -> dict[str, Any]:
    item = {"path": fields.text("path", longest=_MAX_PATH)}
    if fields.get("name") is not None:
        name = fields.text("name", longest=1024)
        _plain(name, fields.path("name"))
        if any(part in ("", ".", "..") for part in name.split("/")):
            raise invalid(fields.path("name"), "must be a plain relative name")
        item["name"] = name
    fields.end()
    return item


def _read_folder(fields: Fields) -> dict[str, Any]:
    folder: dict[str, Any] = {"path": fields.text("path", longest=_MAX_PATH, empty=True)}
    exclude = fields.items("exclude")
    if not all(isinstance(path, str) and len(path) <= _MAX_PATH for path in exclude):
        raise invalid(fields.path("exclude"), "must be a list of paths")
    folder["exclude"] = exclude
    fields.end()
    return folder


def _read_then(fields: Fields, permit: Permit) -> dict[str, Any]:
    service = fields.text("service", longest=60)
    operation = fields.text("operation", longest=120)
    operations.require(service, operation)
    if operations.service_of(service).protocol != "json":
        raise invalid(fields.path("service"), "must be a service with a JSON protocol")
    request = fields.get("input")
    if not isinstance(request, dict):
        raise invalid(fields.path("input"), "must be a JSON object")
    permit(service, operation, request)
    fields.end()
    return {"service": service, "operation": operation, "input": request}


def _read_download(fields: Fields, allowed_buckets: list[str]) -> dict[str, Any]:
    spec = {
        "bucket": _bucket(fields, allowed_buckets),
        "key": fields.text("key", longest=1024),
        "directory": fields.text("directory", longest=_MAX_PATH, empty=True),
        "unpack": fields.flag("unpack"),
        "overwrite": fields.flag("overwrite"),
    }
    fields.end()
    return spec


def _bucket(fields: Fields, allowed_buckets: list[str]) -> str:
    bucket = fields.text("bucket", longest=255)
    s3path.check_bucket(bucket)
    s3path.check_permitted(bucket, allowed_buckets)
    return bucket


def _plain(text: str, name: str) -> None:
    if _CONTROL.search(text):
        raise invalid(name, "must not have control characters")


def fingerprint(kind: str, spec: dict[str, Any]) -> str:
    """Tells two different requests apart. Not made from values that may be secret."""
    public = {name: value for name, value in spec.items() if name != "then"}
    then = spec.get("then")
    if then:
        names = {k: v for k, v in then["input"].items() if isinstance(v, str)}
        public["then"] = [then["service"], then["operation"], names]
    text = json.dumps([kind, public], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def invalid(field: str, why: str) -> TaskError:
    """The refusal of one field."""
    return TaskError("ValidationException", f"{field} {why}.", status=400)
