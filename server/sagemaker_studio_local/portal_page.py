"""The portal's HTML. No scripts and nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_STATES = {
    "Pending": "Starting",
    "InService": "Running",
    "Deleting": "Stopping",
    "Deleted": "Stopped",
    "Failed": "Failed",
}
_CHANGING = ("Pending", "Deleting", "Updating")
_STYLE = """
:root { color-scheme: light dark; --text: #16191f; --dim: #545b64; --back: #f6f7f9;
  --card: #fff; --line: #d5dbdb; --accent: #0b63ce; --bad: #b0261a; --good: #1d7a34; }
@media (prefers-color-scheme: dark) { :root { --text: #e9ebed; --dim: #a3acb8; --back: #14181f;
  --card: #1d232c; --line: #3b4553; --accent: #6cb0ff; --bad: #ff9a8f; --good: #6fd08a; } }
body { margin: 0; background: var(--back); color: var(--text);
  font: 15px/1.45 system-ui, sans-serif; }
main { max-width: 56rem; margin: 0 auto; padding: 2rem 1rem; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; }
p { margin: 0 0 1rem; color: var(--dim); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: 1rem; margin: 0 0 .75rem; }
section.marked { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
h2 { font-size: 1.05rem; margin: 0; }
.row { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center;
  justify-content: space-between; }
.dim { color: var(--dim); }
.Running { color: var(--good); } .Failed { color: var(--bad); }
form { display: inline-flex; gap: .5rem; align-items: center; margin: 0; }
.problem { color: var(--bad); border-color: var(--bad); overflow-wrap: anywhere; }
section p:last-child { margin: .5rem 0 0; }
select, button { font: inherit; padding: .3rem .7rem; border-radius: 6px;
  border: 1px solid var(--line); background: var(--card); color: var(--text); }
button { cursor: pointer; } button.first { border-color: var(--accent); color: var(--accent); }
button:disabled { cursor: default; opacity: .55; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
"""


@dataclass(frozen=True)
class SpaceRow:
    """What the portal shows of a space."""

    name: str
    owner: str
    sharing: str
    status: str
    app_status: str
    reason: str
    instance_type: str
    choices: Sequence[str]
    can_open: bool

    @property
    def is_changing(self) -> bool:
        """Whether its state is about to change by itself."""
        return self.app_status in _CHANGING or self.status in _CHANGING


def spaces_page(rows: Sequence[SpaceRow], marked: str, problem: str, secret: str) -> str:
    """The page of all spaces.

    :param marked: the space the reader came for.
    :param problem: why what the reader asked for was refused.
    :param secret: goes into every form.
    """
    told = ""
    if problem:
        told = f'<section class="problem" role="alert">{escape(problem)}</section>'
    body = (
        "<h1>Spaces</h1><p>JupyterLab spaces of the local SageMaker Studio on this machine.</p>"
        + told
        + "".join(_space(row, row.name == marked, secret) for row in rows)
    )
    # A page that tells of a problem stays until it is read.
    refresh = not problem and any(row.is_changing for row in rows)
    return _document(body, refresh)


def note_page(text: str) -> str:
    """A page with one sentence and the way to the portal."""
    link = '<p><a href="/_studio/portal">Spaces</a></p>'
    return _document(f'<h1>Local SageMaker Studio</h1><p role="alert">{escape(text)}</p>{link}')


def _space(row: SpaceRow, is_marked: bool, secret: str) -> str:
    state = "Updating" if row.status == "Updating" else _STATES[row.app_status]
    reason = f'<p class="problem">{escape(row.reason)}</p>' if row.reason else ""
    return (
        f'<section class="{"marked" if is_marked else ""}" aria-label="{escape(row.name)}">'
        f'<div class="row"><div><h2>{escape(row.name)}</h2>'
        f'<span class="dim">{escape(row.sharing)} · {escape(row.owner)}</span> · '
        f'<span class="{state}" role="status">{state}</span></div>'
        f'<div class="row">{_forms(row, secret)}</div></div>{reason}</section>'
    )


def _forms(row: SpaceRow, secret: str) -> str:
    if row.app_status in ("InService", "Pending", "Deleting"):
        disabled = row.app_status != "InService"
        kind = f'<span class="dim">{escape(row.instance_type)}</span>'
        opened = _form("open", row, secret, "", "Open", not row.can_open or disabled, "first")
        return kind + opened + _form("stop", row, secret, "", "Stop", disabled)
    options = "".join(
        f"<option{' selected' if choice == row.instance_type else ''}>{escape(choice)}</option>"
        for choice in row.choices
    )
    label = f"Instance of {escape(row.name)}"
    select = f'<select name="instance" aria-label="{label}">{options}</select>'
    return _form("run", row, secret, select, "Run space", row.status in _CHANGING, "first")


def _form(
    action: str,
    row: SpaceRow,
    secret: str,
    fields: str,
    label: str,
    is_disabled: bool,
    kind: str = "",
) -> str:
    return (
        f'<form method="post" action="/_studio/portal/{action}">'
        f'<input type="hidden" name="token" value="{escape(secret)}">'
        f'<input type="hidden" name="space" value="{escape(row.name)}">{fields}'
        f'<button class="{kind}"{" disabled" if is_disabled else ""}>{label}</button></form>'
    )


def _document(body: str, refresh: bool = False) -> str:
    head = '<meta http-equiv="refresh" content="2">' if refresh else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Local SageMaker Studio</title>{head}<style>{_STYLE}</style></head>"
        f"<body><main>{body}</main></body></html>"
    )
