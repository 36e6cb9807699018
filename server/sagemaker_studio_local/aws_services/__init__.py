"""The AWS services an administrator and the price of a space need, beside SageMaker and moto.

Step Functions, EventBridge Scheduler and EventBridge rules are moto's, made to act; Service Quotas
and the Price List are ours. Whatever they call comes back to this local Studio, signed with the
role they were given.
"""

from __future__ import annotations

import json
import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyterlab_sagemaker_studio import deploy

from .. import service_model
from ..errors import AwsError
from ..messages import Request, Response
from . import price_list, service_quotas
from .firing import Firing
from .role_clients import RoleClients
from .roles import Roles
from .rules import Rules
from .schedules import Schedules
from .state import AwsState

if TYPE_CHECKING:
    from ..control_plane import Plane
    from .step_functions import StepFunctionsEngine

#: botocore's name of the services whose requests are checked against the service model here.
_MODELS = {
    "ecr": "ecr",
    "kms": "kms",
    "states": "stepfunctions",
    "scheduler": "scheduler",
    "events": "events",
    "secretsmanager": "secretsmanager",
}
_OWN = {
    "service-quotas": ("service-quotas", service_quotas.operations),
    "pricing": ("pricing", price_list.operations),
}
_JSON = "application/x-amz-json-1.1"
STATE_MACHINE_ROLE = deploy.STATE_MACHINE
SCHEDULER_ROLE = deploy.SCHEDULER_ROLE

log = logging.getLogger(__name__)


class AwsServices:
    """These services of one local Studio.

    :param endpoint_url: where their own calls go.
    :param domain_id: the domain the deployed roles are for.
    :param with_state_machine: whether an administrator has deployed the state machine.
    :param schedule_speed: see ``Firing.set_speed``.
    """

    def __init__(
        self,
        plane: Plane,
        endpoint_url: str,
        state: Path,
        *,
        domain_id: str,
        with_state_machine: bool = True,
        schedule_speed: float = 1.0,
    ) -> None:
        self._plane = plane
        self._endpoint_url = endpoint_url
        self._domain_id = domain_id
        self._with_state_machine = with_state_machine
        self._state = AwsState(state / "aws.json", plane.account, plane.region, plane.partition)
        self._engine: StepFunctionsEngine | None = None
        self._engine_lock = threading.Lock()
        self.roles = Roles(plane.account, plane.region, plane.partition)
        clients = RoleClients(endpoint_url, plane.region, self.roles.session_of)
        plane.act_as = clients.client
        self._schedules = Schedules(plane, clients)
        self._rules = Rules(plane, clients)
        sources = (self._schedules.triggers, self._rules.triggers)
        self.firing = Firing(plane.clock, sources, self._note_fired, schedule_speed)
        self._make_roles()
        self._state.restore_roles()
        self._state.restore_schedules()
        self._state.restore_rules()

    def _make_roles(self) -> None:
        where = (self._plane.partition, self._plane.region, self._plane.account, self._domain_id)
        for name, service, policy in (
            (STATE_MACHINE_ROLE, "states.amazonaws.com", deploy.state_machine_policy(*where)),
            (SCHEDULER_ROLE, "scheduler.amazonaws.com", deploy.scheduler_policy(*where)),
        ):
            trust = deploy.trust(service, self._plane.account)
            self.roles.make(name, trust, policy)

    def start(self) -> None:
        """Begin to fire schedules and rules; calls must be answered by now."""
        self.firing.start()

    def close(self) -> None:
        """Abort executions and fire no more."""
        self.firing.close()
        if self._engine is not None:
            self._engine.close()

    def handle(
        self, service: str, operation: str, values: dict[str, Any], request: Request, region: str
    ) -> Response:
        """Answer a request for any service but SageMaker."""
        if service in _OWN:
            return self._own(service, operation, request)
        if service == "states":
            self._prepare_states()
        whole: dict[str, Any] = {}
        if service in _MODELS:
            whole = self._check(service, operation, values, request)
        response = self._plane.moto.handle(service, operation, values, request, region)
        if response.status < 300:
            if service == "scheduler":
                self._schedules.after(operation, whole)
            elif service == "events":
                self._rules.after(operation, whole)
            self._state.note(service, operation)
            if service in ("scheduler", "events"):
                self.firing.look_again()
        return response

    def _own(self, service: str, operation: str, request: Request) -> Response:
        name, operations = _OWN[service]
        model, function, checked = service_model.read_call(
            name, operation, request.body.content(), operations
        )
        answer = function(self._plane, checked)
        problems = service_model.answer_problems(model, answer)
        if problems:
            raise RuntimeError(f"{operation} answers against its model: {'; '.join(problems)}")
        return Response(200, json.dumps(answer).encode(), [("Content-Type", _JSON)])

    def _check(
        self, service: str, operation: str, values: dict[str, Any], request: Request
    ) -> dict[str, Any]:
        """Refuse what the service model or the service's own rules refuse; answers the input."""
        model = service_model.operation_model(_MODELS[service], operation)
        whole = service_model.parse_body(request.body.content())
        if service == "scheduler":
            whole = {**values, **whole}
            shape = model.input_shape
            names = {
                member.serialization.get("name", name): name
                for name, member in (shape.members.items() if shape is not None else ())
            }
            whole = {names.get(name, name): value for name, value in whole.items()}
            if operation.startswith("List"):
                # Numbers of a query string are text.
                whole.pop("MaxResults", None)
        whole = service_model.validate_request(model, whole)
        if operation in ("CreateStateMachine", "UpdateStateMachine"):
            if "roleArn" in whole:
                self._check_role(whole["roleArn"], "states.amazonaws.com")
            if "definition" in whole and self._engine is not None:
                self._engine.check(whole["definition"])
        elif operation in ("CreateSchedule", "UpdateSchedule"):
            self._schedules.check(whole)
        elif service == "events":
            self._rules.check(operation, whole)
        return whole

    def _check_role(self, role_arn: str, service: str) -> None:
        if not self._plane.moto.role_trusts(role_arn, service):
            raise AwsError(
                "AccessDeniedException",
                f"Neither the global service principal {service}, nor the regional one is"
                " authorized to assume the provided role.",
            )

    def _note_fired(self) -> None:
        self._state.note("scheduler", "FireSchedule")
        self._state.note("events", "FireRule")

    def _prepare_states(self) -> None:
        """Connect the engine, which takes seconds to load, when somebody first asks for it."""
        with self._engine_lock:
            if self._engine is not None:
                return
            from .step_functions import StepFunctionsEngine

            engine = StepFunctionsEngine(
                self._endpoint_url,
                self._plane.clock,
                self.roles.session_of,
                account=self._plane.account,
                region=self._plane.region,
            )
            self._state.restore_state_machines()
            if self._with_state_machine:
                engine.put(
                    deploy.STATE_MACHINE,
                    deploy.definition(self._plane.partition),
                    self.roles.arn(STATE_MACHINE_ROLE),
                )
            else:
                engine.remove(deploy.STATE_MACHINE)
            self._engine = engine
