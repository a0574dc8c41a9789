"""`tocsin completion`: what a shell must load to complete commands and options."""

import click

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.option("--json", "as_json", is_flag=True, help="Print the script as a JSON text.")
def completion(shell: str, as_json: bool) -> None:
    """Print what SHELL must load to complete commands, options and their values.

    \b
    Examples:
      tocsin completion bash > /etc/bash_completion.d/tocsin
      tocsin completion zsh > "${fpath[1]}/_tocsin"
      tocsin completion fish > ~/.config/fish/completions/tocsin.fish
    """
    from click.shell_completion import get_completion_class

    from agent.cli import main, output

    found = get_completion_class(shell)
    assert found is not None
    # source() alone would look for a bash on this host, to learn its version
    made = found(main, {}, "tocsin", "_TOCSIN_COMPLETE")
    script = made.source_template % made.source_vars()
    output.answer({"shell": shell, "script": script}, as_json, lambda _: click.echo(script))
