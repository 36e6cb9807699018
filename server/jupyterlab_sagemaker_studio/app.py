"""The Jupyter server extension: settings, routes, start and stop."""

from __future__ import annotations

from typing import Any

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp
from traitlets import Float, Int, List, Unicode, default

from .context import Context
from .filesystems.handlers import file_system_handlers
from .handlers import ContextHandler
from .presign import PresignHandler
from .proxy import AwsHandler
from .repositories.handlers import repository_handlers
from .space.handlers import space_handlers
from .upstream import Upstream


class SageMakerStudioApp(ExtensionApp):
    """Amazon SageMaker from JupyterLab: signs AWS calls, runs tasks that outlive the page."""

    name = "jupyterlab_sagemaker_studio"

    region = Unicode(
        "",
        help="AWS region for every call. Empty: AWS_REGION, AWS_DEFAULT_REGION, the app metadata "
        "file, the AWS profile, in that order.",
    ).tag(config=True)

    # What a SageMaker Studio app knows of itself; to be set for a server that runs elsewhere.

    domain_id = Unicode(
        "",
        help="SageMaker domain this server works in, such as d-abc123. The app metadata file of a "
        "Studio app wins. Empty: SAGEMAKER_DOMAIN_ID.",
    ).tag(config=True)

    space_name = Unicode(
        "",
        help="Space in whose name jobs are submitted. The app metadata file wins. Empty: "
        "SAGEMAKER_SPACE_NAME.",
    ).tag(config=True)

    user_profile_name = Unicode(
        "",
        help="User profile in whose name jobs are submitted. The app metadata file wins. Empty: "
        "SAGEMAKER_USER_PROFILE_NAME.",
    ).tag(config=True)

    execution_role_arn = Unicode(
        "",
        help="IAM role jobs run with. The app metadata file wins. Empty: SAGEMAKER_ROLE_ARN.",
    ).tag(config=True)

    image_uri = Unicode(
        "",
        help="Container image jobs run in, such as a SageMaker Distribution image. Empty: "
        "SAGEMAKER_INTERNAL_IMAGE_URI.",
    ).tag(config=True)

    endpoint_url = Unicode(
        "",
        help="One endpoint for all AWS services, for an emulator. Empty: what botocore finds, "
        "AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> included.",
    ).tag(config=True)

    request_timeout = Float(
        60.0, min=1.0, help="Seconds after which a call that AWS has not answered fails."
    ).tag(config=True)

    max_workers = Int(
        64,
        min=1,
        help="Calls to AWS under way at one time. As many again wait, further ones are refused "
        "with ThrottlingException.",
    ).tag(config=True)

    max_upload_bytes = Int(
        64 * 1024 * 1024,
        min=1024,
        help="Largest S3 object the browser may send through this server. Files on the server's "
        "disk are uploaded by tasks, which have no such limit.",
    ).tag(config=True)

    allowed_buckets = List(
        Unicode(),
        help="S3 buckets the browser may use, as names or patterns such as 'sagemaker-*'. Empty: "
        "all the execution role may use.",
    ).tag(config=True)

    state_dir = Unicode(help="Folder where unfinished tasks are kept across restarts.").tag(
        config=True
    )

    @default("state_dir")
    def _default_state_dir(self) -> str:
        return f"{jupyter_data_dir()}/sagemaker-studio"

    context: Context
    upstream: Upstream
    clones: Any = None  # the Clones, once somebody asked for them
    tasks: Any = None  # the TaskManager, likewise
    space: Any = None  # the LocalSpace, likewise
    file_systems: Any = None  # the FileSystems, likewise

    def initialize_settings(self) -> None:
        """Make what the routes share. No file is read and nothing is started here."""
        facts = ("domain_id", "space_name", "user_profile_name", "execution_role_arn", "image_uri")
        self.context = Context(self.region, settings={name: getattr(self, name) for name in facts})
        self.upstream = Upstream(
            self.context.region,
            domain_id=lambda: self.context.value("domainId"),
            endpoint_url=self.endpoint_url,
            request_timeout=self.request_timeout,
            max_workers=self.max_workers,
        )

    def initialize_handlers(self) -> None:
        """Add our routes; without the tasks, should those fail to start."""
        self.handlers.extend(
            [
                (r"/sagemaker-studio/context/?", ContextHandler),
                (r"/sagemaker-studio/presign/?", PresignHandler),
                (r"/sagemaker-studio/aws/([a-z0-9-]+)(?:/.*)?", AwsHandler),
                *file_system_handlers(),
                *repository_handlers(),
                *space_handlers(),
            ]
        )
        try:
            from .tasks.handlers import task_handlers

            self.handlers.extend(task_handlers(self))
        except Exception:
            self.log.exception("SageMaker Studio: tasks are not available")

    async def stop_extension(self) -> None:
        """End the calls under way; a hanging one must not delay the server's stop."""
        if self.space is not None:
            self.space.awake.end()
        if self.file_systems is not None:
            await self.file_systems.close()
        if self.tasks is not None:
            await self.tasks.stop()
        await self.upstream.close()
