"""Instances that AWS's fleet does not have, or takes away again.

Spot training waits for capacity until ``MaxWaitTimeInSeconds``; an interrupted job starts anew
(Developer Guide, "Managed Spot Training"). On demand, a job fails when there is no capacity.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

#: AWS's words.
NO_CAPACITY = (
    "CapacityError: Unable to provision requested ML compute capacity. Please retry using a"
    " different ML instance type."
)
RETRYING = "Insufficient capacity error from EC2 while launching instances, retrying!"
INTERRUPTED = "The spot instance was interrupted. The job starts again when there is capacity."
#: How long a job on demand looks for an instance.
PATIENCE_SECONDS = 300.0


@dataclass(frozen=True)
class Trouble:
    """What is to go wrong with one attempt at a job.

    ``kind`` is ``CapacityError`` or ``Interrupted``; ``after`` is the seconds of training before
    an interruption.
    """

    kind: str
    after: float = 0.0
    reason: str = ""


#: Tells the trouble of the next attempt at a job on this instance type; the flag says spot.
TroubleOf = Callable[[str, bool], "Trouble | None"]


def no_trouble(_instance_type: str, _spot: bool) -> Trouble | None:
    """A fleet with room for everybody."""
    return None


class WaitOver(Exception):
    """``MaxWaitTimeInSeconds`` has passed."""


class JobInterrupted(Exception):
    """The spot instance is gone; the job may start again."""


def wait_deadline(request: Mapping[str, Any]) -> float:
    """When a spot job's wait ends, on the monotonic clock; never for other jobs."""
    seconds = request.get("StoppingCondition", {}).get("MaxWaitTimeInSeconds")
    if not request.get("EnableManagedSpotTraining") or seconds is None:
        return math.inf
    return time.monotonic() + float(seconds)
