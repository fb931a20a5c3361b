"""Who makes an area's pages: the warm server of this machine."""

from typing import Protocol

from trustgap.batch.engine import Done, Task, Warm


class Maker(Protocol):
    """Makes the pages of areas.

    Parameters
    ----------
    areas_at_once : int
        How many areas may be given to it at the same time.
    stopped : bool
        Whether it was told to stop.
    """

    areas_at_once: int
    stopped: bool

    def make(self, area: str, tasks: list[Task]) -> list[Done]:
        """Make pages in their order, up to the first that fails."""

    def close(self) -> None:
        """End at once what is being made, and make nothing more."""


class Here:
    """Makes pages on this machine.

    Parameters
    ----------
    workers : int
        Areas at the same time.
    """

    def __init__(self, workers: int) -> None:
        self.areas_at_once = workers
        self.warm = Warm()

    @property
    def stopped(self) -> bool:
        """Whether it was told to stop."""
        return self.warm.stopped

    def make(self, area: str, tasks: list[Task]) -> list[Done]:
        """Make pages in their order, up to the first that fails.

        Parameters
        ----------
        area : str
            Whose they are.
        tasks : list of Task
            A later one may read the tables of those before it.

        Returns
        -------
        list of Done
            One for each page tried.
        """
        return in_order(self.warm, tasks)

    def close(self) -> None:
        """End at once what is being made, and make nothing more."""
        self.warm.stop()


def in_order(warm: Warm, tasks: list[Task]) -> list[Done]:
    """Make pages one after another; once more where the process ended without a word or did not start.

    Parameters
    ----------
    warm : Warm
        Starts the processes.
    tasks : list of Task
        In order.

    Returns
    -------
    list of Done
        One for each page tried, up to the first that failed.
    """
    done: list[Done] = []
    for task in tasks:
        done.append(warm.render(task))
        if done[-1].fault in ("process", "start") and not warm.stopped:
            done[-1] = warm.render(task)
        if done[-1].failure:
            break
    return done
