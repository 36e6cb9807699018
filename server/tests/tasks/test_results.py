"""Recorded values, out of archives that may be anything."""

from __future__ import annotations

import asyncio
import errno
import gzip
import io
import json
import tarfile
import time
import zlib

import pytest
from jupyterlab_sagemaker_studio.tasks import archive, recorded, results
from jupyterlab_sagemaker_studio.tasks.model import TaskError
from tasks_aws import BUCKET

SCRAP = "application/scrapbook.scrap.json+json"
NAME = "out.ipynb"


def scrap(name, data, encoder="json"):
    data = {SCRAP: {"name": name, "data": data, "encoder": encoder, "version": 1}}
    return {"output_type": "display_data", "data": data, "metadata": {"scrapbook": {}}}


def stream(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


def notebook(*cells):
    """A notebook with a code cell for each list of outputs."""
    code = [{"cell_type": "code", "source": "", "outputs": outputs} for outputs in cells]
    intro = {"cell_type": "markdown", "source": "# Title"}
    return json.dumps({"cells": [intro, *code], "nbformat": 4, "metadata": {}}).encode()


def tar(*members, mode="w:gz", kind=tarfile.PAX_FORMAT):
    """An archive of (name, content)."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode, format=kind) as made:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            made.addfile(info, io.BytesIO(content))
    return file.getvalue()


def put(aws, key, body):
    aws.s3().put_object(Bucket=BUCKET, Key=key, Body=body)
    return {"name": key, "bucket": BUCKET, "key": key, "notebook": NAME}


async def read(desk, *outputs):
    end = await desk.run({"outputs": list(outputs)}, kind="results")
    assert end["state"] == "succeeded", end
    return end["result"]["runs"]


async def test_values_texts_and_errors(desk, aws):
    error = {"output_type": "error", "ename": "E", "evalue": "", "traceback": []}
    record = {
        "output_type": "display_data",
        "data": {"application/papermill.record+json": {"o": 1}},
    }
    shown = {"output_type": "execute_result", "data": {"text/plain": "0.75"}, "metadata": {}}
    body = notebook(
        [scrap("loss", 0.25), scrap("name", "best", "text"), scrap("ok", True)],
        [scrap("table", {"a": 1}), scrap("frame", "zzz", "pandas"), scrap("bad", float("nan"))],
        [stream("\x1b[31mepoch 1\x1b[0m\n"), stream(["loss=", "0.5\n"]), shown, record],
        [error],
    )
    noise = ("other.txt", b"x" * 700)
    for number, packed in enumerate(
        [
            tar(noise, (NAME, body)),
            tar(noise, (f"./{NAME}", body), kind=tarfile.GNU_FORMAT),
            tar(noise, (NAME, body), mode="w"),
            gzip.compress(tar(noise, (NAME, body), mode="w")[:512])
            + gzip.compress(tar(noise, (NAME, body), mode="w")[512:]),
        ]
    ):
        run = (await read(desk, put(aws, f"{number}.tar.gz", packed)))[f"{number}.tar.gz"]
        assert run == {
            "values": {"loss": 0.25, "name": "best", "ok": True, "bad": "nan", "o": 1},
            "texts": [{"cell": 3, "text": "epoch 1\nloss=0.5\n0.75\n"}],
            "cells": {"total": 4, "failed": 1},
        }


async def test_runs_are_kept_until_the_output_changes(desk, aws):
    output = put(aws, "k", tar((NAME, notebook([scrap("x", 1)]))))
    assert (await read(desk, output))["k"]["values"] == {"x": 1}
    aws.fail("GetObject", cut="midway")  # nothing is read again
    assert (await read(desk, output))["k"]["values"] == {"x": 1}
    aws.faults.clear()
    put(aws, "k", tar((NAME, notebook([scrap("x", 2)]))))
    assert (await read(desk, output))["k"]["values"] == {"x": 2}
    aws.fail("GetObject", "AccessDenied", status=403)  # a role that may not any more
    assert "AccessDenied" in (await read(desk, output))["k"]["problem"]


async def test_one_that_cannot_be_read_does_not_hide_the_others(desk, aws):
    good = put(aws, "good", tar((NAME, notebook([scrap("x", 1)]))))
    missing = {**good, "name": "missing", "key": "nowhere"}
    runs = await read(desk, missing, good)
    assert list(runs) == ["missing", "good"] and runs["good"]["values"] == {"x": 1}
    assert "NoSuchKey" in runs["missing"]["problem"] and "request" in runs["missing"]["problem"]


def bad_header(**change):
    info = tarfile.TarInfo(NAME)
    block = bytearray(info.tobuf())
    for place, value in change.items():
        block[int(place[1:]) : int(place[1:]) + len(value)] = value
    return bytes(block)


@pytest.mark.parametrize(
    ("packed", "words"),
    [
        (b"", "cut off"),
        (b"<html>not an archive</html>", "cut off"),
        (b"<html>" * 200, "not a complete tar"),
        (tar((NAME, b"{}" * 5000))[:40], "cut off"),
        (tar((NAME, b"{}" * 5000), mode="w")[:2000], "cut off"),
        (b"\x1f\x8b\x08" + b"junk" * 100, "not a complete tar"),
        (bad_header(_124=b"\xff" * 12), "not a complete tar"),
        (tar(), "no file"),
        (tar(("sub/" + NAME, b"{}"), ("../" + NAME, b"{}"), ("/" + NAME, b"{}")), "no file"),
        (tar(("x" * 300 + NAME, b"{}"), ("\udcff\n", b"")), "no file"),
        (tar((NAME, b"not json")), "not valid JSON"),
        (tar((NAME, b"\xff\xfe")), "not valid JSON"),
        (tar((NAME, b"[" * 100_000)), "not valid JSON"),
        (tar((NAME, b'{"cells": ' + b"9" * 5000 + b"}")), ""),
        (tar((NAME, b"[1]")), "not a notebook"),
        (tar((NAME, b'{"worksheets": []}')), "not a notebook"),
    ],
    # Not of the bytes: each process that collects the tests packs them at another second.
    ids=range(16),
)
async def test_odd_archives_are_told_in_words(desk, aws, packed, words):
    (run,) = (await read(desk, put(aws, "odd", packed))).values()
    assert run["problem"] and words in run["problem"]
    assert run["values"] == {} and run["cells"] == {"total": 0, "failed": 0}


def test_strange_notebooks_are_read_as_far_as_they_are_notebooks():
    cells = [
        None,
        {"cell_type": "code"},
        {"cell_type": "code", "outputs": "x"},
        {"cell_type": "code", "outputs": [None, {"output_type": "stream", "text": 5}]},
        {"cell_type": "code", "outputs": [{"output_type": "stream", "text": ["a", 5, "b"]}]},
        {"cell_type": "code", "outputs": [scrap("", 1), scrap(5, 1), scrap("\ud800", "\ud800")]},
    ]
    run = recorded.read(json.dumps({"cells": cells}).encode())
    assert run["cells"] == {"total": 5, "failed": 0}
    assert run["texts"] == [{"cell": 4, "text": "ab"}]
    json.dumps(run).encode()


def test_the_end_of_long_texts_is_kept():
    lines = "".join(f"step {number}\n" for number in range(2000))
    run = recorded.read(notebook([stream(lines)]))
    text = run["texts"][0]["text"]
    assert text.startswith("step ") and text.endswith("step 1999\n")
    assert len(text) <= recorded.MAX_TEXT
    run = recorded.read(notebook(*([stream("é" * 5000)] for _ in range(30))))
    assert sum(len(text["text"].encode()) for text in run["texts"]) <= recorded.MAX_RUN
    assert run["texts"][-1]["cell"] == 30
    run = recorded.read(notebook([scrap(f"v{n}", "y" * 4000) for n in range(50)]))
    assert len(json.dumps(run["values"])) < recorded.MAX_RUN + 2000


async def test_bombs_do_no_harm(desk, aws, monkeypatch):
    monkeypatch.setattr(archive, "MAX_UNPACKED", 64 * 2**20)
    monkeypatch.setattr(results, "MAX_NOTEBOOK", 2**20)
    header = tarfile.TarInfo("zeros")
    header.size = 200 * 2**20
    bomb = zlib.compressobj(9, wbits=31)
    packed = bomb.compress(header.tobuf())
    for _ in range(200):
        packed += bomb.compress(bytes(2**20))
    packed += bomb.flush()
    claims = tarfile.TarInfo("claims")
    claims.type, claims.size = tarfile.XHDTYPE, 4 * 2**30
    large = tar((NAME, bytes(2**20 + 1)))
    runs = await read(
        desk, put(aws, "bomb", packed), put(aws, "claims", claims.tobuf()), put(aws, "big", large)
    )
    assert "over 0.0625 GiB" in runs["bomb"]["problem"]
    assert "cut off" in runs["claims"]["problem"]
    assert "more than 1,048,576 are not read" in runs["big"]["problem"]
    monkeypatch.setattr(archive, "MAX_MEMBERS", 10)
    monkeypatch.setattr(results, "MAX_ARCHIVE", 100_000)
    many = tar(*((str(number), b"") for number in range(11)))
    huge = put(aws, "huge", b"x" * 100_001)
    runs = await read(desk, put(aws, "many", many), huge)
    assert "over 10 members" in runs["many"]["problem"]
    assert "more than 100,000 are not looked through" in runs["huge"]["problem"]


async def test_large_notebook_is_read_by_another_process(desk, aws, monkeypatch):
    """Reading it in this one would hold up the event loop for seconds."""
    here = []
    monkeypatch.setattr(recorded, "read", lambda content: here.append(len(content)))
    monkeypatch.setattr(results, "LOOK_SECONDS", 0.01)  # it takes many looks
    numbers = [{"output_type": "display_data", "data": {"x": list(range(2000))}}] * 300
    large = tar((NAME, notebook(numbers, [scrap("x", 1)])))
    runs = await read(desk, put(aws, "large", large))
    assert runs["large"]["values"] == {"x": 1} and here == []
    monkeypatch.setattr(results, "READ_SECONDS", 0.0)
    aws.s3().put_object(Bucket=BUCKET, Key="large", Body=large + bytes(512))
    runs = await read(desk, {"name": "x", "bucket": BUCKET, "key": "large", "notebook": NAME})
    assert "took too long" in runs["x"]["problem"]

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(results.tempfile, "TemporaryFile", full)
    output = put(aws, "large", large + bytes(1024))
    assert "No space left on device" in (await read(desk, output))["large"]["problem"]


async def test_cut_connection_goes_on(desk, aws):
    body = tar(("noise", bytes(3_000_000)), (NAME, notebook([scrap("x", 1)])), mode="w")
    output = put(aws, "k", body)
    aws.fail("GetObject", cut="midway", count=1)
    assert (await read(desk, output))["k"]["values"] == {"x": 1}


async def test_cancel(desk, aws):
    aws.fail("GetObject", cut="hang")
    task = await desk.submit({"outputs": [put(aws, "k", tar((NAME, b"{}")))]}, kind="results")
    while "GetObject" not in aws.calls:
        await asyncio.sleep(0.02)
    begun = time.monotonic()
    await desk.manager.delete(task["id"])
    assert (await desk.end_of(task))["state"] == "cancelled" and time.monotonic() - begun < 3


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        ([], "1 to 100"),
        ([{}], "spec.outputs[0].name is missing"),
        ([{"name": "a", "bucket": BUCKET, "key": "k", "notebook": "n"}] * 2, "same name twice"),
    ],
)
async def test_bad_spec(desk, aws, outputs, words):
    with pytest.raises(TaskError) as refusal:
        await desk.submit({"outputs": outputs}, kind="results")
    assert words in refusal.value.message
