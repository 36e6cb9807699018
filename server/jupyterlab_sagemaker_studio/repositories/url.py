"""Which URLs git may be given: https, ssh and CodeCommit ones that mean a single thing.

git understands many more (``ext::`` runs a program, ``file://`` reads the disk), and a URL also
reaches a shell on the other side of ssh, so what is not plainly an address is refused. The cases
stand in ``server/tests/repositories/urls.json``, which the browser's tests read, too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from ..tasks.model import TaskError

LONGEST = 2048
_CONTROL = re.compile(r"[\x00-\x20\x7f-\xa0]")
_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*)(://|::)")
# user@host:path, which git takes for ssh; a colon after a slash is part of a path.
_SCP = re.compile(r"^([^@:/]+)@(\[[^\]]*\]|[^:/@\[\]]*):(?!/{2})(.*)$")
_AUTHORITY = re.compile(r"^(?:(.*)@)?(\[[^\]]*\]|[^:@\[\]]*)(?::([^:@]*))?$")
_HOST = re.compile(r"^(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\])$")
_USER = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9_.+-]*$")
_PATH = re.compile(r"^[A-Za-z0-9._~/+%@,=:-]+$")
_CODECOMMIT = re.compile(
    r"^codecommit(?:::([a-z]{2}(?:-[a-z]+)+-\d))?://(?:([A-Za-z0-9_][A-Za-z0-9_.-]*)@)?"
    r"([A-Za-z0-9_][A-Za-z0-9_.-]{0,99})$"
)
_CODECOMMIT_HOST = re.compile(r"^git-codecommit(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$")


@dataclass(frozen=True)
class RepositoryUrl:
    """A URL git may be given.

    :ivar scheme: ``https``, ``ssh`` or ``codecommit``.
    :ivar host: in lower case, with the port where one is given; None for ``codecommit://``, which
        names no region.
    :ivar folder: what git would call the clone.
    :ivar profile: AWS profile in a CodeCommit URL.
    """

    text: str
    scheme: str
    host: str | None
    folder: str

    profile: str | None = None


def is_codecommit(host: str) -> bool:
    """Whether the role signs in to a host."""
    return bool(_CODECOMMIT_HOST.match(host))


def codecommit_host(region: str) -> str:
    """CodeCommit's host in a region (AWS CodeCommit User Guide, "Regions and Git endpoints")."""
    ending = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"git-codecommit.{region}.{ending}"


def parse(text: str) -> RepositoryUrl:
    """Read a URL; raises ``InvalidRepositoryUrl`` or ``CredentialsInUrl`` (400)."""
    if not text:
        raise _invalid("it is empty")
    if len(text) > LONGEST:
        raise _invalid(f"it is longer than {LONGEST:,} characters")
    if _CONTROL.search(text):
        raise _invalid("it has spaces or control characters")
    if text.startswith("-"):
        raise _invalid("it begins with a dash")
    scheme = _SCHEME.match(text)
    if scheme is None:
        return _parse_scp(text)
    if scheme[1] == "codecommit":
        return _parse_codecommit(text)
    if scheme[2] == "::" or scheme[1] not in ("https", "ssh"):
        raise _invalid(f"{scheme[1]}{scheme[2]} is not https://, ssh:// or codecommit://")
    authority, slash, path = text[scheme.end() :].partition("/")
    match = _AUTHORITY.match(authority)
    if match is None:
        raise _invalid("its host cannot be read")
    user, host, port = match.groups()
    if user is not None:
        _check_user(scheme[1], user)
    host = _check_host(host)
    if port is not None:
        if not re.fullmatch(r"\d{1,5}", port) or not 0 < int(port) < 65536:
            raise _invalid(f"“{port}” is not a port")
        host = f"{host}:{port}"
    return RepositoryUrl(text, scheme[1], host, _check_path(slash + path))


def _parse_scp(text: str) -> RepositoryUrl:
    match = _SCP.match(text)
    if match is None:
        if re.match(r"^[^/@]*:[^@/]*@[^/]*[:/]", text):
            raise _in_url()
        raise _invalid("it begins with neither https://, ssh://, codecommit:: nor user@host:")
    user, host, path = match.groups()
    _check_user("ssh", user)
    if path.startswith("-"):
        raise _invalid("its path begins with a dash")
    return RepositoryUrl(text, "ssh", _check_host(host), _check_path(path))


def _parse_codecommit(text: str) -> RepositoryUrl:
    match = _CODECOMMIT.match(text)
    if match is None or ".." in match[3]:
        raise _invalid("a CodeCommit one is codecommit::region://repository")
    region, profile, name = match.groups()
    host = None
    if region:
        host = codecommit_host(region)
    return RepositoryUrl(text, "codecommit", host, name, profile)


def _check_user(scheme: str, user: str) -> None:
    if scheme == "https" or ":" in user:
        raise _in_url()
    if not _USER.match(user):
        raise _invalid(f"“{user}” is not a plain user name")


def _check_host(host: str) -> str:
    if not host:
        raise _invalid("it names no host")
    if not _HOST.match(host) or ".." in host:
        raise _invalid(f"“{host}” is not a host")
    return host.lower()


def _check_path(path: str) -> str:
    """Answers the folder's name."""
    parts = [part for part in path.split("/") if part]
    if not parts:
        raise _invalid("it names no repository after the host")
    decoded = unquote(path)
    if not _PATH.match(path) or _CONTROL.search(decoded.replace(" ", "")) or "\\" in decoded:
        raise _invalid("its path has characters that do not belong into one")
    if any(part in (".", "..") for part in decoded.split("/")):
        raise _invalid("its path has a “.” or “..” in it")
    folder = unquote(parts[-1])
    folder = folder[: -len(".git")] if folder.endswith(".git") else folder
    if not folder or "/" in folder:
        raise _invalid("it names no repository after the host")
    return folder


def _invalid(why: str) -> TaskError:
    return TaskError(
        "InvalidRepositoryUrl",
        f"This cannot be the URL of a repository: {why}.",
        hint="Copy the address that the repository's page shows for cloning.",
    )


def _in_url() -> TaskError:
    return TaskError(
        "CredentialsInUrl",
        "The URL holds a user name or a password.",
        hint="Leave them out of the URL; they are asked for where the host wants them.",
    )
