"""`python -m agent` is `tocsin`."""

from agent.cli import main

main()
