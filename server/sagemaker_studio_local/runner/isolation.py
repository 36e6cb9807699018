"""Which kind of container this machine can give."""

from __future__ import annotations

import os
import shutil

from .bubblewrap import Bubblewrap
from .container import Container
from .image import Image
from .paths import PathMapping


def choose(image: Image, isolation: str) -> tuple[Container, str]:
    """The container for ``bwrap``, ``paths`` or ``auto``, and why it was chosen, in words.

    Raises RuntimeError if ``bwrap`` is asked for and does not work here.
    """
    if isolation not in ("auto", "bwrap", "paths"):
        raise ValueError(f"isolation is auto, bwrap or paths, not {isolation!r}")
    if isolation == "paths":
        return PathMapping(image), "asked for"
    reason = "bubblewrap (bwrap) is not installed"
    program = shutil.which("bwrap")
    if program:
        # Root inside a container often may not mount, but may do so in a user namespace.
        root = getattr(os, "geteuid", lambda: 1)() == 0
        for user_namespace in (False, True) if root else (True,):
            sandbox = Bubblewrap(image, program, user_namespace=user_namespace)
            failure = sandbox.probe()
            if failure is None:
                return sandbox, "bubblewrap works here"
            reason = f"bubblewrap does not work here: {failure}"
    if isolation == "bwrap":
        raise RuntimeError(reason)
    return PathMapping(image), reason
