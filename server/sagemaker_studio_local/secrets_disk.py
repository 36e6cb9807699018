"""moto's Secrets Manager with the secrets kept in a file that only its owner can read.

Nothing is loaded before somebody first asks for a secret. Until a secret is changed there is no
file and the secrets are the seeded ones, whose ARNs are the same at every start.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import private_file

_READING = ("Get", "BatchGet", "List", "Describe", "Validate")


class SecretsDisk:
    """Keeps what moto's Secrets Manager holds in ``file``.

    ``seeds`` are the secrets of a new account: ARN and value by name.
    """

    def __init__(self, file: Path, account: str, region: str) -> None:
        self._file = file
        self._account, self._region = account, region
        self._lock = threading.Lock()
        self._backend: Any = None
        self.seeds: Mapping[str, tuple[str, str]] = {}

    def prepare(self) -> None:
        """Give moto the secrets, if it has not got them."""
        with self._lock:
            if self._backend is None:
                self._backend = self._filled()

    def _filled(self) -> Any:
        from moto.secretsmanager.models import FakeSecret, secretsmanager_backends

        backend = secretsmanager_backends[self._account][self._region]
        if self._file.exists():
            for kept in json.loads(self._file.read_text(encoding="utf-8")):
                secret = FakeSecret(
                    account_id=self._account,
                    region_name=self._region,
                    secret_id=kept["name"],
                    secret_version={},
                    version_id="",
                )
                # With the times, versions and the ARN it had.
                vars(secret).update(kept)
                backend.secrets[secret.name] = secret
            return backend
        for name, (arn, value) in self.seeds.items():
            backend.create_secret(
                name=name,
                secret_string=value,
                secret_binary=None,
                description=None,
                tags=None,
                kms_key_id=None,
                client_request_token=None,
                replica_regions=[],
                force_overwrite=False,
            )
            backend.secrets[name].arn = arn
        return backend

    def note(self, operation: str) -> None:
        """Keep what a successful call may have changed; a half-written file is never seen."""
        if operation.startswith(_READING):
            return
        with self._lock:
            rows = [
                # Copies in other regions hang on the secret itself, and end with this run.
                {name: value for name, value in vars(secret).items() if name != "replicas"}
                for secret in self._backend.secrets.values()
                if "versions" in vars(secret)
            ]
            private_file.write(self._file, json.dumps(rows, indent=1).encode())

    def exists(self, arn: str) -> bool:
        """Whether there is a secret with an ARN that is not being deleted."""
        self.prepare()
        return any(
            secret.arn == arn and not secret.is_deleted()
            for secret in self._backend.secrets.values()
        )
