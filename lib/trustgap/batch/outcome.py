"""What a run did, counted and said in one line."""

from dataclasses import dataclass, field
from pathlib import Path

from trustgap.batch.engine import Done
from trustgap.report import provenance


def many(count: int, name: str) -> str:
    """Say how many there are of something.

    Parameters
    ----------
    count : int
        Number.
    name : str
        What they are, for one.

    Returns
    -------
    str
        With a plural where it is due.

    Examples
    --------
    >>> many(1, "area"), many(2000, "page")
    ('1 area', '2,000 pages')
    """
    return f"{count:,} {name}{'' if count == 1 else 's'}"


@dataclass(frozen=True)
class Page:
    """What came of one page that was wanted.

    Parameters
    ----------
    notebook : str
        Its name.
    done : Done
        Its facts, or why there is none.
    fresh : bool
        It was there already.
    """

    notebook: str
    done: Done
    fresh: bool = False


@dataclass
class Outcome:
    """What a run did.

    Parameters
    ----------
    index : Path
        Where to look.
    pages, fresh : int
        Pages there are now, the index left out, and how many of them were there before.
    hidden, shown : int
        Results hidden and shown on them.
    failures : list of tuple
        Area, notebook and reason of every page that could not be made.
    silent : int
        Areas that got the "no local result" page.
    areas : set of str
        Codes of the areas that were done with, whether or not they have pages.
    stopped : str
        Why the run ended before everything was tried; "" where it did not.

    Examples
    --------
    >>> print(Outcome(Path("index.html"), pages=1, hidden=2, silent=1))
    1 page, 0 failed, 2 results hidden, 1 area too small for a local result. Open index.html
    >>> print(Outcome(Path("index.html"), pages=9, fresh=8))
    9 pages (8 as they were), 0 failed, 0 results hidden. Open index.html
    """

    index: Path
    pages: int = 0
    fresh: int = 0
    hidden: int = 0
    shown: int = 0
    failures: list = field(default_factory=list)
    silent: int = 0
    areas: set = field(default_factory=set)
    stopped: str = ""

    def __str__(self) -> str:
        before = f" ({self.fresh:,} as they were)" if self.fresh else ""
        parts = [f"{many(self.pages, 'page')}{before}", f"{len(self.failures):,} failed"]
        parts.append(f"{many(self.hidden, 'result')} hidden")
        if self.silent:
            parts.append(f"{many(self.silent, 'area')} too small for a local result")
        stopped = f" Stopped: {self.stopped}." if self.stopped else ""
        return f"{', '.join(parts)}.{stopped} Open {self.index}"

    def note(self, area: str, pages: list[Page]) -> None:
        """Count what came of an area.

        Parameters
        ----------
        area : str
            Code, or `counts.NATIONAL`.
        pages : list of Page
            Of one area; where one failed, there are no others.
        """
        self.areas.add(area)
        for page in pages:
            if page.done.failure:
                self.failures.append((area, page.notebook, page.done.failure))
                continue
            self.pages += 1
            self.fresh += page.fresh
            if page.done.facts:
                shown, hidden = provenance.counted(page.done.facts)
                self.shown += shown
                self.hidden += hidden
