"""Work with Amazon SageMaker from JupyterLab: the server part.

Importing this package is cheap: it touches neither the network nor boto3.
"""

from __future__ import annotations

from typing import Any

try:
    from ._version import __version__
except ImportError:  # a source checkout that was never built
    __version__ = "0.1.0"


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Where JupyterLab finds the built front end."""
    return [{"src": "labextension", "dest": "jupyterlab-sagemaker-studio"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """The server extension this package provides."""
    from .app import SageMakerStudioApp

    return [{"module": "jupyterlab_sagemaker_studio.app", "app": SageMakerStudioApp}]
