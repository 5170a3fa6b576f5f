"""The entry point: no command opens the terminal; every other command lives in the file of its name."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from workbench import __version__, registry
from workbench.cli._session import Session
from workbench.errors import WorkbenchError
from workbench.text import clean, whole

_PACKAGE = "workbench.cli"
_NOT_COMMANDS = ("main",)


class LazyGroup(click.Group):
    """Commands are the modules of this package; listing them imports none, calling one imports one."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return [name for name in registry.names(_PACKAGE) if name not in _NOT_COMMANDS]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        command: click.Command = registry.get(_PACKAGE, name).command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in self.list_commands(ctx):
            from workbench.errors import UnknownName

            raise UnknownName("command", args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(60)) for name, command in rows if command])


@click.group(cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--workspace", metavar="DIR", help="The folder to work in (else $WORKBENCH_WORKSPACE, else the nearest).")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout; messages on stderr.")
@click.version_option(__version__, prog_name="workbench")
@click.pass_context
def cli(ctx: click.Context, workspace: str | None, as_json: bool) -> None:
    """The evaluation-and-alignment workbench in a terminal.

    Without a command it opens the terminal on the workspace.
    """
    ctx.obj = Session(workspace, as_json)
    if ctx.invoked_subcommand is None:
        from workbench.cli._terminal import open_terminal

        ctx.exit(open_terminal(ctx.obj.workspace))


def main(arguments: list[str] | None = None) -> None:
    """Run and exit: 0 done, 1 failed, 2 wrong use."""
    try:
        code = cli.main(arguments, prog_name="workbench", standalone_mode=False)
    except WorkbenchError as error:
        code = _refuse(error.message, error.hint, error.exit_code)
    except click.ClickException as error:
        code = _refuse(error.format_message(), _usage_hint(error), 2)
    except (click.Abort, KeyboardInterrupt):
        code = _refuse("Interrupted.", None, 1)
    except BrokenPipeError:
        code = 1  # the reader of a pipe went away; nothing is left to say
    sys.exit(code if isinstance(code, int) else 0)


def _usage_hint(error: click.ClickException) -> str | None:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"See `{context.command_path} --help`." if context else None


def _refuse(message: str, hint: str | None, code: int) -> int:
    context_json = "--json" in sys.argv
    if context_json:
        click.echo(json.dumps({"error": whole(message), "hint": hint}, ensure_ascii=False))
    click.echo(clean(f"workbench: {message}" + (f" {hint}" if hint else "")), err=True)  # it may name foreign keys
    return code


if __name__ == "__main__":
    main()
