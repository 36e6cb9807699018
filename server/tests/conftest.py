"""Shared fixtures: a Jupyter server with this extension, and nothing of the developer's AWS."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytest_jupyter.jupyter_server"]


@pytest.fixture
def jp_server_config(jp_server_config):
    """Enable the extension."""
    return {
        "ServerApp": {"jpserver_extensions": {"jupyterlab_sagemaker_studio": True}},
    }
