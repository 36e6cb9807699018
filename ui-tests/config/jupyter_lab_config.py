"""JupyterLab under test: with the in-page helpers of Galata, otherwise as a person has it."""

from pathlib import Path

import jupyterlab

c = get_config()  # noqa: F821

c.LabServerApp.extra_labextensions_path = str(Path(jupyterlab.__file__).parent / "galata")
c.LabApp.expose_app_in_browser = True
