"""What all our routes have in common, and the routes that need no AWS call."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import ensure_async
from tornado import web

from .errors import AwsError

if TYPE_CHECKING:
    from .app import SageMakerStudioApp

#: The resource Jupyter's authorizer is asked about, with the action ``read`` or ``write``.
AUTH_RESOURCE = "sagemaker-studio"

# Bodies of our own routes are small; notebooks and data never pass through them.
_MAX_JSON = 1024 * 1024


class StudioHandler(APIHandler):
    """Base of every route: signed in, protected against forged requests, errors in one shape."""

    auth_resource = AUTH_RESOURCE
    # Polling must not look like a person at work, or the space never becomes idle.
    _track_activity = False

    @property
    def studio(self) -> SageMakerStudioApp:
        """The extension this route belongs to."""
        app: SageMakerStudioApp = self.settings["jupyterlab_sagemaker_studio"]
        return app

    async def prepare(self) -> None:  # type: ignore[override]
        """Refuse what another site's page made the browser send.

        A Studio app allows any origin, and apps of other people are of the same site.
        """
        await super().prepare()
        sent_by = self.request.headers.get("Sec-Fetch-Site", "same-origin")
        if sent_by not in ("same-origin", "none") and not self.token_authenticated:
            raise AwsError(
                "CrossSiteRequest",
                "The request was made by a page that does not belong to this JupyterLab.",
                status=403,
            )

    def set_default_headers(self) -> None:
        """Answers hold account data: never kept, never guessed to be a page."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")

    def compute_etag(self) -> None:
        """No ETag of tornado's: it would hash every answer, and AWS sends its own."""
        return None

    async def authorize(self, action: str) -> None:
        """Ask Jupyter's authorizer for ``read`` or ``write``; raises ``NotAuthorized`` (403)."""
        allowed = self.authorizer.is_authorized(self, self.current_user, action, self.auth_resource)
        if not await ensure_async(allowed):
            raise AwsError(
                "NotAuthorized",
                f"Your account on this Jupyter server may not {action} {AUTH_RESOURCE}.",
                status=403,
            )

    def json_body(self, limit: int = _MAX_JSON) -> dict[str, Any]:
        """The request's JSON object, else ``BadRequest`` (400) or ``RequestTooLarge`` (413).

        :param limit: bytes it may have.
        """
        if len(self.request.body) > limit:
            raise too_large(limit)
        try:
            body = json.loads(self.request.body)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise AwsError("BadRequest", "The request's body must be a JSON object.")
        return body

    def reply(self, data: Any, status: int = 200) -> None:
        """Answer with JSON."""
        self.set_status(status)
        self.finish(json.dumps(data))

    def log_exception(self, *exc_info: Any) -> None:
        """A refused request is no defect: no traceback in the log."""
        if not isinstance(exc_info[1], AwsError):
            super().log_exception(*exc_info)

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Give :class:`AwsError` its own status; tornado takes it for a defect (500)."""
        error = (kwargs.get("exc_info") or (None, None))[1]
        if isinstance(error, AwsError):
            status_code = error.status
        super().send_error(status_code, **kwargs)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """``{"error": {code, message, …}}`` with the status that is true."""
        error = self.error_of(status_code, (kwargs.get("exc_info") or (None, None))[1])
        self.finish(json.dumps({"error": error.to_dict()}))

    def error_of(self, status: int, error: BaseException | None) -> AwsError:
        """Whatever went wrong as :class:`AwsError`; details of a defect stay in the log."""
        if isinstance(error, AwsError):
            return error
        if isinstance(error, web.HTTPError):
            message = error.log_message or error.reason or ""
            if status == 403 and getattr(self, "_jupyter_current_user", None) is None:
                return AwsError(
                    "NotSignedIn",
                    "You are not signed in to this Jupyter server, or no longer.",
                    status=403,
                    hint="Reload the page and sign in.",
                )
            if status == 403 and "xsrf" in message.lower():
                return AwsError(
                    "XsrfCheckFailed",
                    "The request did not prove that it comes from this JupyterLab page.",
                    status=403,
                    hint="Reload the page.",
                )
            return AwsError(
                _CODES.get(status, f"HTTP{status}"), message or "Refused.", status=status
            )
        request_id = str(uuid.uuid4())
        self.log.error("SageMaker Studio: request %s failed", request_id, exc_info=error)
        return AwsError(
            "InternalError",
            "The JupyterLab server failed on this request; its log says why.",
            status=500,
            request_id=request_id,
        )


_CODES = {400: "BadRequest", 403: "Forbidden", 404: "NotFound", 405: "MethodNotAllowed"}


def too_large(limit: int) -> AwsError:
    """The error for a body over ``limit`` bytes."""
    return AwsError(
        "RequestTooLarge",
        f"The request's body is larger than {limit // 1024:,} KiB.",
        status=413,
    )


class ContextHandler(StudioHandler):
    """``GET context``: where this server runs, as far as it knows without a network call."""

    @web.authenticated
    async def get(self) -> None:
        await self.authorize("read")
        extensions = self.serverapp.extension_manager.extensions if self.serverapp else {}
        enabled = {name for name, package in extensions.items() if package.enabled}
        self.reply(self.studio.context.describe(enabled))
