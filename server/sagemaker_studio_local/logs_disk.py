"""moto's CloudWatch Logs with the events kept in files, one a log stream.

``<folder>/<group>/<stream>.jsonl``, names percent-encoded, one event a line. At the next start the
streams are given back to moto with their times as they were.
"""

from __future__ import annotations

import datetime
import json
import shutil
import threading
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from moto.logs.models import LogEvent, logs_backends

_SUFFIX = ".jsonl"


class LogsDisk:
    """Keeps what moto's Logs holds in ``folder``."""

    def __init__(self, folder: Path, account: str, region: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._backend = logs_backends[account][region]
        self._lock = threading.Lock()

    def _file(self, group: str, stream: str) -> Path:
        return self._folder / quote(group, safe="") / (quote(stream, safe="") + _SUFFIX)

    def restore(self) -> None:
        """Give moto back the groups, streams and events."""
        for folder in sorted(p for p in self._folder.iterdir() if p.is_dir()):
            group_name = unquote(folder.name)
            self._backend.create_log_group(group_name, {})
            group = self._backend.groups[group_name]
            files = sorted(folder.glob(f"*{_SUFFIX}"), key=lambda file: file.stat().st_mtime)
            for file in files:
                name = unquote(file.name[: -len(_SUFFIX)])
                group.create_log_stream(name)
                self._fill(group.streams[name], file)

    def _fill(self, stream: Any, file: Path) -> None:
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                # Half a line, written when the machine went down.
                continue
            if "created" in event:
                stream.creation_time = _moment(event["created"])
                continue
            stream.events.append(LogEvent(event["ingestionTime"], event))
            stream.stored_bytes += len(event["message"])
        if stream.events:
            stream.last_ingestion_time = _moment(stream.events[-1].ingestion_time)
            stream.upload_sequence_token = len(stream.events)

    def note(self, operation: str, values: dict[str, Any]) -> None:
        """Keep what a successful call has changed."""
        group, stream = values.get("logGroupName", ""), values.get("logStreamName", "")
        with self._lock:
            if operation == "CreateLogGroup":
                (self._folder / quote(group, safe="")).mkdir(exist_ok=True)
            elif operation == "CreateLogStream":
                created = self._backend.groups[group].streams[stream].creation_time
                millis = int(created.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000)
                self._append(group, stream, [{"created": millis}])
            elif operation == "PutLogEvents":
                now = int(datetime.datetime.now().timestamp() * 1000)
                events = [
                    {"timestamp": e["timestamp"], "message": e["message"], "ingestionTime": now}
                    for e in values["logEvents"]
                ]
                self._append(group, stream, events)
            elif operation == "DeleteLogStream":
                self._file(group, stream).unlink(missing_ok=True)
            elif operation == "DeleteLogGroup":
                shutil.rmtree(self._folder / quote(group, safe=""), ignore_errors=True)

    def _append(self, group: str, stream: str, events: list[dict[str, Any]]) -> None:
        file = self._file(group, stream)
        file.parent.mkdir(exist_ok=True)
        with file.open("a", encoding="utf-8") as out:
            out.writelines(json.dumps(event) + "\n" for event in events)


def _moment(millis: int) -> datetime.datetime:
    """A naive UTC time, as moto uses."""
    moment = datetime.datetime.fromtimestamp(millis / 1000, datetime.timezone.utc)
    return moment.replace(tzinfo=None)
