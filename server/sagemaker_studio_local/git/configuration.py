"""git's settings in environment variables (``GIT_CONFIG_COUNT``, ``…KEY_n``, ``…VALUE_n``)."""

from __future__ import annotations

from collections.abc import Mapping


def settings_of(environment: Mapping[str, str]) -> list[tuple[str, str]]:
    """The settings an environment has, in order; a name may come more than once."""
    count = environment.get("GIT_CONFIG_COUNT", "")
    return [
        (environment.get(f"GIT_CONFIG_KEY_{n}", ""), environment.get(f"GIT_CONFIG_VALUE_{n}", ""))
        for n in range(int(count) if count.isdigit() else 0)
    ]


def variables_of(settings: list[tuple[str, str]]) -> dict[str, str]:
    """The variables that say these settings."""
    variables = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (key, value) in enumerate(settings):
        variables[f"GIT_CONFIG_KEY_{number}"] = key
        variables[f"GIT_CONFIG_VALUE_{number}"] = value
    return variables
