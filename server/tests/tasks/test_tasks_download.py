"""Downloads: whole files or none, and archives that stay where they belong."""

from __future__ import annotations

import io
import os
import shutil
import tarfile
import time
from collections import namedtuple

import pytest
from tasks_aws import BUCKET

KEY = "my-job/output/output.tar.gz"


def spec(**more):
    return {"bucket": BUCKET, "key": KEY, "directory": "results", "unpack": True, **more}


def member(name, content=b"", **fields):
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, content


def put(aws, *members, key=KEY):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for info, content in members:
            tar.addfile(info, io.BytesIO(content))
    aws.s3().put_object(Bucket=BUCKET, Key=key, Body=buffer.getvalue())


def tree(folder):
    return sorted(
        os.path.relpath(os.path.join(place, name), folder)
        for place, _, names in os.walk(folder)
        for name in names
    )


async def test_unpacked_and_only_what_is_harmless(desk, aws, home):
    put(
        aws,
        member("out.ipynb", b"{}"),
        member("sub/é 中文.html", b"<p>", mode=0o4755, mtime=1e9),
        member("link", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        member("hard", type=tarfile.LNKTYPE, linkname="out.ipynb"),
        member("device", type=tarfile.CHRTYPE),
    )
    end = await desk.run(spec(directory="RTC:results/deep"), kind="download")
    assert end["state"] == "succeeded", end
    assert end["result"] == {
        "files": ["results/deep/out.ipynb", "results/deep/sub/é 中文.html"],
        "skipped": ["link", "hard", "device"],
    }
    assert tree(home) == ["results/deep/out.ipynb", "results/deep/sub/é 中文.html"]
    page = home / "results/deep/sub/é 中文.html"
    assert page.read_bytes() == b"<p>" and page.stat().st_mode & 0o7111 == 0o111
    assert end["progress"]["files"] == 2


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil"])
async def test_archive_that_reaches_out(desk, aws, home, name):
    put(aws, member("good", b"1"), member(name, b"2"))
    end = await desk.run(spec(), kind="download")
    assert (end["state"], end["error"]["code"]) == ("failed", "UnsafeArchive")
    assert name in end["error"]["message"] and list(home.iterdir()) == []


async def test_link_in_the_folder_leads_out(desk, aws, home, tmp_path):
    (tmp_path / "outside").mkdir()
    (home / "results").mkdir()
    (home / "results" / "sub").symlink_to(tmp_path / "outside")
    put(aws, member("sub/file", b"1"))
    end = await desk.run(spec(overwrite=True), kind="download")
    assert end["error"]["code"] == "OutsideRoot" and tree(tmp_path / "outside") == []
    end = await desk.run(spec(directory="results/sub"), kind="download")
    assert end["error"]["code"] == "OutsideRoot"


async def test_existing_files(desk, aws, home):
    put(aws, member("a", b"new"), member("b", b"new"), member("c/d", b"new"))
    (home / "results").mkdir()
    (home / "results" / "b").write_text("mine")
    end = await desk.run(spec(), kind="download")
    assert end["error"]["code"] == "FileExists" and "“results/b”" in end["error"]["message"]
    assert tree(home) == ["results/b"] and (home / "results" / "b").read_text() == "mine"
    end = await desk.run(spec(overwrite=True), kind="download")
    assert end["state"] == "succeeded", end
    assert tree(home) == ["results/a", "results/b", "results/c/d"]
    assert (home / "results" / "b").read_text() == "new"


async def test_plain_object_and_root_folder(desk, aws, home):
    aws.s3().put_object(Bucket=BUCKET, Key="x/é 中文.bin", Body=b"data")
    body = spec(key="x/é 中文.bin", directory="", unpack=False)
    end = await desk.run(body, kind="download")
    assert end["result"]["files"] == ["é 中文.bin"]
    assert (home / "é 中文.bin").read_bytes() == b"data"


async def test_record_is_read_only(desk, aws, home):
    aws.s3().put_object(Bucket=BUCKET, Key="my-job/input/a.ipynb", Body=b"1")
    wanted = spec(key="my-job/input/a.ipynb", unpack=False, readOnly=True)
    end = await desk.run(wanted, kind="download")
    assert end["state"] == "succeeded", end
    place = home / "results" / "a.ipynb"
    assert place.stat().st_mode & 0o222 == 0
    # A newer copy may still take its place.
    aws.s3().put_object(Bucket=BUCKET, Key="my-job/input/a.ipynb", Body=b"2")
    end = await desk.run({**wanted, "overwrite": True}, kind="download")
    assert end["state"] == "succeeded", end
    assert place.read_bytes() == b"2"


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8bbroken", None])
async def test_not_an_archive(desk, aws, home, content):
    if content is None:  # cut off
        put(aws, member("a", os.urandom(9000)))
        content = aws.s3().get_object(Bucket=BUCKET, Key=KEY)["Body"].read()[:5000]
    aws.s3().put_object(Bucket=BUCKET, Key=KEY, Body=content)
    end = await desk.run(spec(), kind="download")
    assert (end["state"], end["error"]["code"]) == ("failed", "BadArchive")
    assert list(home.iterdir()) == []


async def test_missing_and_forbidden(desk, aws, home):
    end = await desk.run(spec(), kind="download")
    assert (end["error"]["code"], end["error"]["operation"]) == ("NoSuchKey", "GetObject")
    aws.fail("GetObject", "AccessDenied", status=403)
    end = await desk.run(spec(), kind="download")
    assert end["error"]["code"] == "AccessDenied" and list(home.iterdir()) == []


async def test_cut_connection_goes_on(desk, aws, home):
    content = os.urandom(3_000_000)
    aws.s3().put_object(Bucket=BUCKET, Key=KEY, Body=content)
    aws.fail("GetObject", cut="midway", count=2)
    end = await desk.run(spec(unpack=False), kind="download")
    assert end["state"] == "succeeded", end
    assert (home / "results" / "output.tar.gz").read_bytes() == content
    assert end["progress"]["bytes"] == len(content)
    aws.fail("GetObject", cut="midway", count=1)
    aws.fail("GetObject", cut="before")
    end = await desk.run(spec(unpack=False, directory="more"), kind="download")
    assert end["error"]["code"] == "UpstreamUnavailable" and tree(home / "more") == []


async def test_disk_full(desk, aws, home, monkeypatch):
    put(aws, member("a", b"1"))
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(100, 100, 0))
    end = await desk.run(spec(), kind="download")
    assert (end["error"]["code"], list(home.iterdir())) == ("DiskFull", [])


async def test_folder_is_a_file(desk, aws, home):
    (home / "results").write_text("mine")
    end = await desk.run(spec(), kind="download")
    assert end["error"]["code"] == "NotAFolder"


async def test_cancel(desk, aws, home):
    aws.s3().put_object(Bucket=BUCKET, Key=KEY, Body=b"x" * 3_000_000)
    aws.fail("GetObject", cut="hang", delay=0)
    task = await desk.submit(spec(unpack=False), kind="download")
    async for shown in desk.manager.watch(task["id"]):
        if shown["progress"]["bytes"]:
            break
    start = time.monotonic()
    await desk.manager.delete(task["id"])
    end = await desk.end_of(task)
    assert end["state"] == "cancelled", end
    assert time.monotonic() - start < 2
    assert list(home.iterdir()) == []
