"""Our SageMaker control plane: one module per subject, each registering its operations."""

from __future__ import annotations

from . import (
    apps,
    code_repositories,
    domains,
    images,
    lifecycle_configs,
    open_links,
    pipeline_executions,
    pipelines,
    search,
    space_changes,
    spaces,
    tags,
    training_jobs,
    user_profiles,
)
from .plane import Call, Plane, operation, operations

__all__ = [
    "Call",
    "Plane",
    "apps",
    "code_repositories",
    "domains",
    "images",
    "lifecycle_configs",
    "open_links",
    "operation",
    "operations",
    "pipeline_executions",
    "pipelines",
    "search",
    "space_changes",
    "spaces",
    "tags",
    "training_jobs",
    "user_profiles",
]
