"""What a job uses of its machine, measured once a minute and put to CloudWatch.

Namespace, dimension, names and meaning are SageMaker's (Developer Guide, "Monitor Amazon SageMaker
with CloudWatch", training jobs): CPU as the sum over all cores, so up to 100 % for each of them;
memory in percent of the machine's; disk in percent of the volume. There is no GPU here.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

NAMESPACE = "/aws/sagemaker/TrainingJobs"
_EVERY_SECONDS = 60.0
_SHORTEST = 1.0

_log = logging.getLogger(__name__)


class Utilisation:
    """Measures the processes of one job until it is told to stop; never in the job's way.

    :param client: makes a boto3 client of a service.
    :param pid: the first process of the container.
    :param volume: size in bytes of the job's volume.
    :param speed: how many times faster than AWS's the clock is.
    """

    def __init__(
        self,
        client: Callable[[str], Any],
        job: str,
        pid: int,
        folder: Path,
        volume: int,
        speed: float,
    ) -> None:
        self._client, self._job, self._pid = client, job, pid
        self._folder, self._volume = folder, volume
        self._every = max(_SHORTEST, _EVERY_SECONDS / speed)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"utilisation-{job}", daemon=True)

    def start(self) -> None:
        """Begin; the first point comes after the first interval."""
        self._thread.start()

    def stop(self) -> None:
        """Put nothing more."""
        self._stopped.set()

    def _run(self) -> None:
        used, since = self._cpu_seconds(), time.monotonic()
        while not self._stopped.wait(self._every):
            try:
                now_used, memory, now = self._cpu_seconds(), self._memory(), time.monotonic()
                spent = sum(
                    max(0.0, seconds - used.get(process, 0.0))
                    for process, seconds in now_used.items()
                )
                values = {
                    "CPUUtilization": 100 * spent / (now - since),
                    "MemoryUtilization": memory,
                    "DiskUtilization": 100 * _size(self._folder) / self._volume,
                }
                used, since = now_used, now
                if now_used and not self._stopped.is_set():
                    self._put(values)
            except Exception as error:
                # A job goes on without its charts.
                _log.warning("The utilisation of training job %s is lost: %s", self._job, error)

    def _put(self, values: dict[str, float]) -> None:
        dimensions = [{"Name": "Host", "Value": f"{self._job}/algo-1"}]
        self._client("cloudwatch").put_metric_data(
            Namespace=NAMESPACE,
            MetricData=[
                {
                    "MetricName": name,
                    "Dimensions": dimensions,
                    "Timestamp": time.time(),
                    "Value": round(value, 4),
                    "Unit": "Percent",
                    "StorageResolution": 1,
                }
                for name, value in values.items()
            ],
        )

    def _processes(self) -> list[Any]:
        import psutil

        try:
            first = psutil.Process(self._pid)
            return [first, *first.children(recursive=True)]
        except psutil.Error:
            return []

    def _cpu_seconds(self) -> dict[tuple[int, float], float]:
        """Seconds of CPU of each process so far, by its id and when it began."""
        import psutil

        found = {}
        for process in self._processes():
            try:
                times = process.cpu_times()
                found[process.pid, process.create_time()] = times.user + times.system
            except psutil.Error:
                continue  # it has just ended
        return found

    def _memory(self) -> float:
        import psutil

        resident = 0
        for process in self._processes():
            try:
                resident += process.memory_info().rss
            except psutil.Error:
                continue
        return min(100.0, 100 * resident / psutil.virtual_memory().total)


def _size(folder: Path) -> int:
    """Bytes of the files below a folder; those that vanish meanwhile do not count."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_size
            except OSError:
                continue
    return total
