"""Tags of every resource of the control plane, kept by ARN.

ARNs are compared without regard to case: SageMaker writes a job's name in its ARN in lower case,
and callers that build the ARN from the name do not.
"""

from __future__ import annotations

from ..errors import ValidationError
from .paging import page
from .plane import Answer, Call, Plane, Request, operation

KIND = "tags"
_MAX_TAGS = 50
_MAX_PAGE = 100
_RESERVED = ("aws:",)
#: Written by Studio itself; AWS lets nobody else set or remove them.
STUDIO_KEYS = ("sagemaker:domain-arn", "sagemaker:user-profile-arn", "sagemaker:space-arn")

#: The types in ARNs of what can have tags; the store calls them the same.
_KINDS = (
    "domain",
    "user-profile",
    "space",
    "app",
    "image",
    "image-version",
    "app-image-config",
    "code-repository",
    "studio-lifecycle-config",
    "training-job",
    "pipeline",
)


def tags_of(plane: Plane, arn: str) -> dict[str, str]:
    """The tags of a resource by key, in the order they were added."""
    document = plane.store.get(KIND, arn.lower())
    return document["tags"] if document else {}


def as_list(tags: dict[str, str]) -> list[dict[str, str]]:
    """Tags in the API's form."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def checked(tags: list[dict[str, str]]) -> dict[str, str]:
    """A request's tags by key. Double, reserved or too many keys are a ``ValidationException``."""
    result: dict[str, str] = {}
    for tag in tags:
        key = tag["Key"]
        if key.lower().startswith(_RESERVED):
            raise ValidationError(
                f"Tag keys starting with 'aws:' are reserved for AWS use; the tag {key!r} is not"
                " allowed."
            )
        if key in STUDIO_KEYS:
            raise ValidationError(f"The tag {key!r} is managed by SageMaker and cannot be set.")
        if key in result:
            raise ValidationError(f"Duplicate tag keys found: {key!r}. Tag keys must be unique.")
        result[key] = tag["Value"]
    _check_count(result)
    return result


def _check_count(tags: dict[str, str]) -> None:
    own = [key for key in tags if key not in STUDIO_KEYS]
    if len(own) > _MAX_TAGS:
        raise ValidationError(
            f"A resource can have at most {_MAX_TAGS} tags; this request would make it {len(own)}."
        )


def set_tags(plane: Plane, arn: str, tags: dict[str, str]) -> None:
    """Replace all tags of a resource."""
    plane.store.put(KIND, arn.lower(), {"tags": tags})


def _existing(plane: Plane, arn: str) -> None:
    """``ValidationException`` unless the ARN is of a resource that exists."""
    prefix = plane.arn("")
    if arn.startswith(prefix):
        kind, _, key = arn[len(prefix) :].partition("/")
        if kind in _KINDS:
            if plane.store.get(kind, key) is not None:
                return
            if any(found.lower() == key.lower() for found, _ in plane.store.items(kind)):
                return
    raise ValidationError(f"Requested resource not found: {arn}")


@operation("AddTags")
def add_tags(plane: Plane, request: Request, call: Call) -> Answer:
    """AddTags: adds or overwrites."""
    arn = request["ResourceArn"]
    new = checked(request["Tags"])
    with plane.store.lock:
        _existing(plane, arn)
        merged = {**tags_of(plane, arn), **new}
        _check_count(merged)
        set_tags(plane, arn, merged)
    return {"Tags": as_list(new)}


@operation("DeleteTags")
def delete_tags(plane: Plane, request: Request, call: Call) -> Answer:
    """DeleteTags: keys that are not set are ignored."""
    arn = request["ResourceArn"]
    for key in request["TagKeys"]:
        if key in STUDIO_KEYS:
            raise ValidationError(f"The tag {key!r} is managed by SageMaker; it cannot be removed.")
    with plane.store.lock:
        _existing(plane, arn)
        kept = {k: v for k, v in tags_of(plane, arn).items() if k not in request["TagKeys"]}
        set_tags(plane, arn, kept)
    return {}


@operation("ListTags")
def list_tags(plane: Plane, request: Request, call: Call) -> Answer:
    """ListTags, ordered by key."""
    if request.get("MaxResults", 0) > _MAX_PAGE:
        raise ValidationError(f"MaxResults is at most {_MAX_PAGE}.")
    arn = request["ResourceArn"]
    _existing(plane, arn)
    rows = sorted(as_list(tags_of(plane, arn)), key=lambda tag: tag["Key"])
    chosen, token = page(
        "ListTags", request, rows, lambda tag: [tag["Key"]], default_size=_MAX_TAGS
    )
    answer: Answer = {"Tags": chosen}
    if token:
        answer["NextToken"] = token
    return answer
