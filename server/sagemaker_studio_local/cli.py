"""The command: ``python -m sagemaker_studio_local`` or ``sagemaker-studio-local``."""

from __future__ import annotations

import argparse
import errno
import logging
import os
import signal
import socket
import sys
import threading
import webbrowser
from pathlib import Path

import psutil

from . import __version__, seed
from .aws_services.firing import MAX_SPEED
from .control_plane.launcher import AppFailed, ScriptFailed
from .studio import StateInUse, Studio
from .supervisor import AppOptions, AppSupervisor
from .supervisor.environment import own_environment
from .supervisor.process import JupyterLabApp, new_token

APP_PORT = 8888
AWS_PORT = 4566
SPEED = 30.0


def main(argv: list[str] | None = None) -> int:
    """Run until Ctrl-C or SIGTERM. Answers the exit code: 2 for what the caller must change."""
    options = _parser().parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    own = own_environment(os.environ)
    os.environ.clear()
    os.environ.update(own)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Under nohup a closed terminal is to be survived.
        if signal.getsignal(number) is not signal.SIG_IGN or number == signal.SIGINT:
            signal.signal(number, lambda *_: stop.set())
    try:
        return _run(options, stop)
    except _Refused as refused:
        print(refused, file=sys.stderr)
        return 2


class _Refused(Exception):
    """Why it did not start, in words."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sagemaker-studio-local",
        description="A SageMaker Studio domain on this machine, without an AWS account.",
    )
    parser.add_argument("--port", type=_port, help=f"of JupyterLab (default {APP_PORT})")
    parser.add_argument("--aws-port", type=_port, help=f"of the AWS APIs (default {AWS_PORT})")
    parser.add_argument("--state", type=Path, help="folder for everything that is kept")
    parser.add_argument(
        "--speed",
        type=_speed,
        default=SPEED,
        help=f"how many times faster than AWS instances start (default {SPEED:g}; 1 is AWS's pace)",
    )
    parser.add_argument(
        "--schedule-speed",
        type=_schedule_speed,
        default=1.0,
        metavar="N",
        help=f"run recurring schedules and rules N times as fast (default 1; up to {MAX_SPEED:g})",
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    parser.add_argument("--no-app", action="store_true", help="the AWS APIs without JupyterLab")
    parser.add_argument(
        "--no-state-machine",
        action="store_true",
        help="as if no administrator had deployed the state machine that changes spaces",
    )
    parser.add_argument(
        "--enforce-iam",
        action="store_true",
        help="hold apps and jobs to the IAM policies of their roles",
    )
    parser.add_argument(
        "--app-python",
        type=_python,
        metavar="PATH",
        help="run JupyterLab with this Python instead of this command's own",
    )
    parser.add_argument("--version", action="version", version=__version__)
    return parser


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (0 to 65535)")
    return int(text)


def _python(text: str) -> Path:
    path = Path(text).expanduser()
    if not (path.is_file() and os.access(path, os.X_OK)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a Python that can be run")
    return path


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed <= 1e9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number greater than 0")
    return speed


def _schedule_speed(text: str) -> float:
    speed = _speed(text)
    if speed > MAX_SPEED:
        raise argparse.ArgumentTypeError(f"{text!r} is more than {MAX_SPEED:g}")
    return speed


def default_state() -> Path:
    """``sagemaker-studio-local`` in the person's data folder."""
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "sagemaker-studio-local"


def _run(options: argparse.Namespace, stop: threading.Event) -> int:
    state = (options.state or default_state()).expanduser().absolute()
    app_port = 0 if options.no_app else _free_port(options.port, APP_PORT, "--port", "JupyterLab")
    aws_port = _free_port(options.aws_port, AWS_PORT, "--aws-port", "the AWS APIs")
    apps: AppSupervisor | None = None

    def make_launcher(studio: Studio) -> AppSupervisor:
        nonlocal apps
        given = os.environ.get("JUPYTER_TOKEN")
        token = new_token() if given is None else given
        apps = AppSupervisor(studio, AppOptions(app_port, token, options.app_python, _say))
        return apps

    studio = Studio(
        state,
        port=aws_port,
        speed=options.speed,
        state_machine=not options.no_state_machine,
        enforce_iam=options.enforce_iam,
        make_launcher=None if options.no_app else make_launcher,
        schedule_speed=options.schedule_speed,
    )
    try:
        studio.start()
    except StateInUse as error:
        raise _Refused(str(error)) from None
    except OSError as error:
        raise _Refused(f"The local Studio cannot start in {state}: {error}") from None
    try:
        _say(f"AWS APIs at {studio.endpoint_url} (region {seed.REGION}, domain {seed.DOMAIN_ID})")
        _say(f"State in {state}; for boto3 or the AWS CLI in a terminal: . {state / 'env'}")
        _say(f"Portal {studio.endpoint_url}/_studio/portal")
        if apps is None:
            _say(f"READY {studio.endpoint_url}")
            stop.wait()
            return 0
        return _run_app(studio, apps, options.no_browser, stop)
    finally:
        _say("Stopping the local Studio ...")
        studio.stop()


def _run_app(studio: Studio, apps: AppSupervisor, no_browser: bool, stop: threading.Event) -> int:
    """Start the own space's app and stay until ``stop``, whatever becomes of the app later."""
    try:
        if not studio.start_app(stop):
            return 0
    except ScriptFailed as error:
        # To be repaired by calls of the AWS APIs, so those stay.
        print(error, file=sys.stderr)
    except AppFailed as error:
        print(error, file=sys.stderr)
        return 1
    app = apps.app_of(seed.APP_KEY)
    if app is not None:
        _say(f"READY {app.url}")
        if not no_browser:
            _open_browser(app)
    stop.wait()
    return 0


def _open_browser(app: JupyterLabApp) -> None:
    page = app.open_file
    address = page.as_uri() if page is not None and page.exists() else app.url
    # A browser that stays in the foreground must not keep us from hearing Ctrl-C.
    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def _say(text: str) -> None:
    print(text, flush=True)


def _free_port(wanted: int | None, default: int, option: str, purpose: str) -> int:
    """A port nothing listens on: the one asked for, or else one near the default.

    Refuses when the one asked for is taken, and says by which process if that can be found out.
    """
    port = default if wanted is None else wanted
    if port != 0 and _is_free(port):
        return port
    if wanted:
        raise _Refused(
            f"The port {port} for {purpose} is in use{_listener(port)}. Stop that process, or"
            f" choose another port with {option}."
        )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    if port != 0:
        _say(f"The port {port} is in use{_listener(port)}; {purpose} will be at port {free}.")
    return free


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise _Refused(f"The port {port} cannot be used: {error.strerror}.") from None
    return True


def _listener(port: int) -> str:
    """`` by process 12 (command)``, or nothing when the system does not tell."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except (psutil.AccessDenied, OSError):
        return ""
    for connection in connections:
        if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,):
            if connection.pid is None:
                return " by a process of another user"
            try:
                # The arguments may hold secrets; the program's name and script do not.
                command = " ".join(psutil.Process(connection.pid).cmdline()[:3])
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                command = "ended meanwhile"
            return f" by process {connection.pid} ({command})"
    return ""
