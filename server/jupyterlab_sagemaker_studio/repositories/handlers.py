"""Routes of the repositories: ``repositories/clones``. Cloning and pulling are tasks.

The rest of this package is imported with the first request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tornado import web

from ..handlers import StudioHandler

if TYPE_CHECKING:
    from ..app import SageMakerStudioApp
    from .clones import Clones


def repository_handlers() -> list[tuple[str, type[StudioHandler]]]:
    """The routes."""
    return [(r"/sagemaker-studio/repositories/clones/?", ClonesHandler)]


def clones_of(app: SageMakerStudioApp) -> Clones:
    """The server's clones, made when they are first asked for."""
    if app.clones is None:
        from ..tasks.handlers import root_of
        from .clones import Clones

        app.clones = Clones(root_of(app).directory)
    clones: Clones = app.clones
    return clones


class ClonesHandler(StudioHandler):
    """``GET repositories/clones``: the Git working trees below the server's root."""

    @web.authenticated
    async def get(self) -> None:
        await self.authorize("read")
        self.reply(await clones_of(self.studio).list())
