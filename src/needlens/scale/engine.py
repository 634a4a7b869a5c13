"""Who works on parts: the processes of this machine, or those of a cluster; the results are the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

KILLED = (
    "a process of this run was killed, most likely for want of memory; the same command goes on where it "
    "stopped"
)
"""What the user is told of it."""


class Engine(Protocol):
    """Applies a function to items, each a small record that names files to read and to write."""

    @property
    def shares_memory(self) -> bool:
        """Whether the work is done on this machine, beside its vector cache."""

    def map(
        self,
        function: Callable[[Item], Result],
        items: Sequence[Item],
        *,
        with_model: bool,
        done: Callable[[int], None],
    ) -> list[Result]:
        """Results in the order of the items.

        Parameters
        ----------
        function
            Of a module, so that another process can find it; the same item may be given to it twice.
        items
            What it is applied to.
        with_model
            Whether it loads an encoder, which keeps all cores busy by itself.
        done
            Told how many items are done.

        Raises
        ------
        StudyError
            A process was killed, and the work could not be given to another.
        """

    def close(self) -> None:
        """End what was started."""
