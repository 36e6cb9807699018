"""Routes of the tasks: ``tasks``, ``tasks/{id}``, ``tasks/{id}/events``."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tornado import web
from tornado.iostream import StreamClosedError

from ..handlers import StudioHandler
from .manager import TaskManager
from .paths import Root
from .run import Services
from .spec import read_request, read_spec
from .store import Store

if TYPE_CHECKING:
    from ..app import SageMakerStudioApp

HEARTBEAT_SECONDS = 15.0


def task_handlers(app: SageMakerStudioApp) -> list[tuple[str, type[StudioHandler]]]:
    """The routes; also makes ``app.tasks`` and has it look for unfinished work once the event
    loop runs."""
    server = app.serverapp
    assert server is not None
    contents = server.contents_manager
    root = Root(
        os.path.expanduser(getattr(contents, "root_dir", "") or server.root_dir),
        allow_hidden=bool(getattr(contents, "allow_hidden", False)),
    )

    def account_id() -> str | None:
        account: str | None = app.context.describe()["fields"]["accountId"]["value"]
        return account

    services = Services(
        upstream=app.upstream,
        root=root,
        store=Store(_state_folder(Path(app.state_dir), root, app.endpoint_url)),
        loop=server.io_loop.asyncio_loop,  # type: ignore[attr-defined]
        account_id=account_id,
    )

    def active() -> None:
        # Work in progress keeps a space from being shut down as idle; polling does not.
        times = server.web_app.settings.setdefault("last_activity_times", {})
        times["jupyterlab_sagemaker_studio"] = datetime.now(timezone.utc)

    app.tasks = TaskManager(services, app.log, active)
    server.io_loop.add_callback(app.tasks.start)
    return [
        (r"/sagemaker-studio/tasks/?", TasksHandler),
        (r"/sagemaker-studio/tasks/([0-9a-f]{32})/?", TaskHandler),
        (r"/sagemaker-studio/tasks/([0-9a-f]{32})/events/?", TaskEventsHandler),
    ]


def _state_folder(base: Path, root: Root, endpoint_url: str) -> Path:
    """One folder for each server root and AWS endpoint: a task that was staged into an emulator
    must never be gone on with in a real account, nor below another root."""
    variables = sorted(name for name in os.environ if name.startswith("AWS_ENDPOINT_URL"))
    parts = [str(root.directory), endpoint_url, *(os.environ[name] for name in variables)]
    name = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return base / "tasks" / name


class _TaskRoute(StudioHandler):
    @property
    def tasks(self) -> TaskManager:
        """The server's tasks."""
        manager: TaskManager = self.studio.tasks
        return manager


class TasksHandler(_TaskRoute):
    """``POST tasks`` takes one in, ``GET tasks`` lists them."""

    @web.authenticated
    async def get(self) -> None:
        await self.authorize("read")
        self.reply({"tasks": await self.tasks.list()})

    @web.authenticated
    async def post(self) -> None:
        await self.authorize("write")
        kind, token, title, raw = read_request(self.json_body())
        spec = read_spec(kind, raw, list(self.studio.allowed_buckets))
        task, new = await self.tasks.submit(kind, token, title, spec)
        self.reply(task, 201 if new else 200)


class TaskHandler(_TaskRoute):
    """``GET`` one task; ``DELETE`` cancels it, or forgets it when it has ended."""

    @web.authenticated
    async def get(self, task_id: str) -> None:
        await self.authorize("read")
        self.reply(await self.tasks.get(task_id))

    @web.authenticated
    async def delete(self, task_id: str) -> None:
        await self.authorize("write")
        await self.tasks.delete(task_id)
        self.set_status(204)
        self.finish()


class TaskEventsHandler(_TaskRoute):
    """``GET tasks/{id}/events``: server-sent events until the task has ended."""

    _gone: asyncio.Event | None = None

    def on_connection_close(self) -> None:
        """The page went away; the task goes on."""
        super().on_connection_close()
        if self._gone is not None:
            self._gone.set()

    @web.authenticated
    async def get(self, task_id: str) -> None:
        await self.authorize("read")
        await self.tasks.get(task_id)  # 404 before the stream begins
        self._gone = asyncio.Event()
        self.set_header("Content-Type", "text/event-stream; charset=utf-8")
        self.set_header("Cache-Control", "no-cache, no-transform")
        self.set_header("X-Accel-Buffering", "no")  # nginx and JupyterHub's proxies
        changes = self.tasks.watch(task_id)
        gone = asyncio.ensure_future(self._gone.wait())
        change: asyncio.Task[dict[str, Any]] | None = None
        try:
            while True:
                change = change or asyncio.ensure_future(anext(changes))
                done, _ = await asyncio.wait(
                    {change, gone},
                    timeout=HEARTBEAT_SECONDS,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if gone in done:
                    return
                if not done:
                    self.write(": still there\n\n")
                    await self.flush()
                    continue
                shown = change.result()
                change = None
                self.write(f"event: task\ndata: {json.dumps(shown)}\n\n")
                await self.flush()
        except (StopAsyncIteration, StreamClosedError):
            pass
        finally:
            gone.cancel()
            if change is not None and not change.done():
                change.cancel()
                await asyncio.wait({change})
            await changes.aclose()  # type: ignore[attr-defined]
        self.finish_events(set_content_type="text/event-stream")

    def finish_events(self, **kwargs: Any) -> None:
        """Close the stream, unless the page has."""
        if not self._finished:
            self.finish(**kwargs)
