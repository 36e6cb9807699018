"""How a training job can end early, told apart by who is to blame."""

from __future__ import annotations


class JobFailed(Exception):
    """The request or the algorithm is at fault: the job fails and is not retried.

    ``str(error)`` is the job's ``FailureReason``, with the prefix SageMaker uses
    (``ClientError: …`` or ``AlgorithmError: …``).
    """

    def __init__(self, reason: str, exit_code: int | None = None) -> None:
        super().__init__(reason)
        self.exit_code = exit_code


class InfrastructureError(Exception):
    """The platform is at fault (S3 answered 5xx, a process could not be started).

    SageMaker calls this ``InternalServerError``; it is the only kind of failure that a
    job's ``RetryStrategy`` covers.
    """


class JobStopped(Exception):
    """StopTrainingJob, or the end of the local Studio, came before the algorithm ran."""
