"""Images, their versions and the app image configurations of the account."""

from __future__ import annotations

from ..errors import ResourceNotFound, ValidationError
from ..store import Document
from .filters import in_time_window, pick
from .paging import list_answer
from .plane import Answer, Call, Plane, Request, operation

IMAGE = "image"
VERSION = "image-version"
CONFIG = "app-image-config"
_VERSION_SUMMARY = (
    "CreationTime",
    "FailureReason",
    "ImageArn",
    "ImageVersionArn",
    "ImageVersionStatus",
    "LastModifiedTime",
    "Version",
)


#: Owns the SageMaker Distribution images of us-west-2; other accounts can use, not list them.
DISTRIBUTION_ACCOUNT = "542918446943"


def distribution_arn(plane: Plane, processor: str) -> str:
    """The ARN of AWS's SageMaker Distribution image for ``cpu`` or ``gpu`` instances."""
    name = f"sagemaker-distribution-{processor}"
    return f"arn:{plane.partition}:sagemaker:{plane.region}:{DISTRIBUTION_ACCOUNT}:image/{name}"


def is_own(plane: Plane, image: Document) -> bool:
    """Whether an image is the account's own, not AWS's."""
    return str(image["ImageArn"]).startswith(plane.arn("image/"))


def by_arn(plane: Plane, arn: str) -> Document:
    """The image with an ARN, the account's own or AWS's; ``ResourceNotFound`` without one."""
    for image in plane.store.all(IMAGE):
        if image["ImageArn"] == arn:
            return image
    raise ResourceNotFound(f"Image [{arn}] does not exist.")


def find(plane: Plane, name: str) -> Document:
    """The account's own image; ``ResourceNotFound`` when there is none."""
    image = plane.store.get(IMAGE, name)
    if image is None or not is_own(plane, image):
        raise ResourceNotFound(f"Image [{plane.arn(f'image/{name.lower()}')}] does not exist.")
    return image


def versions(plane: Plane, name: str) -> list[Document]:
    """The versions of an image, oldest first. ``Aliases`` in them are ours, not the API's."""
    arn = find(plane, name)["ImageArn"]
    mine = [v for v in plane.store.all(VERSION) if v["ImageArn"] == arn]
    return sorted(mine, key=lambda version: version["Version"])


def knows_base_image(plane: Plane, uri: str) -> bool:
    """Whether a container image URI is one the account's registry is known to hold."""
    return any(uri == version["BaseImage"] for version in plane.store.all(VERSION))


def _sort(request: Request, columns: dict[str, str], default: str) -> tuple[str, bool]:
    descending = request.get("SortOrder", "DESCENDING") == "DESCENDING"
    return columns[request.get("SortBy", default)], descending


@operation("DescribeImage")
def describe_image(plane: Plane, request: Request, call: Call) -> Answer:
    """DescribeImage."""
    return find(plane, request["ImageName"])


@operation("ListImages")
def list_images(plane: Plane, request: Request, call: Call) -> Answer:
    """ListImages."""
    columns = {
        "CREATION_TIME": "CreationTime",
        "LAST_MODIFIED_TIME": "LastModifiedTime",
        "IMAGE_NAME": "ImageName",
    }
    sort_by, descending = _sort(request, columns, "CREATION_TIME")
    rows = [
        {name: value for name, value in image.items() if name != "RoleArn"}
        for image in plane.store.all(IMAGE)
        if is_own(plane, image)
        and request.get("NameContains", "") in image["ImageName"]
        and in_time_window(request, image)
    ]
    return list_answer(
        "ListImages",
        request,
        "Images",
        rows,
        sort_by=sort_by,
        identity="ImageName",
        descending=descending,
    )


@operation("DescribeImageVersion")
def describe_image_version(plane: Plane, request: Request, call: Call) -> Answer:
    """DescribeImageVersion: by number or alias, the newest one by default."""
    name = request["ImageName"]
    if "Version" in request and "Alias" in request:
        raise ValidationError("Specify either Version or Alias, not both.")
    found = versions(plane, name)
    if "Version" in request:
        found = [version for version in found if version["Version"] == request["Version"]]
    if "Alias" in request:
        found = [v for v in found if request["Alias"] in v.get("Aliases", [])]
    if not found:
        which = request.get("Version") or request.get("Alias") or "any"
        raise ResourceNotFound(f"Image version [{name}/{which}] does not exist.")
    return {key: value for key, value in found[-1].items() if key != "Aliases"}


@operation("ListImageVersions")
def list_image_versions(plane: Plane, request: Request, call: Call) -> Answer:
    """ListImageVersions."""
    columns = {
        "CREATION_TIME": "CreationTime",
        "LAST_MODIFIED_TIME": "LastModifiedTime",
        "VERSION": "Version",
    }
    sort_by, descending = _sort(request, columns, "CREATION_TIME")
    rows = [
        pick(version, *_VERSION_SUMMARY)
        for version in versions(plane, request["ImageName"])
        if in_time_window(request, version)
    ]
    return list_answer(
        "ListImageVersions",
        request,
        "ImageVersions",
        rows,
        sort_by=sort_by,
        identity="ImageVersionArn",
        descending=descending,
    )


def find_config(plane: Plane, name: str) -> Document:
    """The app image configuration; ``ResourceNotFound`` when there is none."""
    config = plane.store.get(CONFIG, name)
    if config is None:
        raise ResourceNotFound(f"AppImageConfig [{name}] does not exist.")
    return config


@operation("DescribeAppImageConfig")
def describe_app_image_config(plane: Plane, request: Request, call: Call) -> Answer:
    """DescribeAppImageConfig."""
    return find_config(plane, request["AppImageConfigName"])


@operation("ListAppImageConfigs")
def list_app_image_configs(plane: Plane, request: Request, call: Call) -> Answer:
    """ListAppImageConfigs."""
    columns = {
        "CreationTime": "CreationTime",
        "LastModifiedTime": "LastModifiedTime",
        "Name": "AppImageConfigName",
    }
    rows = [
        config
        for config in plane.store.all(CONFIG)
        if request.get("NameContains", "") in config["AppImageConfigName"]
        and in_time_window(request, config)
    ]
    return list_answer(
        "ListAppImageConfigs",
        request,
        "AppImageConfigs",
        rows,
        sort_by=columns[request.get("SortBy", "CreationTime")],
        identity="AppImageConfigName",
        descending=request.get("SortOrder", "Descending") == "Descending",
    )
