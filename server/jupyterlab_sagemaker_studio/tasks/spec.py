"""Is a request for a task well-formed? Every refusal names the field in words."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from .. import s3path
from .model import TaskError
from .paths import Root

#: What only works on the server's disk needs no AWS region.
ON_DISK = ("clone", "pull")
KINDS = ("stage", "sweep", "results", "download", "change", *ON_DISK)

#: Refuses a call (service, operation, input) that is not on the allow-list or breaks its rules.
Permit = Callable[[str, str, dict[str, Any]], object]

# The token becomes a tag's value, so it keeps to what tags may hold.
_TOKEN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.:/=+@-]{7,127}$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MAX_TITLE = 300
MAX_PATH = 4096
_MAX_LISTED = 20_000
_MAX_OUTPUTS = 100


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
    if kind in ("stage", "sweep"):
        from . import stage_spec

        read_staged = stage_spec.read_stage if kind == "stage" else stage_spec.read_sweep
        return read_staged(fields, allowed_buckets, permit)
    if kind == "download":
        return _read_download(fields, allowed_buckets)
    if kind == "results":
        return _read_results(fields, allowed_buckets)
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


def _read_download(fields: Fields, allowed_buckets: list[str]) -> dict[str, Any]:
    spec = {
        "bucket": read_bucket(fields, allowed_buckets),
        "key": fields.text("key", longest=1024),
        "directory": fields.text("directory", longest=MAX_PATH, empty=True),
        "unpack": fields.flag("unpack"),
        "overwrite": fields.flag("overwrite"),
        "readOnly": fields.flag("readOnly"),
    }
    fields.end()
    return spec


def _read_results(fields: Fields, allowed_buckets: list[str]) -> dict[str, Any]:
    outputs = []
    for number, item in enumerate(fields.items("outputs")):
        output = Fields(item, f"spec.outputs[{number}]")
        outputs.append(
            {
                "name": output.text("name", longest=256),
                "bucket": read_bucket(output, allowed_buckets),
                "key": output.text("key", longest=1024),
                "notebook": output.text("notebook", longest=1024),
            }
        )
        output.end()
    if not 1 <= len(outputs) <= _MAX_OUTPUTS:
        raise invalid("spec.outputs", f"must name 1 to {_MAX_OUTPUTS} outputs")
    if len({output["name"] for output in outputs}) < len(outputs):
        raise invalid("spec.outputs", "must not have the same name twice")
    fields.end()
    return {"outputs": outputs}


def read_bucket(fields: Fields, allowed_buckets: list[str]) -> str:
    """A bucket this server may use."""
    bucket = fields.text("bucket", longest=255)
    s3path.check_bucket(bucket)
    s3path.check_permitted(bucket, allowed_buckets)
    return bucket


def check_plain(text: str, name: str) -> None:
    """Refuse control characters."""
    if _CONTROL.search(text):
        raise invalid(name, "must not have control characters")


def fingerprint(kind: str, spec: dict[str, Any]) -> str:
    """Tells two different requests apart. Not made from values that may be secret."""
    public = {name: value for name, value in spec.items() if name not in ("then", "jobs")}
    if "files" in spec:
        public["files"] = [{k: v for k, v in f.items() if k != "content"} for f in spec["files"]]
    then = spec.get("then")
    if isinstance(then, list):
        public["then"] = [_public_call(call) for call in then]
    elif then:
        public["then"] = _public_call(then)
    if "jobs" in spec:
        public["jobs"] = [_names(job) for job in spec["jobs"]]
    text = json.dumps([kind, public], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _public_call(call: dict[str, Any]) -> list[Any]:
    return [call["service"], call["operation"], _names(call["input"])]


def _names(request: dict[str, Any]) -> dict[str, str]:
    """The texts of a request's top level: names and roles. A pipeline's definition has the
    environment of its jobs in it."""
    kept = {k: v for k, v in request.items() if isinstance(v, str)}
    kept.pop("PipelineDefinition", None)
    return kept


def invalid(field: str, why: str) -> TaskError:
    """The refusal of one field."""
    return TaskError("ValidationException", f"{field} {why}.", status=400)
