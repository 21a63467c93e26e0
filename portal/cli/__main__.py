"""`python -m portal.cli`: the same command, for children that are started by the interpreter's path."""

from portal.cli import main

main(prog_name="portal")
