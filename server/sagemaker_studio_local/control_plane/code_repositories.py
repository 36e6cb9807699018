"""Git repositories registered with the account, each with a branch and a secret if it has them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from ..errors import ValidationError
from ..store import Document
from . import tags
from .filters import in_time_window
from .paging import is_descending, list_answer
from .plane import Answer, Call, Plane, Request, operation

KIND = "code-repository"
_COLUMNS = {
    "Name": "CodeRepositoryName",
    "CreationTime": "CreationTime",
    "LastModifiedTime": "LastModifiedTime",
}


def find(plane: Plane, name: str) -> Document:
    """The repository; ``ValidationException`` when there is none.

    These operations have no error of their own for it in the service model.
    """
    repository = plane.store.get(KIND, name)
    if repository is None:
        raise ValidationError(f"Could not find code repository {plane.arn(f'{KIND}/{name}')}.")
    return repository


def _check_secret(plane: Plane, config: dict[str, Any]) -> None:
    arn = config.get("SecretArn")
    if arn and not plane.moto.secrets_disk.exists(arn):
        raise ValidationError(
            f"Could not access the secret {arn}. Please ensure that the secret exists and that it"
            " is in the same account and region."
        )


@operation("CreateCodeRepository")
def create_code_repository(plane: Plane, request: Request, call: Call) -> Answer:
    """CreateCodeRepository: the secret must exist; what is in it is not looked at.

    The Developer Guide asks for a URL without a user name, which belongs into the secret.
    """
    name = request["CodeRepositoryName"]
    if "@" in urlsplit(request["GitConfig"]["RepositoryUrl"]).netloc:
        raise ValidationError("The RepositoryUrl must not contain a user name or a password.")
    own_tags = tags.checked(request.get("Tags", []))
    arn = plane.arn(f"{KIND}/{name}")
    _check_secret(plane, request["GitConfig"])
    now = plane.clock.now()
    with plane.store.lock:
        if any(name.lower() == known.lower() for known, _ in plane.store.items(KIND)):
            raise ValidationError(f"The code repository {arn} already exists.")
        document = {
            "CodeRepositoryName": name,
            "CodeRepositoryArn": arn,
            "GitConfig": request["GitConfig"],
            "CreationTime": now,
            "LastModifiedTime": now,
        }
        plane.store.put(KIND, name, document)
        tags.set_tags(plane, arn, {**own_tags, **call.studio_tags()})
    return {"CodeRepositoryArn": arn}


@operation("DescribeCodeRepository")
def describe_code_repository(plane: Plane, request: Request, call: Call) -> Answer:
    """DescribeCodeRepository."""
    return find(plane, request["CodeRepositoryName"])


@operation("ListCodeRepositories")
def list_code_repositories(plane: Plane, request: Request, call: Call) -> Answer:
    """ListCodeRepositories: by name, ascending, unless asked otherwise."""
    rows = [
        repository
        for repository in plane.store.all(KIND)
        if request.get("NameContains", "") in repository["CodeRepositoryName"]
        and in_time_window(request, repository)
    ]
    return list_answer(
        "ListCodeRepositories",
        request,
        "CodeRepositorySummaryList",
        rows,
        sort_by=_COLUMNS[request.get("SortBy", "Name")],
        identity="CodeRepositoryName",
        descending=is_descending(request),
    )


@operation("UpdateCodeRepository")
def update_code_repository(plane: Plane, request: Request, call: Call) -> Answer:
    """UpdateCodeRepository: nothing but the secret can be changed."""
    name, changes = request["CodeRepositoryName"], request.get("GitConfig", {})
    find(plane, name)
    _check_secret(plane, changes)
    with plane.store.lock:
        repository = find(plane, name)
        document = {
            **repository,
            "GitConfig": {**repository["GitConfig"], **changes},
            "LastModifiedTime": plane.clock.now(),
        }
        plane.store.put(KIND, name, document)
    return {"CodeRepositoryArn": repository["CodeRepositoryArn"]}


@operation("DeleteCodeRepository")
def delete_code_repository(plane: Plane, request: Request, call: Call) -> Answer:
    """DeleteCodeRepository: the repository itself and its secret stay."""
    with plane.store.lock:
        repository = find(plane, request["CodeRepositoryName"])
        plane.store.delete(KIND, repository["CodeRepositoryName"])
        plane.store.delete(tags.KIND, repository["CodeRepositoryArn"].lower())
    return {}
