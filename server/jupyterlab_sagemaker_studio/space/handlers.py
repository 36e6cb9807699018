"""Routes of the space: ``space``, ``space/keep-awake``, ``space/restart-jupyter``.

The rest of this package is imported with the first request; most servers get none for a while.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tornado import web

from ..handlers import StudioHandler

if TYPE_CHECKING:
    from ..app import SageMakerStudioApp
    from .local import LocalSpace


def space_handlers() -> list[tuple[str, type[StudioHandler]]]:
    """The routes."""
    return [
        (r"/sagemaker-studio/space/?", SpaceHandler),
        (r"/sagemaker-studio/space/keep-awake/?", KeepAwakeHandler),
        (r"/sagemaker-studio/space/restart-jupyter/?", RestartJupyterHandler),
    ]


def space_of(app: SageMakerStudioApp) -> LocalSpace:
    """The server's space, made when it is first asked for."""
    if app.space is None:
        from .local import LocalSpace

        assert app.serverapp is not None
        app.space = LocalSpace(app.serverapp, app.context.boot_id, app.log)
    space: LocalSpace = app.space
    return space


class SpaceHandler(StudioHandler):
    """``GET space``: facts of this machine (``ILocalSpace``), without a network call."""

    @web.authenticated
    async def get(self) -> None:
        await self.authorize("read")
        self.reply(await space_of(self.studio).describe())


class KeepAwakeHandler(StudioHandler):
    """``POST space/keep-awake`` keeps SageMaker from stopping an idle app; ``DELETE`` ends it."""

    @web.authenticated
    async def post(self) -> None:
        await self.authorize("write")
        space = space_of(self.studio)
        await space.keep_awake(self.json_body())
        self.reply(await space.describe())

    @web.authenticated
    async def delete(self) -> None:
        await self.authorize("write")
        space = space_of(self.studio)
        space.awake.end()
        self.reply(await space.describe())


class RestartJupyterHandler(StudioHandler):
    """``POST space/restart-jupyter``: a new Jupyter server in the same app."""

    @web.authenticated
    async def post(self) -> None:
        await self.authorize("write")
        space_of(self.studio).restart_jupyter()
        self.reply({}, 202)
