"""The local Studio: state folder, control plane, moto and the HTTP server put together."""

from __future__ import annotations

import fcntl
import logging
import os
import shlex
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import account, seed
from .aws_services import AwsServices
from .clock import Clock
from .control_plane import Plane, apps
from .control_plane.launcher import Launcher
from .faults import Calls, Fault, Faults
from .file_systems import disk as file_systems
from .frontend import INTERNAL_USER_AGENT, Frontend
from .git import GitHost
from .http_server import HttpServer
from .moto_side import MotoSide
from .permissions import Permissions
from .store import Store

log = logging.getLogger(__name__)

#: Makes a runner of training jobs, given the local Studio it runs them for.
RunnerFactory = Callable[["Studio"], Any]
#: Makes what runs apps, given the local Studio they belong to.
LauncherFactory = Callable[["Studio"], Launcher]


class StateInUse(RuntimeError):
    """Another local Studio is using the state folder."""


class Studio:
    """One local Studio. ``start`` answers requests until ``stop``; not to be started twice.

    :param state: the state folder, made if missing.
    :param port: of the AWS endpoint on 127.0.0.1; 0 takes a free one.
    :param speed: divides the waiting AWS's fleet would cause.
    :param make_runner: another runner of training jobs than the real one.
    :param state_machine: whether an administrator has deployed the state machine that changes
        spaces.
    :param make_launcher: what runs apps, ``AppSupervisor`` for one; without it apps have states
        but no JupyterLab.
    :param enforce_iam: whether apps and jobs are held to the policies of their roles.
    :param schedule_speed: how many times as fast recurring schedules and rules run.
    """

    def __init__(
        self,
        state: Path,
        *,
        port: int = 0,
        speed: float = 1.0,
        make_runner: RunnerFactory | None = None,
        state_machine: bool = True,
        make_launcher: LauncherFactory | None = None,
        enforce_iam: bool = False,
        schedule_speed: float = 1.0,
    ) -> None:
        self.state = state
        self.clock = Clock(speed)
        self.faults = Faults()
        self.calls = Calls()
        self._wanted_port = port
        self._make_runner = make_runner or real_runner
        self._with_state_machine = state_machine
        self._make_launcher = make_launcher
        self._enforce_iam = enforce_iam
        self._schedule_speed = schedule_speed
        self._lock_file: int | None = None
        self._moto: MotoSide | None = None
        self._store: Store | None = None
        self._plane: Plane | None = None
        self._services: AwsServices | None = None
        self._http: HttpServer | None = None
        self._git: GitHost | None = None
        self._permissions: Permissions | None = None
        self.frontend: Frontend | None = None

    @property
    def endpoint_url(self) -> str:
        """The base URL of every AWS service and of the control routes."""
        if self._http is None:
            raise RuntimeError("the local Studio is not started")
        return self._http.url

    @property
    def port(self) -> int:
        """The port of the AWS endpoint."""
        if self._http is None:
            raise RuntimeError("the local Studio is not started")
        return self._http.port

    @property
    def git(self) -> GitHost:
        """The Git host."""
        if self._git is None:
            raise RuntimeError("the local Studio is not started")
        return self._git

    @property
    def plane(self) -> Plane:
        """The control plane."""
        if self._plane is None:
            raise RuntimeError("the local Studio is not started")
        return self._plane

    def start(self) -> Studio:
        """Open the state, recover what the last run left, and answer requests.

        Raises StateInUse when another local Studio has the folder and OSError when the port is
        taken; nothing is left open then.
        """
        # Jobs' variables are kept in it.
        self.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock_state()
        try:
            self._http = HttpServer(self._wanted_port, self._respond)
            self._git = GitHost(self.state / "git")
            self._store = Store(self.state / "control-plane.sqlite3")
            self._moto = MotoSide(
                self.state,
                account=seed.ACCOUNT,
                region=seed.REGION,
                partition=seed.PARTITION,
                domain_id=seed.DOMAIN_ID,
            )
            self._plane = Plane(
                store=self._store,
                clock=self.clock,
                faults=self.faults,
                moto=self._moto,
                make_runner=lambda: self._make_runner(self),
                quotas=seed.training_quotas(),
                app_quotas=seed.app_quotas(),
                home_space=seed.SPACE_NAME,
                endpoint_url=self.endpoint_url,
            )
            seed.seed(self._plane)
            seed.make_default_bucket(self._plane)
            # Whatever a run that was killed has left in the state, no app and no job runs now.
            self._plane.apps.settle()
            self._plane.jobs.recover()
            self._plane.executions.settle()
            self._services = AwsServices(
                self._plane,
                self.endpoint_url,
                self.state,
                domain_id=seed.DOMAIN_ID,
                with_state_machine=self._with_state_machine,
                schedule_speed=self._schedule_speed,
            )
            if self._make_launcher is not None:
                self._plane.launcher = self._make_launcher(self)
            plane = self._plane
            self._permissions = Permissions(
                plane.account,
                plane.region,
                plane.partition,
                app_role=seed.ROLE_NAME,
                is_app=seed.is_app,
                tags_of=plane.tags_of,
                key_arn=plane.moto.key_arn,
                enforced=self._enforce_iam,
            )
            self.frontend = Frontend(
                plane, self._services, self.faults, self.calls, self._git, self._permissions
            )
            self.write_env()
            self._git.start()
            self._http.start()
            self._services.start()
        except BaseException:
            if self._plane is not None and self._plane.launcher is not None:
                self._plane.launcher.close()
            self._close()
            raise
        return self

    def _respond(self, request: Any) -> Any:
        assert self.frontend is not None
        return self.frontend.respond(request)

    def stop(self) -> None:
        """End running jobs, stop answering and release the state folder."""
        if self._services is not None:
            # Before the apps: no state machine is to start them again.
            self._services.close()
        if self._plane is not None:
            self._plane.apps.close()
            self._plane.executions.close()
            self._plane.jobs.close()
        self._close()

    def start_app(self, stop: threading.Event) -> bool:
        """Run the app of the own space with what the space says; returns when it answers.

        False when ``stop`` ended the wait. Raises AppFailed; the app is Failed then.
        """
        apps.put_default(self.plane, seed.APP_KEY)
        return self.plane.apps.start_now(seed.APP_KEY, stop)

    def credentials_of_role(self, role_arn: str) -> dict[str, str] | None:
        """Variables with credentials of a job's role; None where jobs act as the app does."""
        if self._services is None or self._permissions is None or not self._permissions.enforced:
            return None
        key, secret, token = self._services.roles.session_of(role_arn, "SageMaker")
        return {
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_SESSION_TOKEN": token,
        }

    def client_of(self, service: str) -> Any:
        """A boto3 client of a service here, whose calls are not listed."""
        import boto3
        from botocore.config import Config

        return boto3.session.Session(
            aws_access_key_id=seed.ACCESS_KEY,
            aws_secret_access_key=seed.SECRET_KEY,
            region_name=seed.REGION,
        ).client(
            service,
            endpoint_url=self.endpoint_url,
            # The endpoint is this machine; no proxy reaches it.
            config=Config(user_agent_extra=INTERNAL_USER_AGENT, proxies={}),
        )

    def _close(self) -> None:
        file_systems.release(self.state)
        if self._services is not None:
            self._services.close()
            self._services = None
        if self._git is not None:
            self._git.close()
            self._git = None
        if self._http is not None:
            self._http.stop()
            self._http = None
        if self._moto is not None:
            self._moto.close()
            self._moto = None
        if self._store is not None:
            self._store.close()
            self._store = None
        self._plane = None
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None

    def _lock_state(self) -> None:
        """Hold the folder's lock for as long as this process lives or until ``stop``."""
        path = self.state / "lock"
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(handle, 32).decode().strip() or "unknown"
            os.close(handle)
            raise StateInUse(
                f"The state folder {self.state} is in use by another local Studio (process"
                f" {holder}). Stop that one, or start this one with --state and another folder."
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        # Children must not keep the folder locked when this process is gone.
        os.set_inheritable(handle, False)
        self._lock_file = handle

    def environment(self) -> dict[str, str]:
        """Environment variables that lead an SDK, the AWS CLI and git to this local Studio."""
        return {**environment_of(self.endpoint_url), **self.git.environment()}

    def write_env(self) -> Path:
        """Write ``env`` in the state folder, to be sourced by a shell; only its owner may read."""
        lines = {
            **self.environment(),
            "SAGEMAKER_DOMAIN_ID": seed.DOMAIN_ID,
            "SAGEMAKER_SPACE_NAME": seed.SPACE_NAME,
        }
        path = self.state / "env"
        text = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in lines.items())
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as out:
            os.fchmod(out.fileno(), 0o600)
            out.write(text)
        return path


def environment_of(endpoint_url: str) -> dict[str, str]:
    """Environment variables that lead an SDK or the AWS CLI to a local Studio."""
    return {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_REGION": seed.REGION,
        "AWS_DEFAULT_REGION": seed.REGION,
        "AWS_ACCESS_KEY_ID": seed.ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": seed.SECRET_KEY,
    }


def real_runner(studio: Studio) -> Any:
    """The runner that really runs jobs on this machine."""
    from .runner import TrainingJobRunner

    environment = studio.environment()
    return TrainingJobRunner(
        work_dir=studio.state / "jobs",
        endpoint_url=studio.endpoint_url,
        region=seed.REGION,
        credentials={
            name: environment[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
        },
        clock=studio.clock,
        missing_programs=account.missing_programs,
        credentials_of=studio.credentials_of_role,
        trouble_of=lambda kind, spot: _trouble(studio.faults.take_job(kind, spot=spot)),
    )


def _trouble(fault: Fault | None) -> Any:
    """What a fault means to the runner of jobs."""
    from .runner.capacity import Trouble

    return None if fault is None else Trouble(fault.job, fault.delay, fault.reason)
