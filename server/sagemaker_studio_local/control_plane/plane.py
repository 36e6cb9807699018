"""What the operations of the control plane share, and the table of operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..clock import Clock
from ..faults import Faults
from ..store import Store

if TYPE_CHECKING:
    from ..moto_side import MotoSide
    from .app_lifecycle import AppLifecycle
    from .job_lifecycle import Lifecycle
    from .launcher import Launcher
    from .open_links import OpenLinks
    from .pipeline_run import Executions

ACCOUNT = "123456789012"
REGION = "us-west-2"
PARTITION = "aws"

Request = dict[str, Any]
Answer = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """Who is calling: the ARNs of the app whose credentials signed the request."""

    domain_arn: str = ""
    space_arn: str = ""
    user_profile_arn: str = ""

    def studio_tags(self) -> dict[str, str]:
        """The tags Studio puts on what is created from an app, which users cannot change."""
        tags = {
            "sagemaker:domain-arn": self.domain_arn,
            "sagemaker:user-profile-arn": self.user_profile_arn,
            "sagemaker:space-arn": self.space_arn,
        }
        return {key: value for key, value in tags.items() if value}


@dataclass
class Plane:
    """The state and the helpers every operation gets."""

    store: Store
    clock: Clock
    faults: Faults
    moto: MotoSide
    make_runner: Callable[[], Any]
    #: What runs apps; without one they have states and no process.
    launcher: Launcher | None = None
    #: Instances of each type that may train at the same time; types not listed have none.
    quotas: dict[str, int] = field(default_factory=dict)
    #: JupyterLab apps of each instance type that may run at the same time.
    app_quotas: dict[str, int] = field(default_factory=dict)
    #: A client of (service, role ARN, session name, principal) for what a service does as a role.
    act_as: Callable[[str, str, str, str], Any] | None = None
    #: The space whose app the local Studio starts at its own start.
    home_space: str = ""
    #: Base of every address the local Studio answers at.
    endpoint_url: str = ""
    region: str = REGION
    account: str = ACCOUNT
    partition: str = PARTITION
    search_cache: dict[str, Any] = field(default_factory=dict)
    _runner: Any = None
    _jobs: Lifecycle | None = None
    _apps: AppLifecycle | None = None
    _links: OpenLinks | None = None
    _executions: Executions | None = None

    @property
    def jobs(self) -> Lifecycle:
        """The running training jobs."""
        with self.store.lock:
            if self._jobs is None:
                from .job_lifecycle import Lifecycle

                self._jobs = Lifecycle(self)
            return self._jobs

    @property
    def executions(self) -> Executions:
        """The running pipeline executions."""
        with self.store.lock:
            if self._executions is None:
                from .pipeline_run import Executions

                self._executions = Executions(self)
            return self._executions

    @property
    def apps(self) -> AppLifecycle:
        """The states of apps and spaces that change with time."""
        with self.store.lock:
            if self._apps is None:
                from .app_lifecycle import AppLifecycle

                self._apps = AppLifecycle(self)
            return self._apps

    @property
    def links(self) -> OpenLinks:
        """The one-time links that open spaces."""
        with self.store.lock:
            if self._links is None:
                from .open_links import OpenLinks

                self._links = OpenLinks()
            return self._links

    @property
    def runner(self) -> Any:
        """The training job runner, made when the first job needs it."""
        with self.store.lock:
            if self._runner is None:
                self._runner = self.make_runner()
            return self._runner

    @property
    def started_runner(self) -> Any:
        """The runner if a job ever needed it, else None."""
        return self._runner

    def tags_of(self, arn: str) -> dict[str, str]:
        """The tags of a resource of SageMaker's or of an EventBridge rule, by its ARN."""
        if ":events:" in arn:
            return self.moto.tags_of_rule(arn)
        from .tags import tags_of

        return tags_of(self, arn)

    def arn(self, resource: str) -> str:
        """The ARN of a SageMaker resource of this account, such as ``training-job/my-job``."""
        return f"arn:{self.partition}:sagemaker:{self.region}:{self.account}:{resource}"


Operation = Callable[[Plane, Request, Call], Answer]
operations: dict[str, Operation] = {}


def operation(name: str) -> Callable[[Operation], Operation]:
    """Register the function that answers one API operation."""

    def register(function: Operation) -> Operation:
        operations[name] = function
        return function

    return register
