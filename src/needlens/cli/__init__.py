"""The ``needlens`` command: parse, call one function, write, exit code."""

from needlens.cli.app import main

__all__ = ["main"]
