"""How far a run is: a bar for people, lines for logs."""

import sys
import time

from tqdm import tqdm

from trustgap.batch.outcome import Outcome, many

EVERY = 30
"""Seconds between lines in a log."""


class Progress:
    """Tells how many areas are done, failed and hidden, and how long the rest will take.

    Parameters
    ----------
    total : int
        Areas; the whole counts as one.
    quiet : bool
        Lines for a log in place of a bar.
    """

    def __init__(self, total: int, *, quiet: bool) -> None:
        self.total, self.quiet, self.done = total, quiet, 0
        self.started = self.told = time.monotonic()
        self.bar = tqdm(total=total, unit="area", desc="Rendering", file=sys.stderr, disable=quiet)

    def step(self, outcome: Outcome) -> None:
        """Count one more area.

        Parameters
        ----------
        outcome : Outcome
            What came of all so far.
        """
        self.done += 1
        said = {"pages": outcome.pages, "failed": len(outcome.failures), "hidden": outcome.hidden}
        self.bar.set_postfix(said, refresh=False)
        self.bar.update()
        now = time.monotonic()
        if self.quiet and (now - self.told >= EVERY or self.done == self.total):
            self.told = now
            left = (now - self.started) / self.done * (self.total - self.done)
            counts = ", ".join(f"{count:,} {name}" for name, count in said.items())
            said = f"{self.done} of {many(self.total, 'area')}, {counts}, {left:.0f} s left"
            tqdm.write(said, file=sys.stderr)

    def close(self) -> None:
        """End the bar."""
        self.bar.close()
