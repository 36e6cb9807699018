"""The local Studio's file systems after a restart, and at the starts of an app."""

from __future__ import annotations

from pathlib import Path

from local_apps import FakeLauncher, app_key, stop, update, wait_for
from sagemaker_studio_local import seed
from sagemaker_studio_local.file_systems import ALL, ARCHIVE, SCRATCH_LUSTRE, TEAM_MODELS, documents
from sagemaker_studio_local.testing import FakeRunner, LocalStudio

EFS = [one for one in ALL if one.kind == "efs"]


def efs(identifier: str) -> dict[str, dict[str, str]]:
    return {"EFSFileSystem": {"FileSystemId": identifier}}


def lustre(identifier: str) -> dict[str, dict[str, str]]:
    return {"FSxLustreFileSystem": {"FileSystemId": identifier}}


def test_an_older_state_folder_keeps_what_it_has(tmp_path: Path) -> None:
    other = {"EFSFileSystemConfig": {"FileSystemId": TEAM_MODELS.id}}
    with LocalStudio(tmp_path, runner=FakeRunner()) as studio:
        sagemaker = studio.client("sagemaker")
        sagemaker.update_domain(
            DomainId=seed.DOMAIN_ID, DefaultUserSettings={"CustomFileSystemConfigs": [other]}
        )
        update(studio, seed.SPACE_NAME, CustomFileSystems=[])
        studio.studio.plane.store.put("seed", "version", {"version": 2})
    with LocalStudio(tmp_path, runner=FakeRunner()) as studio:
        sagemaker = studio.client("sagemaker")
        domain = sagemaker.describe_domain(DomainId=seed.DOMAIN_ID)
        configs = domain["DefaultUserSettings"]["CustomFileSystemConfigs"]
        assert configs[0] == other and len(configs) == 1 + len(documents.OF_DOMAIN)
        space = sagemaker.describe_space(DomainId=seed.DOMAIN_ID, SpaceName=seed.SPACE_NAME)
        assert space["SpaceSettings"]["CustomFileSystems"] == []
        # And the same ids after a restart.
        assert {
            row["FileSystemId"]
            for row in studio.client("efs").describe_file_systems()["FileSystems"]
        } == {one.id for one in EFS}


def test_an_app_gets_what_its_space_has(tmp_path: Path) -> None:
    launcher = FakeLauncher()
    with LocalStudio(
        tmp_path, runner=FakeRunner(), make_launcher=lambda studio: launcher
    ) as studio:
        attach_and_run(studio, launcher)


def attach_and_run(studio: LocalStudio, launcher: FakeLauncher) -> None:
    wanted = [efs(ARCHIVE.id), lustre(SCRATCH_LUSTRE.id)]
    update(studio, "second-space", CustomFileSystems=wanted)
    studio.client("sagemaker").create_app(**app_key("second-space"))
    wait_for(studio, "second-space", "InService")
    assert launcher.launched[-1].file_systems == (ARCHIVE.place, SCRATCH_LUSTRE.place)
    # The next start knows of the next list.
    stop(studio, "second-space")
    update(studio, "second-space", CustomFileSystems=[])
    studio.client("sagemaker").create_app(**app_key("second-space"))
    wait_for(studio, "second-space", "InService")
    assert launcher.launched[-1].file_systems == ()
