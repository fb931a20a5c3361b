"""What a run did, counted and said in one line."""

from dataclasses import dataclass, field
from pathlib import Path

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


@dataclass
class Outcome:
    """What a run did.

    Parameters
    ----------
    index : Path
        Where to look.
    pages : int
        Pages written, the index left out.
    hidden, shown : int
        Results hidden and shown on them.
    failures : list of tuple
        Area, notebook and reason of every page that could not be made.
    silent : int
        Areas that got the "no local result" page.

    Examples
    --------
    >>> print(Outcome(Path("index.html"), pages=1, hidden=2, silent=1))
    1 page, 0 failed, 2 results hidden, 1 area too small for a local result. Open index.html
    """

    index: Path
    pages: int = 0
    hidden: int = 0
    shown: int = 0
    failures: list = field(default_factory=list)
    silent: int = 0

    def __str__(self) -> str:
        parts = [many(self.pages, "page"), f"{len(self.failures):,} failed"]
        parts.append(f"{many(self.hidden, 'result')} hidden")
        if self.silent:
            parts.append(f"{many(self.silent, 'area')} too small for a local result")
        return f"{', '.join(parts)}. Open {self.index}"

    def note(self, area: str, done: list[tuple[str, dict, str]]) -> None:
        """Count what came of an area.

        Parameters
        ----------
        area : str
            Code, or `counts.NATIONAL`.
        done : list of (str, dict, str)
            Notebook, facts of its page, and why there is no page.
        """
        for notebook, facts, failure in done:
            if failure:
                self.failures.append((area, notebook, failure))
                continue
            shown, hidden = provenance.counted(facts)
            self.pages += 1
            self.shown += shown
            self.hidden += hidden
