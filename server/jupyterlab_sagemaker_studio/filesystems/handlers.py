"""Routes of the file systems: ``file-systems``, ``file-systems/shortcut``.

The rest of this package is imported with the first request; most servers get none for a while.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tornado import web

from ..handlers import StudioHandler

if TYPE_CHECKING:
    from ..app import SageMakerStudioApp
    from .local import FileSystems


def file_system_handlers() -> list[tuple[str, type[StudioHandler]]]:
    """The routes."""
    return [
        (r"/sagemaker-studio/file-systems/?", FileSystemsHandler),
        (r"/sagemaker-studio/file-systems/shortcut/?", ShortcutHandler),
    ]


def file_systems_of(app: SageMakerStudioApp) -> FileSystems:
    """The server's file systems, made when they are first asked for."""
    if app.file_systems is None:
        from .local import FileSystems

        assert app.serverapp is not None
        app.file_systems = FileSystems(app.serverapp.root_dir, app.log)
    file_systems: FileSystems = app.file_systems
    return file_systems


class FileSystemsHandler(StudioHandler):
    """``GET file-systems``: the mounts of this machine, without a call to AWS.

    ``?refresh=1`` looks at them anew, however fresh the last look is.
    """

    @web.authenticated
    async def get(self) -> None:
        await self.authorize("read")
        refresh = self.get_query_argument("refresh", "") == "1"
        self.reply(await file_systems_of(self.studio).describe(refresh))


class ShortcutHandler(StudioHandler):
    """``POST file-systems/shortcut`` makes a link to a mount in the root, ``DELETE`` removes it."""

    @web.authenticated
    async def post(self) -> None:
        await self.authorize("write")
        body = self.json_body()
        await file_systems_of(self.studio).make_shortcut(body)
        self.reply({"name": body["name"]}, 201)

    @web.authenticated
    async def delete(self) -> None:
        await self.authorize("write")
        await file_systems_of(self.studio).remove_shortcut(self.json_body())
        self.set_status(204)
        self.finish()
