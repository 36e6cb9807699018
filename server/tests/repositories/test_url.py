"""The table of URLs, which the browser's tests read as well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jupyterlab_sagemaker_studio.repositories import url
from jupyterlab_sagemaker_studio.tasks.model import TaskError

CASES = json.loads(Path(__file__).with_name("urls.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["url"])
def test_url(case):
    if case["valid"]:
        found = url.parse(case["url"])
        assert (found.host, found.folder) == (case.get("host"), case["folder"])
    else:
        with pytest.raises(TaskError) as caught:
            url.parse(case["url"])
        assert (caught.value.code, caught.value.status) == (case["code"], 400)
        assert "secret" not in caught.value.message


def test_url_that_is_too_long():
    with pytest.raises(TaskError, match="2,048"):
        url.parse("https://host/" + "a" * 2048)
