"""Which file systems are found, and how the file browser reaches them."""

from __future__ import annotations

import pytest
from jupyterlab_sagemaker_studio.filesystems import mounts

EFS, LUSTRE = "fs-0123456789abcdef0", "fs-0123456789abcdef1"
POINT = "fsap-0123456789abcdef2"


@pytest.fixture
def root(tmp_path, monkeypatch):
    """What stands in for ``/mnt/custom-file-systems``."""
    folder = tmp_path / "mnt" / "custom-file-systems"
    monkeypatch.setenv("SAGEMAKER_STUDIO_FILE_SYSTEMS_ROOT", str(folder))
    return folder


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def table(tmp_path):
    """The kernel's table of mounts; empty."""
    file = tmp_path / "mountinfo"
    file.write_text("")
    return file


@pytest.fixture
def find(root, home, table):
    def look():
        first, *others = mounts.find(str(home), str(table))
        assert (first.kind, first.path, first.browser_path) == ("home", str(home), "")
        return others

    return look


def listed(path, kind, source):
    point = str(path).replace(" ", "\\040")
    return f"36 35 98:0 / {point} rw,noatime shared:1 master:2 - {kind} {source} rw\n"


def test_a_space_without_file_systems(find):
    assert find() == []


def test_file_systems_by_their_place(find, root):
    for place in (
        f"efs/{EFS}",
        f"efs/{EFS}_{POINT}",
        f"fsx_lustre/{LUSTRE}",
        "s3_files/my-bucket",
        "efs/notes",
        f"other/{EFS}",
    ):
        (root / place).mkdir(parents=True)
    found = [(m.kind, m.id, m.access_point_id, m.path.removeprefix(f"{root}/")) for m in find()]
    assert found == [
        ("efs", EFS, None, f"efs/{EFS}"),
        ("efs", EFS, POINT, f"efs/{EFS}_{POINT}"),
        ("fsx-lustre", LUSTRE, None, f"fsx_lustre/{LUSTRE}"),
        ("s3", None, None, "s3_files/my-bucket"),
    ]


def test_the_table_of_mounts(find, root, table, home):
    """What the table says is known without a look at the mounts; they need not even be there."""
    (root / "efs" / EFS).mkdir(parents=True)
    elsewhere = home / "my data"
    source = f"{LUSTRE}.fsx.us-west-2.amazonaws.com@tcp:/fsx"
    table.write_text(
        listed("/", "overlay", "overlay")
        + "no such line\n"
        + listed(root / "efs" / EFS, "nfs4", "127.0.0.1:/")
        + listed(elsewhere, "lustre", source)
        + listed("/data", "nfs4", f"{EFS}.efs.us-west-2.amazonaws.com:/x")
        + listed("/other", "nfs4", "filer.example.com:/export")
    )
    data, lustre, efs = sorted(find(), key=lambda mount: mount.path)
    assert (data.kind, data.id, data.path, data.browser_path) == ("efs", EFS, "/data", None)
    assert (lustre.kind, lustre.id, lustre.path) == ("fsx-lustre", LUSTRE, str(elsewhere))
    assert lustre.browser_path == "my data"
    assert (efs.type, efs.is_listed) == ("nfs4", True)


def test_a_mount_in_the_home_folder(find, home, table):
    place = home / "custom-file-systems" / "efs" / f"{EFS}_{POINT}"
    table.write_text(listed(place, "nfs4", "127.0.0.1:/"))
    (found,) = find()
    assert (found.kind, found.id, found.access_point_id) == ("efs", EFS, POINT)
    assert found.browser_path == f"custom-file-systems/efs/{EFS}_{POINT}"


def test_without_a_table(root, home):
    (root / "efs" / EFS).mkdir(parents=True)
    (found,) = mounts.find(str(home), "/not/there")[1:]
    assert not found.is_listed and found.type is None


def test_the_way_of_the_file_browser(find, root, home):
    mount = root / "efs" / EFS
    mount.mkdir(parents=True)
    assert find()[0].browser_path is None
    (home / ".hidden").symlink_to(mount)
    assert find()[0].browser_path is None
    (home / "a-shortcut").symlink_to(mount)
    assert find()[0].browser_path == "a-shortcut"
    (home / "custom-file-systems" / "efs").mkdir(parents=True)
    (home / "custom-file-systems" / "efs" / EFS).symlink_to(mount)
    (found,) = find()
    assert found.browser_path == f"custom-file-systems/efs/{EFS}"
    assert found.shortcuts == ("a-shortcut",)


def test_a_link_to_a_folder_above(find, root, home):
    (root / "efs" / EFS).mkdir(parents=True)
    (home / "custom-file-systems").symlink_to("../mnt/custom-file-systems")
    (found,) = find()
    assert found.browser_path == f"custom-file-systems/efs/{EFS}"
    assert found.shortcuts == ()


def test_home_of_the_domain(find, root, home):
    mount = root / "efs" / f"{EFS}_{POINT}"
    mount.mkdir(parents=True)
    (home / "user-default-efs").symlink_to(mount)
    (found,) = find()
    assert (found.kind, found.id, found.access_point_id) == ("user-default-efs", EFS, POINT)
    assert (found.path, found.browser_path) == (str(mount), "user-default-efs")
    assert found.shortcuts == ()


def test_a_link_of_sagemakers_to_a_mount_that_is_not_there(find, root, home):
    (home / "custom-file-systems" / "fsx_lustre").mkdir(parents=True)
    gone = root / "fsx_lustre" / LUSTRE
    (home / "custom-file-systems" / "fsx_lustre" / LUSTRE).symlink_to(gone)
    (home / "user-default-efs").symlink_to(root / "efs" / f"{EFS}_{POINT}")
    (home / "mine").symlink_to("/nowhere")
    efs, lustre = find()
    assert (lustre.kind, lustre.id, lustre.path) == ("fsx-lustre", LUSTRE, str(gone))
    assert (efs.kind, efs.access_point_id) == ("user-default-efs", POINT)


@pytest.mark.parametrize("content", ["It timed out.\n", "", "x" * 5000])
def test_error_files(find, root, home, content):
    (home / "user-default-efs-error.txt").write_text(content)
    (home / "custom-file-systems" / "efs").mkdir(parents=True)
    (home / "custom-file-systems" / "efs" / f"{EFS}-error").write_text(content)
    found = {mount.kind: mount for mount in find()}
    assert set(found) == {"user-default-efs", "efs"}
    assert found["efs"].id == EFS and found["efs"].path == str(root / "efs" / EFS)
    for mount in found.values():
        assert mount.error and len(mount.error) <= 2000
        assert mount.error == (content.strip()[:2000] or "The mount failed.")
        assert mount.browser_path is None


def test_links_that_go_in_a_circle(find, home):
    (home / "custom-file-systems").mkdir()
    (home / "custom-file-systems" / "again").symlink_to("..")
    (home / "a").symlink_to("b")
    (home / "b").symlink_to("a")
    assert find() == []
