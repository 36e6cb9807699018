"""Routes of the tasks: ``tasks``, ``tasks/{id}``, ``tasks/{id}/answer``, ``tasks/{id}/events``."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import posixpath
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.utils import ensure_async
from tornado import web
from tornado.iostream import StreamClosedError

from ..handlers import StudioHandler
from . import UNFINISHED

if TYPE_CHECKING:
    from ..app import SageMakerStudioApp
    from .manager import TaskManager
    from .paths import Root

HEARTBEAT_SECONDS = 15.0
_MAX_TASK = 4 * 1024 * 1024  # a sweep of 500 jobs has 2 MB


def task_handlers(app: SageMakerStudioApp) -> list[tuple[str, type[StudioHandler]]]:
    """The routes; also has unfinished work looked for once the event loop runs."""
    assert app.serverapp is not None
    app.serverapp.io_loop.add_callback(_take_up, app)
    return [
        (r"/sagemaker-studio/tasks/?", TasksHandler),
        (r"/sagemaker-studio/tasks/([0-9a-f]{32})/?", TaskHandler),
        (r"/sagemaker-studio/tasks/([0-9a-f]{32})/answer/?", TaskAnswerHandler),
        (r"/sagemaker-studio/tasks/([0-9a-f]{32})/events/?", TaskEventsHandler),
    ]


async def _take_up(app: SageMakerStudioApp) -> None:
    """Have a killed server's work gone on with, if there is any."""
    folder = Path(app.state_dir, "tasks")
    if await asyncio.to_thread(lambda: any(folder.glob(f"*/*{UNFINISHED}"))):
        await manager_of(app).start()


def manager_of(app: SageMakerStudioApp) -> TaskManager:
    """The server's tasks, made when they are first asked for."""
    if app.tasks is None:
        app.tasks = _make_manager(app)
    return app.tasks


def _make_manager(app: SageMakerStudioApp) -> TaskManager:
    from .manager import TaskManager
    from .run import Services
    from .store import Store

    server, root = app.serverapp, root_of(app)
    assert server is not None
    services = Services(
        upstream=app.upstream,
        root=root,
        store=Store(_state_folder(Path(app.state_dir), root, app.endpoint_url)),
        loop=server.io_loop.asyncio_loop,  # type: ignore[attr-defined]
        fact=app.context.value,
        boot_id=app.context.boot_id,
        busy=lambda: _busy_notebooks(server),
    )

    def active() -> None:
        # Work in progress keeps a space from being shut down as idle; polling does not.
        times = server.web_app.settings.setdefault("last_activity_times", {})
        times["jupyterlab_sagemaker_studio"] = datetime.now(timezone.utc)

    return TaskManager(services, app.log, active)


def root_of(app: SageMakerStudioApp) -> Root:
    """The folder JupyterLab shows."""
    from .paths import Root

    server = app.serverapp
    assert server is not None
    contents = server.contents_manager
    return Root(
        os.path.expanduser(getattr(contents, "root_dir", "") or server.root_dir),
        allow_hidden=bool(getattr(contents, "allow_hidden", False)),
    )


async def _busy_notebooks(server: Any) -> list[str]:
    """What people know the busy kernels by, in order."""
    kernels = await ensure_async(server.kernel_manager.list_kernels())
    busy = {kernel["id"]: kernel["name"] for kernel in kernels if _is_busy(kernel)}
    if busy:
        for session in await ensure_async(server.session_manager.list_sessions()):
            kernel = session.get("kernel") or {}
            if kernel.get("id") in busy:
                busy[kernel["id"]] = posixpath.basename(session["path"]) or session["name"]
    return sorted(busy.values())


def _is_busy(kernel: dict[str, Any]) -> bool:
    return kernel.get("execution_state") == "busy"


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
        return manager_of(self.studio)


class TasksHandler(_TaskRoute):
    """``POST tasks`` takes one in, ``GET tasks`` lists them."""

    @web.authenticated
    async def get(self) -> None:
        await self.authorize("read")
        self.reply({"tasks": await self.tasks.list()})

    @web.authenticated
    async def post(self) -> None:
        from .spec import read_request, read_spec

        await self.authorize("write")
        kind, token, title, raw = read_request(self.json_body(_MAX_TASK))
        buckets = list(self.studio.allowed_buckets)
        permit = self.studio.upstream.permit
        spec = await asyncio.to_thread(read_spec, kind, raw, buckets, permit)
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


class TaskAnswerHandler(_TaskRoute):
    """``POST tasks/{id}/answer``: what a person tells a task that asked; never logged or kept."""

    @web.authenticated
    async def post(self, task_id: str) -> None:
        from .spec import Fields

        await self.authorize("write")
        fields = Fields(self.json_body(), "")
        question, answer = fields.text("question", longest=64), fields.get("answer")
        fields.end()
        await self.tasks.answer(task_id, question, answer)
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
