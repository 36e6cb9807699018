"""A call through the signing endpoint against the same call made directly with boto3."""

from __future__ import annotations

from functools import partial

from load import boto_load, proxied_load
from measurement import Row, alternate, median, percentile
from processes import fixed_aws, jupyter

GOAL = 1.2

# In the same region SageMaker takes longer; 0 ms leaves nothing but the two ways to be compared.
_SIDES = (("bench-20ms", "AWS takes 20 ms"), ("bench-job", "AWS takes 0 ms"))

_NOTE = (
    "DescribeTrainingJob, answered by a fixed endpoint after 20 ms or at once; direct: boto3 in "
    "one process (serialize, sign, send, parse), a thread a call in flight; proxied: unsigned HTTP "
    "to JupyterLab's server, which signs and sends (what the browser does is not in it); {rounds} "
    "alternating runs"
)


def measure(quick: bool) -> list[Row]:
    """p50 and p99, with 1 and with 64 calls in flight."""
    rows: list[Row] = []
    rounds = 3 if quick else 7
    with fixed_aws() as endpoint, jupyter(True, endpoint=endpoint) as server:
        for job, answer in _SIDES:
            for in_flight, calls in ((1, 200), (64, 1600 if quick else 3200)):
                direct, proxied = alternate(
                    rounds,
                    partial(boto_load, endpoint, job, in_flight, calls),
                    partial(proxied_load, server, job, in_flight, calls),
                )
                for percent in (50, 99):
                    ours, peer = (
                        median([percentile(run, percent) for run in side]) * 1000
                        for side in (proxied, direct)
                    )
                    title = f"proxied call against boto3, {answer}, {in_flight} in flight, "
                    title += f"p{percent}"
                    rows.append(Row(title, ours, "ms", peer=peer, goal=GOAL, judged="ratio"))
    rows[0].notes.append(_NOTE.format(rounds=rounds))
    return rows
