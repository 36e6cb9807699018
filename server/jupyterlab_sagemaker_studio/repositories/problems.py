"""What went wrong, told from git's and ssh's own words (in English: ``LC_ALL=C``)."""

from __future__ import annotations

import re

from ..tasks.model import TaskError

_LONGEST = 4000

# The first that fits. Words of hosts: what GitHub, GitLab, Bitbucket, Azure DevOps and CodeCommit
# answer for git over HTTPS and ssh.
_SIGNS: list[tuple[str, str]] = [
    ("DiskFull", r"No space left on device|Disk quota exceeded|disk full"),
    ("HostKeyChanged", r"REMOTE HOST IDENTIFICATION HAS CHANGED"),
    (
        "HostKeyRejected",
        r"Host key verification failed|No \w+ host key is known|host key .*(rejected|not trusted)",
    ),
    (
        "TwoFactorRequired",
        r"(?i)password authentication (was|is|has been) (removed|not supported|no longer|disabled)|"
        r"(support for|basic auth\w* with) passwords? .*(removed|not supported|deprecated)|"
        r"two-factor|2fa\b|one-time pass|\botp\b|personal access token|app password|"
        r"must use .*token",
    ),
    (
        "AuthenticationFailed",
        r"Authentication failed|HTTP Basic: Access denied|could not read (Username|Password)|"
        r"Permission denied \(|Invalid username or password|returned error: 40[13]|"
        r"told us to quit|Too many authentication failures|Permission to .* denied|"
        r"No supported authentication methods",
    ),
    ("ReferenceNotFound", r"Remote branch .+ not found|couldn't find remote ref|not our ref"),
    (
        "RepositoryNotFound",
        r"(?i)repository '.*' not found|repository not found|returned error: 4(04|10)|"
        r"does not appear to be a git repository|project you were looking for|"
        r"remote: not found|repository .*does ?n.t exist|RepositoryDoesNotExist",
    ),
    (
        "HostUnreachable",
        r"(?i)could not resolve|failed to connect|couldn't connect|connection refused|"
        r"connection timed out|no route to host|network is unreachable|"
        r"CONNECT (aborted|tunnel failed)|proxy after CONNECT|"
        r"name or service not known|temporary failure in name",
    ),
    (
        "TransferInterrupted",
        r"(?i)early EOF|RPC failed|unexpected disconnect|hung up unexpectedly|connection reset|"
        r"transfer closed|invalid index-pack|index-pack (died|failed)|recv failure|"
        r"empty reply from server|broken pipe|connection (was )?closed|bad pack header|"
        r"recv error|operation too slow|timed out",
    ),
    (
        "TlsFailed",
        r"(?i)\bSSL\b|certificate|gnutls|TLS handshake|handshake failure",
    ),
]

_HINTS = {
    "DiskFull": "Free some space, clone with a depth, or choose a folder on another volume.",
    "HostKeyRejected": "Compare the fingerprint with the one the host's owner publishes.",
    "TwoFactorRequired": "Make a personal access token on the host and give it as the password.",
    "AuthenticationFailed": "Most hosts want a personal access token that may read this "
    "repository in place of the password; over ssh, a key that the host knows.",
    "ReferenceNotFound": "Look up the name of the branch or tag, or leave it empty.",
    "RepositoryNotFound": "Check the URL. Many hosts also say this of a repository that the "
    "account may not see.",
    "TlsFailed": "The host's certificate is not trusted here. If it is your company's own, have "
    "its authority added: git config --global http.sslCAInfo <file>.",
    "HostUnreachable": "Check the host's name. A space in a VPC without internet access reaches "
    "only hosts that its network leads to.",
    "TransferInterrupted": "Try again; a clone with a depth transfers less.",
    "SettingsRefused": "If you trust whoever made the folder, pull in the Git panel or a terminal.",
    "SubmoduleFailed": "Clone without submodules to get the rest.",
}

_REFUSED = ("AuthenticationFailed", "TwoFactorRequired")
_NOT_OF_SUBMODULES = (*_REFUSED, "DiskFull", "HostKeyChanged", "HostKeyRejected")


def code_of(words: str, default: str) -> str:
    """The code for git's words."""
    for code, sign in _SIGNS:
        if re.search(sign, words):
            return code
    return default


def is_refusal(words: str) -> bool:
    """Whether the host wants something else to be signed in with."""
    return code_of(words, "") in _REFUSED


def words_of_host(words: str) -> str:
    """What a person needs to be told of a refusal: the host's own words where it has any."""
    remote = [
        line.removeprefix("remote:").strip()
        for line in words.splitlines()
        if line.startswith("remote:")
    ]
    said = " ".join(line for line in remote if line)
    return said or words.strip().rpartition("\n")[2].removeprefix("fatal: ")


def failure(words: str, default: str, *, host: str = "") -> TaskError:
    """The error for git's words; ``default`` is the code when they tell nothing."""
    code = code_of(words, default)
    if default == "SubmoduleFailed" and code not in _NOT_OF_SUBMODULES:
        code = default
    return told(code, words, host=host)


def told(code: str, words: str, *, host: str = "") -> TaskError:
    """An error with git's words in full."""
    hint = _HINTS.get(code)
    if "'remote-codecommit' is not a git command" in words:
        hint = (
            "A profile in the URL needs git-remote-codecommit: pip install git-remote-codecommit. "
            "Without one, the execution role is used."
        )
    if code == "HostKeyChanged":
        name, _, port = host.partition(":") if not host.startswith("[") else (host, "", "")
        known = f"'[{name}]:{port}'" if port else f"'{name}'"
        hint = (
            "Somebody may stand between you and the host, or it has a new key. Compare the "
            "fingerprint with the one its owner publishes; if it is right, remove the old key in "
            f"a terminal: ssh-keygen -R {known}"
        )
    text = words.strip()[-_LONGEST:] or "git gives no reason."
    return TaskError(code, text, hint=hint)
