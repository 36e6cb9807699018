"""Step Functions really run: moto's engine, with its calls led back to this local Studio.

The engine interprets the Amazon States Language in threads of this process. What it lacks is set
here: its SDK calls are signed with a session of the state machine's own role and go to our
endpoint, error names are those of Step Functions, and waiting goes through the scaled clock.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import timezone
from typing import Any

from botocore.session import Session as BotocoreSession
from botocore.utils import parse_timestamp
from moto.core.config import default_user_config
from moto.stepfunctions.parser.api import InvalidDefinition
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_aws_sdk as aws_sdk,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import (
    WaitFunction,
)
from moto.stepfunctions.parser.models import (
    StepFunctionsParserBackend,
    stepfunctions_parser_backends,
)

from ..clock import Clock
from ..errors import AwsError
from .role_clients import SessionOf

#: Of the calls a state machine makes.
USER_AGENT = "states.amazonaws.com"
_RUNNING = "RUNNING"
_SHORTEST_WAIT = 0.2
# It calls every absent member of a Choice an error.
logging.getLogger("moto.stepfunctions").setLevel(logging.CRITICAL)
#: How Step Functions writes the service in front of an error name
#: (docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html).
_ERROR_PREFIX = "SageMaker"


def _iso(value: Any) -> str:
    moment = parse_timestamp(value).astimezone(timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class StepFunctionsEngine:
    """Connects moto's engine, of which a process has one, with a local Studio.

    :param session_of: makes a session of the role with this ARN and session name.
    """

    def __init__(
        self,
        endpoint_url: str,
        clock: Clock,
        session_of: SessionOf,
        *,
        account: str,
        region: str,
    ) -> None:
        self._endpoint_url = endpoint_url
        self._clock = clock
        self._session_of = session_of
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._lock = threading.Lock()
        default_user_config["stepfunctions"] = {"execute_state_machine": True}
        aws_sdk._SERVICE_ERROR_NAMES[_ERROR_PREFIX.lower()] = _ERROR_PREFIX
        aws_sdk.boto_client_for = self._client  # type: ignore[assignment]

        def wait(function: WaitFunction, env: Any, wait_seconds: float) -> None:
            self._wait(env, wait_seconds)

        setattr(WaitFunction, "_wait_interval", wait)  # noqa: B010 (mypy knows it as a method)
        retrier_decl.time = self  # type: ignore[assignment]
        self._backend: StepFunctionsParserBackend = stepfunctions_parser_backends[account][region]

    def sleep(self, seconds: float) -> None:
        """The pause of a retrier, in the place of ``time.sleep``."""
        self._clock.sleep(seconds)

    def _wait(self, env: Any, wait_seconds: float) -> None:
        """A Wait state: until its time has come or the execution is stopped."""
        # Definitions count their looks, and JupyterLab starts no faster than it does.
        shortest = min(wait_seconds, _SHORTEST_WAIT)
        end = time.monotonic() + max(wait_seconds / self._clock.speed, shortest)
        while env.is_running() and (left := end - time.monotonic()) > 0:
            env.program_state_event.wait(left)

    def _client(self, region: str, service: str, state_credentials: Any) -> Any:
        role = state_credentials.role_arn
        with self._lock:
            key = (role, region, service)
            if key not in self._clients:
                self._clients[key] = self._new_client(role, region, service)
            return self._clients[key]

    def _new_client(self, role: str, region: str, service: str) -> Any:
        from botocore.config import Config

        access_key, secret_key, token = self._session_of(role, "StepFunctions")
        session = BotocoreSession()
        # A state machine's data is JSON, so times in it are text.
        parsers = session.get_component("response_parser_factory")
        parsers.set_parser_defaults(timestamp_parser=_iso)
        return session.create_client(
            service,
            region_name=region,
            endpoint_url=self._endpoint_url,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            aws_session_token=token,
            # The definition's own retriers are what is to be seen at work.
            config=Config(retries={"total_max_attempts": 1}, user_agent=USER_AGENT, proxies={}),
        )

    def check(self, definition: str) -> None:
        """Raise InvalidDefinition for what the engine cannot read."""
        try:
            StepFunctionsParserBackend._validate_definition(definition)
        except InvalidDefinition as error:
            # moto answers it without its code.
            raise AwsError(
                "InvalidDefinition", f"Invalid State Machine Definition: {error}"
            ) from None

    def put(self, name: str, definition: str, role_arn: str) -> None:
        """Create a state machine, or bring it to this definition and role."""
        machine = self._backend.create_state_machine(name, definition, role_arn)
        machine.update(definition=definition, roleArn=role_arn)

    def remove(self, name: str) -> None:
        """Delete a state machine, if there is one of this name."""
        machines = self._backend.state_machines
        machines[:] = [machine for machine in machines if machine.name != name]

    def close(self) -> None:
        """Abort what still runs; nothing of it may outlive the local Studio."""
        for machine in self._backend.state_machines:
            for execution in machine.executions:
                worker = getattr(execution, "exec_worker", None)
                if execution.status == _RUNNING and worker is not None and worker.env is not None:
                    execution.stop(None, None, None)
