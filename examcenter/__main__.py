"""Run the command line: ``python -m examcenter``."""

from examcenter.cli import main

main()
