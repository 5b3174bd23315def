"""`python -m runtime` is the command `panelwright`."""

from runtime.cli import main

main()
