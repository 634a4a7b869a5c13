"""The exit codes: 0 done, 1 failed, 2 wrong usage, 3 input rejected, 130 interrupted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from needlens.cli.console import Console
from needlens.errors import InputError, NeedlensError, UsageError


@contextmanager
def exit_codes(console: Console) -> Iterator[None]:
    """Turn what can go wrong into one sentence and the promised exit code."""
    try:
        yield
    except InputError as error:
        console.error(str(error), 3)
        raise typer.Exit(3) from None
    except UsageError as error:
        console.error(str(error), 2)
        raise typer.Exit(2) from None
    except NeedlensError as error:
        console.error(str(error), 1)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        console.error("interrupted; finished work is kept, the same command resumes", 130)
        raise typer.Exit(130) from None
    except MemoryError:
        console.error("out of memory; try fewer verbatims, or a machine with more memory", 1)
        raise typer.Exit(1) from None
