"""git's, ssh's and hosts' words: what becomes of them."""

from __future__ import annotations

import pytest
from jupyterlab_sagemaker_studio.repositories import problems
from jupyterlab_sagemaker_studio.repositories.progress import Progress


def read(*pieces: bytes, submodules: str = ""):
    told = []
    progress = Progress(
        lambda r: told.append((r.phase, r.done, r.total, r.bytes)), submodules=submodules
    )
    for piece in pieces:
        progress.feed(piece)
    return told, progress.finish()


def test_counts():
    told, words = read(
        b"Cloning into 'x'...\nremote: Enumerating objects: 10, done.        \n",
        b"remote: Counting objects:  50% (5/10)\rremote: Counting objects: 100% (10/10), done.\n",
        b"Receiving objects:  45% (450/1000), 12.50 MiB | 4.00 MiB/s\r",
        b"Receiving objects:  46% (460/1000), 1.",
        b"00 GiB | 4.00 MiB/s\rReceiving objects: 100% (1000/1000), 1.00 GiB | 4 MiB/s, done.\n",
        b"Resolving deltas:   0% (0/7)\rUpdating files:  10% (3/30)\r",
    )
    assert told == [
        ("Counting objects", 5, 10, 0),
        ("Counting objects", 10, 10, 0),
        ("Receiving objects", 450, 1000, 13_107_200),
        ("Receiving objects", 460, 1000, 2**30),
        ("Receiving objects", 1000, 1000, 2**30),
        ("Resolving deltas", 0, 7, 2**30),
        ("Checking out files", 3, 30, 2**30),
    ]
    assert words == ""


def test_submodules_add_up():
    told, words = read(
        b"Submodule 'a' (https://h/a) registered for path 'a'\n",
        b"Cloning into '/root/.x.clone/a'...\n",
        b"Receiving objects: 100% (4/4), 3.00 KiB | 1 KiB/s, done.\n",
        b"Cloning into '/root/.x.clone/b/c'...\n",
        b"Receiving objects: 100% (2/2), 1.00 KiB | 1 KiB/s, done.\n",
        b"Submodule path 'a': checked out '0123'\n",
        submodules="/root/.x.clone",
    )
    assert told == [
        ("Cloning submodule a", 0, 0, 0),
        ("Cloning submodule a", 4, 4, 3072),
        ("Cloning submodule b/c", 0, 0, 3072),
        ("Cloning submodule b/c", 2, 2, 4096),
    ]
    assert words == ""


def test_last_words():
    _, words = read(
        b"remote: \x1b[31mNo.\x1b[0m\x07\nReceiving objects: 1% (1/99)\rerror: RPC failed\n",
        b"fatal: unable to access 'https://me:secret@host/x/'",
    )
    assert words == "remote: No.\nerror: RPC failed\nfatal: unable to access 'https://host/x/'"


@pytest.mark.parametrize(
    "words,code",
    [
        ("fatal: write error: No space left on device\nfatal: fetch-pack: invalid", "DiskFull"),
        (
            "remote: Support for password authentication was removed on August 13, 2021.\n"
            "fatal: Authentication failed for 'https://github.com/a/b/'",
            "TwoFactorRequired",
        ),
        (
            "remote: HTTP Basic: Access denied. If a password was provided for Git authentication, "
            "the password was incorrect or you're required to use a token instead of a password.",
            "AuthenticationFailed",
        ),
        ("git@h: Permission denied (publickey).", "AuthenticationFailed"),
        ("fatal: unable to access 'https://h/': The requested URL returned error: 403", "Auth"),
        (
            "remote: Repository not found.\nfatal: repository 'https://github.com/a/' not found",
            "RepositoryNotFound",
        ),
        ("remote: The project you were looking for could not be found", "RepositoryNotFound"),
        ("fatal: '/x' does not appear to be a git repository", "RepositoryNotFound"),
        ("fatal: Remote branch x not found in upstream origin", "ReferenceNotFound"),
        ("fatal: unable to access 'x': Could not resolve host: h", "HostUnreachable"),
        ("ssh: connect to host h port 22: Connection timed out", "HostUnreachable"),
        (
            "fatal: unable to access 'x': Received HTTP code 403 from proxy after CONNECT",
            "HostUnreachable",
        ),
        ("fatal: unable to access 'x': SSL certificate problem: unable to get", "TlsFailed"),
        ("fatal: server certificate verification failed. CAfile: none", "TlsFailed"),
        (
            "error: RPC failed; curl 56 GnuTLS recv error (-110): The TLS connection was "
            "non-properly terminated.\nfatal: early EOF",
            "TransferInterrupted",
        ),
        ("client_loop: send disconnect: Broken pipe", "TransferInterrupted"),
        ("Host key verification failed.", "HostKeyRejected"),
        ("fatal: something new", "CloneFailed"),
    ],
)
def test_codes(words, code):
    error = problems.failure(words, "CloneFailed")
    assert error.code.startswith(code) and error.message == words


def test_codes_of_submodules():
    gone = "fatal: repository 'https://h/a/' not found"
    assert problems.failure(gone, "SubmoduleFailed").code == "SubmoduleFailed"
    full = "No space left on device"
    assert problems.failure(full, "SubmoduleFailed").code == "DiskFull"


def test_words_are_cut_at_their_beginning():
    error = problems.failure("x" * 9000 + "fatal: end", "CloneFailed")
    assert error.message.endswith("fatal: end") and len(error.message) == 4000
