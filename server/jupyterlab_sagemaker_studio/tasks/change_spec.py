"""Is the spec of a change well-formed? The browser's side of it is ``ISpaceChangeSpec``."""

from __future__ import annotations

import json
from typing import Any

from .. import operations
from .spec import Fields, Permit, invalid

_MAX_PLAN_BYTES = 64 * 1024
_MAX_STEPS = 50
_MAX_TITLE = 300
_MAX_NAME = 63
_MAX_SECONDS = 3600


def read_change(fields: Fields, permit: Permit) -> dict[str, Any]:
    """The checked spec; every call in it is on the allow-list and keeps its operation's rules."""
    spec: dict[str, Any] = {
        "spaceName": fields.text("spaceName", longest=_MAX_NAME),
        "plan": _object(fields, "plan"),
        "waitForCells": fields.flag("waitForCells"),
        "steps": _steps(fields, "steps", permit),
        "recover": _steps(fields, "recover", permit),
        "cleanup": [
            _call(Fields(item, f"{fields.path('cleanup')}[{number}]"), permit)
            for number, item in enumerate(_few(fields, "cleanup"))
        ],
    }
    if len(json.dumps(spec["plan"]).encode()) > _MAX_PLAN_BYTES:
        raise invalid(fields.path("plan"), f"must not be larger than {_MAX_PLAN_BYTES:,} bytes")
    if not spec["steps"]:
        raise invalid(fields.path("steps"), "must name at least one step")
    if fields.get("witness") is not None:
        spec["witness"] = _read_call(fields, "witness", permit)
    fields.end()
    return spec


def _steps(fields: Fields, member: str, permit: Permit) -> list[dict[str, Any]]:
    return [
        _step(Fields(item, f"{fields.path(member)}[{number}]"), permit)
        for number, item in enumerate(_few(fields, member))
    ]


def _step(fields: Fields, permit: Permit) -> dict[str, Any]:
    step: dict[str, Any] = {
        "title": fields.text("title", longest=_MAX_TITLE),
        "call": _call(Fields(fields.get("call"), fields.path("call")), permit),
        "retryCodes": _texts(fields, "retryCodes"),
        "isHandOver": fields.flag("isHandOver"),
    }
    if fields.get("undo") is not None:
        step["undo"] = _call(Fields(fields.get("undo"), fields.path("undo")), permit)
    if fields.get("until") is not None:
        step["until"] = _until(Fields(fields.get("until"), fields.path("until")), permit)
    fields.end()
    return step


def _until(fields: Fields, permit: Permit) -> dict[str, Any]:
    seconds = fields.get("timeoutSeconds")
    is_number = isinstance(seconds, (int, float)) and not isinstance(seconds, bool)
    if not is_number or not 0 < seconds <= _MAX_SECONDS:
        raise invalid(fields.path("timeoutSeconds"), f"must be a number up to {_MAX_SECONDS}")
    missing = fields.get("missing")
    if missing not in ("success", "failure"):
        raise invalid(fields.path("missing"), "must be “success” or “failure”")
    until = {
        "call": _read_call(fields, "call", permit),
        "success": _texts(fields, "success"),
        "failure": _texts(fields, "failure"),
        "missing": missing,
        "timeoutSeconds": seconds,
    }
    fields.end()
    return until


def _read_call(fields: Fields, member: str, permit: Permit) -> dict[str, Any]:
    """A call that only looks."""
    call = _call(Fields(fields.get(member), fields.path(member)), permit)
    if operations.require(call["service"], call["operation"]).access != "read":
        raise invalid(fields.path(f"{member}.operation"), "must be one that only reads")
    return call


def _call(fields: Fields, permit: Permit) -> dict[str, Any]:
    service = fields.text("service", longest=60)
    operation = fields.text("operation", longest=120)
    operations.require(service, operation)
    if operations.service_of(service).protocol not in ("json", "rest-json"):
        raise invalid(fields.path("service"), "must be a service with a JSON protocol")
    params = _object(fields, "input")
    permit(service, operation, params)
    fields.end()
    return {"service": service, "operation": operation, "input": params}


def _object(fields: Fields, member: str) -> dict[str, Any]:
    value = fields.get(member)
    if not isinstance(value, dict):
        raise invalid(fields.path(member), "must be a JSON object")
    return value


def _few(fields: Fields, member: str) -> list[Any]:
    items = fields.items(member)
    if len(items) > _MAX_STEPS:
        raise invalid(fields.path(member), f"must not have more than {_MAX_STEPS} items")
    return items


def _texts(fields: Fields, member: str) -> list[str]:
    items = _few(fields, member)
    if not all(isinstance(item, str) for item in items):
        raise invalid(fields.path(member), "must be a list of texts")
    return items
