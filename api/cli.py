"""`yuanping`: the table of commands. Each is imported only when called, so that --help is quick."""

from importlib import import_module
from keyword import iskeyword

import click

# name: (module that holds a click command of the same name, one line of help); `import` is `import_` there
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("api.commands.demo", "one evaluation from booking to audit on the demo world, then the desks"),
    "serve": ("api.commands.serve", "web, API and clock of this installation"),
    "clock": ("api.commands.serve", "only the timer"),
    "worker": ("api.commands.serve", "one more process for what is due, beside serve and clock"),
    "export": ("api.commands.export", "the audit bundle of one evaluation"),
    "fairness": ("api.commands.fairness", "all draws so far against the chances published before them"),
    "logins": ("api.commands.logins", "who may sign in, and as whom"),
    "deposit": ("api.commands.deposit", "a party's seeds, made and sealed on its own machine"),
    "keys": ("api.commands.keys", "key files of this installation"),
    "custodian": ("api.commands.custodian", "a custodian's own agent: keys only when every condition holds"),
    "pool": (
        "api.commands.pool",
        "the pool owner's own process: the register and its keys, away from the centre",
    ),
    "expert": (
        "api.commands.expert",
        "an expert's own key: made, shown, and what it signs for one evaluation",
    ),
    "doctor": ("api.commands.doctor", "what is wrong with this installation"),
    "draw": ("api.commands.draw", "one draw from files"),
    "lottery": ("api.commands.lottery", "a lottery over quota instances"),
    "plan": ("api.commands.plan", "a day or a week of lots from files"),
    "import": ("api.commands.importing", "registers from CSV or XLSX, dry run first"),
    "db": ("api.commands.db", "migrations of the database"),
    "packs": ("api.commands.packs", "rule packs: list, propose, confirm by a second person"),
    "docs": ("api.commands.docs", "the generated pages of docs/ (for developers)"),
}


class Lazy(click.Group):
    """A group that knows its commands' names and helps without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the one command that is called."""
        if cmd_name in COMMANDS:
            module, _ = COMMANDS[cmd_name]
            attribute = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
            command: click.Command = getattr(import_module(module), attribute)
            return command
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line a command, without importing any."""
        rows = [(name, line) for name, (_, line) in COMMANDS.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="yuanping")
def main() -> None:
    """远评 yuanping: remote, double-blind bid evaluation, from booking to an audit anyone can repeat."""


if __name__ == "__main__":
    main()
