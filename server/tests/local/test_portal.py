"""The portal: what a person at this machine sees and presses."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from local_apps import FakeLauncher, app_of, wait_for
from sagemaker_studio_local import seed
from sagemaker_studio_local.testing import FakeRunner, LocalStudio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[LocalStudio]:
    launcher = FakeLauncher()
    with LocalStudio(
        tmp_path, runner=FakeRunner(), make_launcher=lambda studio: launcher
    ) as studio:
        yield studio


class Answer:
    """An answer that was not followed anywhere."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status = answer.status
        self.text = answer.read().decode()
        self.location = answer.getheader("Location", "")
        self.headers = dict(answer.getheaders())


def ask(studio: LocalStudio, method: str, path: str, form: Any = None, **headers: str) -> Answer:
    address = urlsplit(studio.endpoint_url)
    connection = http.client.HTTPConnection(address.netloc, timeout=30)
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    body = None if form is None else urlencode(form)
    connection.request(method, f"/_studio/{path}", body, headers)
    answer = Answer(connection.getresponse())
    connection.close()
    return answer


def press(studio: LocalStudio, action: str, **fields: str) -> Answer:
    page = ask(studio, "GET", "portal").text
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return ask(studio, "POST", f"portal/{action}", {"token": found.group(1), **fields})


def section(page: str, space: str) -> str:
    return page.partition(f'aria-label="{space}"')[2].partition("</section>")[0]


def test_a_space_is_run_opened_and_stopped(studio: LocalStudio) -> None:
    sagemaker = studio.client("sagemaker")
    link = sagemaker.describe_space(DomainId=seed.DOMAIN_ID, SpaceName="second-space")["Url"]
    assert link == f"{studio.endpoint_url}/_studio/portal?space=second-space"
    page = ask(studio, "GET", "portal?space=second-space")
    assert page.status == 200 and "Stopped" in section(page.text, "second-space")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert re.search(r'class="marked" aria-label="second-space"', page.text)

    run = press(studio, "run", space="second-space", instance="ml.g4dn.xlarge")
    assert (run.status, run.location) == (303, link)
    app = wait_for(studio, "second-space", "InService")
    assert app["ResourceSpec"]["InstanceType"] == "ml.g4dn.xlarge"
    # As in Studio, a GPU instance brings the GPU image.
    assert app["ResourceSpec"]["SageMakerImageArn"].endswith(":image/sagemaker-distribution-gpu")
    shown = section(ask(studio, "GET", "portal").text, "second-space")
    assert "Running" in shown and "ml.g4dn.xlarge" in shown

    opened = press(studio, "open", space="second-space")
    assert (opened.status, opened.location) == (303, "http://127.0.0.1:1/second-space")
    assert press(studio, "stop", space="second-space").status == 303
    wait_for(studio, "second-space", "Deleted")
    # What does not run is opened at the portal.
    assert press(studio, "open", space="second-space").location == link


def test_a_refusal_is_shown_with_its_reason(studio: LocalStudio) -> None:
    studio.fault("CreateApp", app="Failed", reason="InsufficientCapacityError: <none> left")
    press(studio, "run", space="second-space", instance="ml.t3.medium")
    wait_for(studio, "second-space", "Failed")
    shown = section(ask(studio, "GET", "portal").text, "second-space")
    assert "InsufficientCapacityError: &lt;none&gt; left" in shown
    refused = press(studio, "stop", space="second-space")
    assert refused.status == 400
    assert "ValidationException: App [" in refused.text
    assert "http-equiv" not in refused.text  # It stays until it is read.
    refused = press(studio, "run", space="second-space", instance="ml.p5.48xlarge")
    assert "ResourceLimitExceeded" in refused.text


@pytest.mark.parametrize("action", ["run", "stop", "open"])
def test_forged_requests_do_nothing(studio: LocalStudio, action: str) -> None:
    form = {"space": "second-space"}
    assert ask(studio, "POST", f"portal/{action}", form).status == 403
    assert ask(studio, "POST", f"portal/{action}", {**form, "token": "guessed"}).status == 403
    page = ask(studio, "GET", "portal").text
    token = re.findall(r'name="token" value="([^"]+)"', page)[0]
    evil = {"Origin": "http://evil.example"}
    answer = ask(studio, "POST", f"portal/{action}", {**form, "token": token}, **evil)
    assert answer.status == 403
    assert ask(studio, "GET", f"portal/{action}").status == 404
    assert app_of(studio, "second-space")["Status"] == "Deleted"


def test_the_page_is_for_this_machine(studio: LocalStudio) -> None:
    assert ask(studio, "GET", "portal", Host="evil.example").status == 403
    # A link in a page of JupyterLab's, at another port, leads here.
    assert ask(studio, "GET", "portal", **{"Sec-Fetch-Site": "same-site"}).status == 200


def link_for(studio: LocalStudio, **arguments: Any) -> str:
    answer = studio.client("sagemaker").create_presigned_domain_url(
        DomainId=seed.DOMAIN_ID, UserProfileName="data-scientist", **arguments
    )
    url = answer["AuthorizedUrl"]
    assert url.startswith(f"{studio.endpoint_url}/_studio/open?token=")
    return url.partition("/_studio/")[2]


def test_an_open_link_works_once(studio: LocalStudio) -> None:
    press(studio, "run", space="second-space")
    wait_for(studio, "second-space", "InService")
    link = link_for(studio, SpaceName="second-space", LandingUri="app:JupyterLab:")
    followed = ask(studio, "GET", link)
    assert (followed.status, followed.location) == (303, "http://127.0.0.1:1/second-space")
    assert followed.headers["Referrer-Policy"] == "same-origin"
    again = ask(studio, "GET", link)
    assert again.status == 403 and "has been used or has expired" in again.text
    assert ask(studio, "GET", "open?token=guessed").status == 403
    assert ask(studio, "GET", link_for(studio)).location == f"{studio.endpoint_url}/_studio/portal"


def test_an_open_link_expires(studio: LocalStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    link = link_for(studio, SpaceName="second-space", ExpiresInSeconds=5)
    later = time.monotonic() + 5.1
    monkeypatch.setattr(
        "sagemaker_studio_local.control_plane.open_links.time.monotonic", lambda: later
    )
    assert ask(studio, "GET", link).status == 403


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ({"SpaceName": "second-space", "UserProfileName": "ml-engineer"}, "is not owned by"),
        ({"SpaceName": "nothing"}, "does not exist"),
        ({"UserProfileName": "nobody"}, "does not exist"),
        ({"LandingUri": "https://evil.example"}, "is not supported"),
    ],
)
def test_open_links_that_are_refused(studio: LocalStudio, arguments: Any, part: str) -> None:
    request = {"DomainId": seed.DOMAIN_ID, "UserProfileName": "data-scientist", **arguments}
    with pytest.raises(Exception, match=part):
        studio.client("sagemaker").create_presigned_domain_url(**request)
