"""``jupyter sagemaker-studio``: what an administrator does once, from a terminal."""

from __future__ import annotations

from .main import main

__all__ = ["main"]
