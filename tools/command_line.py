"""The page of commands and options, from the command line itself: ``python tools/command_line.py``."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from flightwatch.cli.main import COMMANDS, load

PAGE: Final = Path(__file__).parent.parent / "docs" / "reference" / "command-line.md"

_HEAD: Final = """\
# Commands and options

<!-- made by: python tools/command_line.py -->

`flightwatch help COMMAND` prints the same.
"""


def text() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *(line for name in COMMANDS for line in _section(name, load(name)))])


def _section(name: str, command: Any) -> Iterator[str]:
    arguments = [option for option in command.params if option.param_type_name == "argument"]
    options = [
        option for option in command.params if option.param_type_name == "option" and "--help" not in option.opts
    ]
    usage = " ".join(["flightwatch", name, *map(_argument, arguments), *(["[OPTIONS]"] if options else [])])
    yield f"## {name}\n\n{command.help}\n\n    {usage}\n"
    if arguments or options:
        yield "| | |\n|---|---|"
        yield from (f"| `{_argument(each).strip('[]')}` | {_meaning(each)} |" for each in arguments)
        yield from (f"| {_names(each)} | {_meaning(each)} |" for each in options)
        yield ""
    if command.epilog:
        yield f"{command.epilog}\n"


def _argument(argument: Any) -> str:
    name = f"{argument.metavar or argument.name.upper()}{'…' if argument.nargs == -1 else ''}".replace("...", "")
    return name if argument.required else f"[{name}]"


def _names(option: Any) -> str:
    value = "" if option.is_flag else f" {option.metavar or '|'.join(_choices(option)) or option.type.name.upper()}"
    return ", ".join(f"`{name}{value}`".replace("|", "\\|") for name in option.opts)


def _choices(option: Any) -> list[str]:
    return [str(getattr(choice, "value", choice)) for choice in getattr(option.type, "choices", ())]


def _meaning(option: Any) -> str:
    said = [option.help] if getattr(option, "help", None) else []
    if not (getattr(option, "is_flag", False) or option.default is None or option.required or callable(option.default)):
        said.append(f"Default: {getattr(option.default, 'value', option.default)}.")
    if option.envvar:
        said.append(f"Environment: `${option.envvar}`.")
    return " ".join(said).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
