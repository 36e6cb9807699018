"""Write ``src/space/instances.json``: what the instance types of JupyterLab apps are made of.

    python scripts/instance_types.py [--check]

Sources:

* which types there are: ``AppInstanceType`` of botocore's SageMaker model;
* what EC2's types of the same name are made of: moto's ``ec2/resources/instance_types.json``, a
  dump of the EC2 API's DescribeInstanceTypes (https://github.com/getmoto/moto, Apache-2.0);
* types EC2 no longer sells, and fast launch: the tables of the SageMaker Developer Guide.

Run it after an update of botocore or moto. A type no source knows is left out; it is listed with
unknown facts.

``--check`` (a part of ``npm test``) fails where the file says something else than its sources.
Types that are new in them are no failure, so that a release of botocore breaks nobody's tests.
"""

from __future__ import annotations

import gzip
import json
import sys
from importlib import resources
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "src" / "space" / "instances.json"

# Developer Guide, "Instance types available for use with Studio Classic"; network as EC2's
# documentation of the P3 family gave it.
RETIRED: dict[str, dict[str, Any]] = {
    "p3.2xlarge": {
        "vcpus": 8,
        "memory": 61,
        "gpus": [1, "NVIDIA V100", 16],
        "network": "Up to 10 Gigabit",
    },
    "p3.8xlarge": {
        "vcpus": 32,
        "memory": 244,
        "gpus": [4, "NVIDIA V100", 64],
        "network": "10 Gigabit",
    },
    "p3.16xlarge": {
        "vcpus": 64,
        "memory": 488,
        "gpus": [8, "NVIDIA V100", 128],
        "network": "25 Gigabit",
    },
}
# The same page marks exactly these.
FAST_LAUNCH = ("ml.t3.medium", "ml.m5.large", "ml.c5.large", "ml.g4dn.xlarge")


def generate() -> dict[str, dict[str, Any]]:
    """What is known of each type, in order of family and size."""
    ec2 = _ec2()
    rows = {}
    for name in sorted(_app_types(), key=_order):
        facts = RETIRED.get(name.removeprefix("ml.")) or _facts(ec2.get(name.removeprefix("ml.")))
        if facts:
            rows[name] = {**facts, "fast": True} if name in FAST_LAUNCH else facts
    return rows


def text_of(rows: dict[str, dict[str, Any]]) -> str:
    """The file's text: one type a line, so that changes can be read."""
    lines = [f"  {json.dumps(name)}: {json.dumps(facts)}" for name, facts in rows.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def check(text: str, rows: dict[str, dict[str, Any]]) -> str:
    """What is wrong with the file's text, given what the sources say; empty if nothing is."""
    held = json.loads(text)
    wrong = [name for name, facts in held.items() if rows.get(name) != facts]
    if wrong:
        return f"these are not what the sources say: {', '.join(wrong)}"
    if text != text_of({name: facts for name, facts in rows.items() if name in held}):
        return "its order or its layout is not the generator's"
    return ""


def _app_types() -> list[str]:
    import botocore.loaders

    model = botocore.loaders.Loader().load_service_model("sagemaker", "service-2")
    return list(model["shapes"]["AppInstanceType"]["enum"])


def _ec2() -> dict[str, Any]:
    folder = resources.files("moto.ec2.resources")
    packed = folder / "instance_types.json.gz"
    if packed.is_file():
        return json.loads(gzip.decompress(packed.read_bytes()))
    return json.loads((folder / "instance_types.json").read_text())


def _facts(ec2: dict[str, Any] | None) -> dict[str, Any] | None:
    if ec2 is None:
        return None
    facts: dict[str, Any] = {
        "vcpus": ec2["VCpuInfo"]["DefaultVCpus"],
        "memory": _gib(ec2["MemoryInfo"]["SizeInMiB"]),
    }
    gpus = ec2.get("GpuInfo", {}).get("Gpus", [])
    if gpus:
        facts["gpus"] = [
            sum(gpu["Count"] for gpu in gpus),
            f"{gpus[0]['Manufacturer']} {gpus[0]['Name']}",
            _gib(ec2["GpuInfo"]["TotalGpuMemoryInMiB"]),
        ]
    devices = ec2.get("NeuronInfo", {}).get("NeuronDevices", [])
    if devices:
        facts["accelerators"] = [
            sum(device["Count"] for device in devices),
            f"AWS {devices[0]['Name']}",
            _gib(ec2["NeuronInfo"]["TotalNeuronDeviceMemoryInMiB"]),
        ]
    facts["network"] = ec2["NetworkInfo"]["NetworkPerformance"]
    disks = ec2.get("InstanceStorageInfo", {})
    if disks.get("NvmeSupport") not in (None, "unsupported"):
        facts["nvme"] = disks["TotalSizeInGB"]
    return facts


def _gib(mib: int) -> float | int:
    gib = round(mib / 1024, 1)
    return int(gib) if gib == int(gib) else gib


_SIZES = ("nano", "micro", "small", "medium", "large", "xlarge")


def _order(name: str) -> tuple[str, int]:
    """By family, then size."""
    _, family, size = (*name.split("."), "", "")[:3]
    if size in _SIZES:
        return family, _SIZES.index(size)
    return family, 5 + int(size.removesuffix("xlarge") or 0) if size.endswith("xlarge") else 99


def main() -> int:
    rows = generate()
    if "--check" not in sys.argv[1:]:
        TARGET.write_text(text_of(rows))
        print(f"{len(rows)} instance types")
        return 0
    text = TARGET.read_text()
    new = [name for name in rows if name not in json.loads(text)]
    if new:
        print(f"New instance types, python {sys.argv[0]} adds them: {', '.join(new)}")
    problem = check(text, rows)
    if problem:
        print(f"{TARGET}: {problem}; python {sys.argv[0]} writes it")
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
