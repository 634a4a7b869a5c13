"""Running a notebook from top to bottom."""

from __future__ import annotations

from pathlib import Path
from subprocess import DEVNULL
from typing import TYPE_CHECKING, Final

from needlens.errors import MissingExtraError, NeedlensError

if TYPE_CHECKING:
    from nbformat import NotebookNode

EXTRA: Final = "notebook"
"""The extra that brings Jupyter."""

_SECONDS_A_CELL = 1_800


class NotebookError(NeedlensError):
    """A notebook cannot be read, run to its end, or shown on a page; the message names the cell."""


def execute(path: Path) -> NotebookNode:
    """Run a notebook in a fresh kernel of this very interpreter, in the notebook's folder.

    Parameters
    ----------
    path
        The notebook; the file stays as it is.

    Returns
    -------
    NotebookNode
        The notebook with its outputs.

    Raises
    ------
    NotebookError
        It is no notebook, or a cell fails or does not end within half an hour.
    MissingExtraError
        Jupyter is not installed.
    """
    try:
        import nbformat
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
        from jupyter_client.manager import AsyncKernelManager
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    except ImportError as error:
        raise MissingExtraError(EXTRA) from error

    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError) as error:
        message = f"{path} cannot be read as a notebook: {error}"
        raise NotebookError(message) from error
    # Without folders to look in, "python3" is the interpreter we run in, whatever else bears that name.
    specs = KernelSpecManager(kernel_dirs=[])
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs)
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=_SECONDS_A_CELL,
        resources={"metadata": {"path": str(path.resolve().parent)}},
    )
    try:
        client.execute(cleanup_kc=True, stdout=DEVNULL, stderr=DEVNULL)
    except CellExecutionError as error:
        message = f"{path.name}, cell {_failed(notebook)}: {error.ename}: {error.evalue}"
        raise NotebookError(message) from error
    except NoSuchKernel as error:
        raise MissingExtraError(EXTRA) from error
    except (CellTimeoutError, DeadKernelError) as error:
        message = f"{path.name} stopped before its end: {error}"
        raise NotebookError(message) from error
    return notebook


def _failed(notebook: NotebookNode) -> int:
    """Number of the cell that failed, counting all cells from 1."""
    return next(
        number
        for number, cell in enumerate(notebook.cells, start=1)
        if any(output.output_type == "error" for output in cell.get("outputs", []))
    )
