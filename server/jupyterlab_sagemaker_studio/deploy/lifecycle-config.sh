#!/bin/bash
# Lifecycle configuration of Amazon SageMaker Studio (JupyterLab): installs
# jupyterlab-sagemaker-studio. Made by `jupyter sagemaker-studio lifecycle-config`.
#
# It ends with 0 whatever happens, long before Studio's limit of 5 minutes: on any failure
# JupyterLab starts without the extension, and the log says why.

VERSION=@VERSION@
SHA256=@SHA256@
# Where the wheel comes from: s3://… or https://… or a file, an index, or a folder of wheels.
WHEEL=@WHEEL@
INDEX=@INDEX@
WHEELHOUSE=@WHEELHOUSE@
LIMIT=@LIMIT@

NAME=jupyterlab-sagemaker-studio
MODULE=jupyterlab_sagemaker_studio

say() { echo "$NAME: $*"; }

# give_up REASON: the only way out of a failure.
give_up() {
  say "not installed: $*"
  say "JupyterLab starts without it."
  exit 0
}

# limited COMMAND…: as long as there is time left.
limited() {
  local left=$((LIMIT - SECONDS))
  if [ "$left" -le 0 ]; then
    echo "the time limit of $LIMIT seconds is over"
    return 124
  fi
  if command -v timeout > /dev/null; then
    timeout -k 5 "$left" "$@"
  else
    "$@"
  fi
}

# reason CODE FILE: the last lines of what a command printed.
reason() {
  [ "$1" -eq 124 ] && echo -n "the time limit of $LIMIT seconds is over. "
  grep -v '^[[:space:]]*$' "$2" | tail -n 6
}

# The Python that JupyterLab runs with: in SageMaker Distribution that of the conda environment
# `base`, which need not be on the PATH of a lifecycle configuration.
find_python() {
  local jupyter candidate
  jupyter=$(command -v jupyter-lab || command -v jupyter)
  for candidate in "${jupyter:+$(dirname "$jupyter")/python}" /opt/conda/bin/python \
    "$(command -v python)" "$(command -v python3)"; do
    if [ -x "$candidate" ] && limited "$candidate" -c \
      'import importlib.util as u, sys; sys.exit(u.find_spec("jupyterlab") is None)' 2> /dev/null
    then
      echo "$candidate"
      return
    fi
  done
  return 1
}

installed_version() {
  "$PYTHON" -c "import importlib.metadata as m; print(m.version('$MODULE'))" 2> /dev/null
}

# from_s3 URI FOLDER: one object, or every wheel below a prefix that ends with /.
from_s3() {
  limited "$PYTHON" - "$1" "$2" << 'PYTHON_END'
import os, sys
import boto3
from botocore.config import Config

uri, folder = sys.argv[1:]
bucket, _, key = uri[len("s3://"):].partition("/")
config = Config(connect_timeout=10, read_timeout=30, retries={"total_max_attempts": 3})
try:
    s3 = boto3.client("s3", config=config)
    keys = [key]
    if not key or key.endswith("/"):
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=key)
        listed = (item["Key"] for page in pages for item in page.get("Contents", []))
        keys = [name for name in listed if name.endswith(".whl")]
        if not keys:
            sys.exit(f"there is no wheel below {uri}")
    for name in keys:
        s3.download_file(bucket, name, os.path.join(folder, name.rpartition("/")[2]))
except Exception as error:
    sys.exit(f"{uri}: {error}")
PYTHON_END
}

# from_web URL FOLDER
from_web() {
  limited "$PYTHON" - "$1" "$2" << 'PYTHON_END'
import os, sys, urllib.parse, urllib.request

url, folder = sys.argv[1:]
name = os.path.basename(urllib.parse.urlsplit(url).path)
try:
    with urllib.request.urlopen(url, timeout=30) as answer:
        with open(os.path.join(folder, name), "wb") as out:
            out.write(answer.read())
except Exception as error:
    sys.exit(f"{url}: {error}")
PYTHON_END
}

pip() {
  limited "$PYTHON" -m pip --disable-pip-version-check --no-input "$@"
}

