"""What the control plane remembers: JSON documents in memory, written through to SQLite.

A document has a kind (``training-job``) and an id unique within it. Reads never touch the disk;
writes are on disk before the call returns. ``version`` grows with every write of a kind, so that
what was computed from the documents can be kept until they change.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Document = dict[str, Any]


class Store:
    """Documents by kind and id. Safe for use by several threads.

    A document handed out is the stored one: treat it as read-only and replace it with ``put``.
    """

    def __init__(self, path: Path) -> None:
        self.lock = threading.RLock()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS documents"
            " (kind TEXT, id TEXT, body TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID"
        )
        self._kinds: dict[str, dict[str, Document]] = {}
        self._versions: dict[str, int] = {}
        for kind, key, body in self._database.execute("SELECT kind, id, body FROM documents"):
            self._kinds.setdefault(kind, {})[key] = json.loads(body)

    def get(self, kind: str, key: str) -> Document | None:
        """The document, or None."""
        return self._kinds.get(kind, {}).get(key)

    def all(self, kind: str) -> list[Document]:
        """Every document of a kind, in no particular order."""
        with self.lock:
            return list(self._kinds.get(kind, {}).values())

    def items(self, kind: str) -> list[tuple[str, Document]]:
        """Every (id, document) of a kind."""
        with self.lock:
            return list(self._kinds.get(kind, {}).items())

    def count(self, kind: str) -> int:
        """How many documents of a kind there are."""
        return len(self._kinds.get(kind, {}))

    def version(self, kind: str) -> int:
        """A number that changes whenever a document of the kind does."""
        return self._versions.get(kind, 0)

    def put(self, kind: str, key: str, document: Document) -> None:
        """Insert or replace one document."""
        self.put_many(kind, [(key, document)])

    def put_many(self, kind: str, documents: Iterable[tuple[str, Document]]) -> None:
        """Insert or replace documents in one transaction."""
        with self.lock:
            rows = list(documents)
            self._database.execute("BEGIN")
            self._database.executemany(
                "INSERT OR REPLACE INTO documents VALUES (?, ?, ?)",
                [(kind, key, json.dumps(document)) for key, document in rows],
            )
            self._database.execute("COMMIT")
            self._kinds.setdefault(kind, {}).update(rows)
            self._versions[kind] = self.version(kind) + 1

    def delete(self, kind: str, key: str) -> None:
        """Remove a document; nothing happens when there is none."""
        with self.lock:
            self._database.execute("DELETE FROM documents WHERE kind=? AND id=?", (kind, key))
            self._kinds.get(kind, {}).pop(key, None)
            self._versions[kind] = self.version(kind) + 1

    def close(self) -> None:
        """Close the database file."""
        with self.lock:
            self._database.close()
