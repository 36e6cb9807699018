"""The local Studio's Git host: ``https://git.local-studio.test/<group>/<name>``.

Git itself answers, by ``git http-backend``, through real TLS. What leads git to it is in the
environment (``environment``): the proxy and the certificate, for this host only.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from .access import TOKEN, USER
from .certificate import authority_of, bundle_of, server_context
from .configuration import settings_of, variables_of
from .limits import Control
from .repositories import REPOSITORIES, Shelf
from .server import HOST, GitServer, url_of

__all__ = [
    "HOST",
    "REPOSITORIES",
    "TOKEN",
    "USER",
    "GitHost",
    "settings_of",
    "url_of",
    "variables_of",
]

log = logging.getLogger(__name__)


class GitHost:
    """The host of one local Studio; its repositories are made when they are first asked for.

    :param folder: for the repositories and the certificate; made if missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.control = Control()
        self._server = GitServer(
            Shelf(folder / "repositories"), self.control, server_context(folder, HOST)
        )
        self._environment = {**self._settings(), **self._trust()}

    def _settings(self) -> dict[str, str]:
        return variables_of(
            [
                (f"http.{url_of('')}.proxy", self._server.proxy),
                (f"http.{url_of('')}.sslCAInfo", str(authority_of(self._folder))),
            ]
        )

    def _trust(self) -> dict[str, str]:
        others = os.environ.get("GIT_SSL_CAINFO")
        if not others:
            return {}
        try:
            return {"GIT_SSL_CAINFO": str(bundle_of(self._folder, Path(others)))}
        except OSError as error:
            log.warning("git may not trust the local Studio's repositories: %s", error)
            return {}

    def start(self) -> None:
        """Begin to answer."""
        self._server.start()

    def close(self) -> None:
        """End every transfer and stop answering."""
        self._server.stop()

    def environment(self) -> dict[str, str]:
        """Environment variables that lead git to the host."""
        return self._environment

    def report(self) -> dict[str, Any]:
        """What the control route answers."""
        return {**self.control.report(), "environment": self.environment()}