# fetch: puts the wheel, and what else a wheelhouse holds, into $WORK/wheels.
fetch() {
  mkdir -p "$WORK/wheels"
  case "$WHEEL$WHEELHOUSE" in
    s3://*) from_s3 "$WHEEL$WHEELHOUSE" "$WORK/wheels" ;;
    https://* | http://*) from_web "$WHEEL" "$WORK/wheels" ;;
    "")
      pip download --quiet --no-deps --retries 1 --timeout 15 --only-binary :all: \
        ${INDEX:+--index-url "$INDEX"} --dest "$WORK/wheels" "$NAME==$VERSION"
      ;;
    *)
      if [ -n "$WHEEL" ]; then cp -- "$WHEEL" "$WORK/wheels/"; else
        cp -- "$WHEELHOUSE"/*.whl "$WORK/wheels/"
      fi
      ;;
  esac
}

# install_wheel FILE: what the image has already is kept; only what is missing is fetched.
install_wheel() {
  local quiet="--quiet --no-warn-script-location"
  # shellcheck disable=SC2086
  if pip install $quiet --no-index --find-links "$WORK/wheels" "$1"; then return 0; fi
  [ -n "$WHEELHOUSE" ] && return 1
  # shellcheck disable=SC2086
  pip install $quiet --retries 1 --timeout 15 ${INDEX:+--index-url "$INDEX"} "$1"
}

# restart: Jupyter reads its extensions when it starts; usually it has not started yet.
restart() {
  command -v restart-jupyter-server > /dev/null || return 0
  limited "$PYTHON" - 2> /dev/null << 'PYTHON_END' || return 0
import socket, sys
from jupyter_server.serverapp import list_running_servers

for server in list_running_servers():
    try:
        socket.create_connection(("127.0.0.1", server["port"]), 2).close()
        sys.exit(0)
    except OSError:
        continue
sys.exit(1)
PYTHON_END
  say "restarting Jupyter, which was running already"
  restart-jupyter-server || say "restart-jupyter-server failed: restart Jupyter by hand"
}

main() {
  [ -z "${SAGEMAKER_RECOVERY_MODE:-}" ] || give_up "the space is in recovery mode"
  # Nothing of it belongs into the home folder, where it would outlive a change of image.
  export PIP_USER=0 PYTHONNOUSERSITE=1
  unset PIP_REQUIRE_VIRTUALENV PIP_TARGET PIP_PREFIX
  PYTHON=$(find_python) || give_up "no Python with JupyterLab was found on PATH=$PATH"
  local present wheel sum
  present=$(installed_version)
  if [ "$present" = "$VERSION" ]; then
    say "$VERSION is there already"
    exit 0
  fi
  WORK=$(mktemp -d) || give_up "no temporary folder could be made"
  trap 'rm -rf "$WORK"' EXIT
  fetch > "$WORK/log" 2>&1 || give_up "the wheel could not be fetched. $(reason $? "$WORK/log")"
  wheel=$(ls "$WORK/wheels/$MODULE-$VERSION-"*.whl 2> /dev/null | head -n 1)
  [ -n "$wheel" ] || give_up "there is no wheel of version $VERSION among $(ls "$WORK/wheels")"
  sum=$(sha256sum "$wheel" | cut -d ' ' -f 1)
  [ "$sum" = "$SHA256" ] || give_up "the wheel has the SHA-256 $sum, not $SHA256"
  install_wheel "$wheel" > "$WORK/log" 2>&1 || give_up "pip failed. $(reason $? "$WORK/log")"
  if ! limited "$PYTHON" -c "import $MODULE.app" > "$WORK/log" 2>&1; then
    local why
    why=$(reason $? "$WORK/log")
    pip uninstall --yes --quiet "$NAME" > /dev/null 2>&1
    give_up "it could not be imported and was removed again. $why"
  fi
  say "installed $VERSION into $("$PYTHON" -c 'import sys; print(sys.prefix)')" \
    "in $SECONDS seconds${present:+ (was $present)}"
  restart
}

# In a subshell, so that nothing it does can end this script with another code.
(main)
exit 0
