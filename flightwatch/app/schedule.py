"""What starts a poll every five minutes: the line for cron, and the units for systemd."""

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Final

from flightwatch.watchlist.yaml_nodes import Items, Node, Scalar, Table

ACCOUNT: Final = ("OPENSKY_CLIENT_ID", "OPENSKY_CLIENT_SECRET")
"""Names of the account where the watchlist has no section for it."""

FOLDER: Final = "/etc/flightwatch"
DATABASE: Final = "/var/lib/flightwatch/flightwatch.db"
"""Where ``StateDirectory=flightwatch`` has it, for whoever looks at it as root."""

_NAMES: Final = re.compile(r"\$\{(\w+)\}", re.ASCII)
_SAFE: Final = re.compile(r"[\w@+=:,./-]+", re.ASCII)

_SERVICE: Final = """\
# /etc/systemd/system/flightwatch.service
[Unit]
Description=flightwatch: ask OpenSky once, and tell what landed or left
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart={program} poll --watchlist ${{CREDENTIALS_DIRECTORY}}/watchlist.yaml
TimeoutStartSec=10min
# A user that exists while it runs. It may write to /var/lib/flightwatch only, where the database is.
DynamicUser=yes
StateDirectory=flightwatch
StateDirectoryMode=0700
UMask=0077
# Files that root reads and hands over: the watchlist, and a file for each ${{NAME}} in it.
LoadCredential=watchlist.yaml:{folder}/watchlist.yaml
{credentials}CapabilityBoundingSet=
LockPersonality=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
"""

_TIMER: Final = """\
# /etc/systemd/system/flightwatch.timer
[Unit]
Description=flightwatch every five minutes

[Timer]
OnCalendar=*:0/5
AccuracySec=10s

[Install]
WantedBy=timers.target
"""


def cron_line(program: Sequence[str], watchlist: str) -> str:
    """The line for ``crontab -e``, with full paths, as cron searches for programs in /usr/bin and /bin only.

    A ``%`` would end the command there, so it is escaped (crontab(5)). Neither path may hold a line break.
    """
    return "*/5 * * * * " + shlex.join([*program, "poll", "--watchlist", watchlist]).replace("%", r"\%")


def units(program: Sequence[str], names: Sequence[str], *, has_account: bool) -> str:
    """The service and the timer, each after a comment that says where it belongs.

    ``names`` are the watchlist's ``${NAME}``, as `names_in` gives them. Where it ``has_account``, of whichever names, the
    lines for OpenSky's are left out; else they are there as comments.
    """
    credentials = "".join(f"LoadCredential={name}:{FOLDER}/{name}\n" for name in names)
    if not has_account:
        credentials += "# With an OpenSky account, which may ask ten times as often, take away the # before these:\n"
        credentials += "".join(f"#LoadCredential={name}:{FOLDER}/{name}\n" for name in ACCOUNT)
    started = " ".join(_word(each) for each in program)
    return _SERVICE.format(program=started, folder=FOLDER, credentials=credentials) + "\n" + _TIMER


def names_in(node: Node | None) -> list[str]:
    """Every ``${NAME}`` in a watchlist, each once, in the order of the file."""
    return list(dict.fromkeys(name for text in _texts(node) for name in _NAMES.findall(text)))


def has_apprise(root: Node | None) -> bool:
    """Tell whether one of a watchlist's channels goes through Apprise, which is installed on top."""
    notify = (
        next((value for key, value in root.pairs if key.written == "notify"), None) if isinstance(root, Table) else None
    )
    channels = notify.nodes if isinstance(notify, Items) else [notify]
    return any(key.written == "apprise" for each in channels if isinstance(each, Table) for key, _ in each.pairs)


def _texts(root: Node | None) -> Iterator[str]:
    waiting = [root]
    while waiting:
        match waiting.pop():
            case Scalar(written=written):
                yield written
            case Items(nodes=nodes):
                waiting += reversed(nodes)
            case Table(pairs=pairs):
                waiting += [value for _, value in reversed(pairs)]


def _word(text: str) -> str:
    """A word of ``ExecStart=``, in which ``%`` begins a specifier and ``$`` a variable (systemd.service(5))."""
    escaped = text.replace("%", "%%").replace("$", "$$")
    if _SAFE.fullmatch(text):
        return escaped
    quoted = escaped.replace("\\", r"\\").replace('"', r"\"")
    return f'"{quoted}"'
