"""The local Studio's Git host: ``https://git.local-studio.test/<group>/<name>``.

Git itself answers, by ``git http-backend``, through real TLS. What leads git to it is in the
environment (``environment``): the proxy and the certificate, for this host only.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .access import TOKEN, USER
from .certificate import authority_of, server_context
from .configuration import settings_of, variables_of
from .limits import Control
from .repositories import REPOSITORIES, Shelf
from .server import HOST, GitServer

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


def url_of(repository: str) -> str:
    """The URL of a repository, such as ``analytics/machine-readings``."""
    return f"https://{HOST}/{repository}"


class GitHost:
    """The host of one local Studio; its repositories are made when they are first asked for.

    :param folder: for the repositories and the certificate; made if missing.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._authority = authority_of(folder)
        self.control = Control()
        self._server = GitServer(
            Shelf(folder / "repositories"), self.control, server_context(folder, HOST)
        )

    def start(self) -> None:
        """Begin to answer."""
        self._server.start()

    def close(self) -> None:
        """End every transfer and stop answering."""
        self._server.stop()

    def environment(self) -> dict[str, str]:
        """Environment variables that lead git to the host."""
        return variables_of(
            [
                (f"http.{url_of('')}.proxy", self._server.proxy),
                (f"http.{url_of('')}.sslCAInfo", str(self._authority)),
            ]
        )

    def report(self) -> dict[str, Any]:
        """What the control route answers."""
        return {**self.control.report(), "environment": self.environment()}
