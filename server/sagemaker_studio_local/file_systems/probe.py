"""Looks at a file system of the local Studio as an app would find it in SageMaker.

The look is the real one; what a folder of this machine cannot be is put right: it is not mounted
over a network, not of that size, never silent, and root may write everywhere.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import sys
import time
from pathlib import Path

#: Long beyond every deadline; then nobody waits any more.
_LIFETIME = 30
_NOBODY = 65534


def main(program: str, behaviours: str, path: str) -> None:
    """Print what ``program`` (``jupyterlab_sagemaker_studio.filesystems.probe``) finds at a path.

    :param behaviours: a JSON file, see ``disk``.
    """
    signal.alarm(_LIFETIME)
    look = runpy.run_path(program)["look"]
    told = json.loads(Path(behaviours).read_text(encoding="utf-8")).get(os.path.basename(path))
    if told is None:
        print(json.dumps(look(path)))
        return
    if told["behaviour"] == "hanging":
        time.sleep(2 * _LIFETIME)
    if told["behaviour"] == "read-only" and os.geteuid() == 0:
        # What EFS does to root where it is not let in as root.
        os.chdir(path)
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
        path = "."
    found = look(path)
    if found["state"] == "mounted":
        found["isMount"] = True
        for name in ("type", "totalBytes", "usedBytes"):
            found[name] = told[name]
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
