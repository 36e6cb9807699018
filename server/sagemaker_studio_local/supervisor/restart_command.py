"""``restart-jupyter-server``: asks the local Studio to restart this app's JupyterLab.

A program of its own, run by any Python: it uses nothing but the standard library.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request


def main() -> int:
    """Ask, and say what came of it; the exit code is 1 when it was refused."""
    endpoint = os.environ.get("SAGEMAKER_STUDIO_LOCAL")
    space = os.environ.get("SAGEMAKER_SPACE_NAME")
    if not endpoint or not space:
        print("restart-jupyter-server works inside an app of the local Studio.", file=sys.stderr)
        return 1
    request = urllib.request.Request(
        f"{endpoint}/_studio/restart-jupyter",
        method="POST",
        data=json.dumps({"space": space}).encode(),
        headers={"Content-Type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as answer:
            print(json.load(answer)["message"])
    except urllib.error.HTTPError as error:
        print(json.load(error)["error"]["message"], file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The local Studio does not answer: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
