"""`npm run demo`: set up what is missing, then start the local Studio with JupyterLab."""

from __future__ import annotations

import os
import sys

import environment


def demo() -> int:
    environment.ensure_python("dev", "local")
    environment.ensure_node_modules()
    environment.ensure_built()
    environment.ensure_installed()
    command = [str(environment.PYTHON), "-m", "sagemaker_studio_local", *sys.argv[1:]]
    # Take this process's place, so that Ctrl-C reaches the local Studio itself.
    os.chdir(environment.ROOT)
    os.execve(command[0], command, environment.environment())


if __name__ == "__main__":
    environment.main(demo)
