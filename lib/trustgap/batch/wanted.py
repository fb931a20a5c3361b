"""Which pages are wanted, which of them are there already, and why the others must be made."""

from dataclasses import dataclass
from pathlib import Path

from trustgap.batch import keys, plan, site
from trustgap.batch.plan import Notebook
from trustgap.record import ledger
from trustgap.report.release import Release
from trustgap.stats import counts as cells

NEVER, DAMAGED, FORCED = "never made", "its files were changed or removed", "asked for"
"""Why a page must be made that no part of its key tells."""


@dataclass(frozen=True)
class Wanted:
    """One page that is wanted.

    Parameters
    ----------
    book : Notebook
        Makes it.
    parts : dict of str to str
        What it is made from, see `keys.Keys.parts`.
    why : str
        Why it must be made; "" where it is there.
    kept : dict
        Its entry on record, where it is there.
    at : Path, optional
        Folder in which it is.
    """

    book: Notebook
    parts: dict[str, str]
    why: str
    kept: dict
    at: Path | None


class Wishes:
    """Compares the pages that are wanted of a release with those on record.

    Parameters
    ----------
    release : Release
        Of all areas.
    books : list of Notebook
        Those that the survey can feed.
    hashes : Keys
        What pages are made from.
    homes : list of Path
        Folders of the survey among outputs in which pages may be; the first is that of this run.
    force : bool
        Make every page anew.
    """

    def __init__(
        self,
        release: Release,
        books: list[Notebook],
        hashes: keys.Keys,
        homes: list[Path],
        *,
        force: bool = False,
    ) -> None:
        self.release, self.books, self.homes, self.force = release, books, homes, force
        self.hashes = hashes

    def of(self, area: str) -> list[Wanted]:
        """Say which pages are wanted of an area, in the order in which they are made.

        Parameters
        ----------
        area : str
            Code, or `counts.NATIONAL`.

        Returns
        -------
        list of Wanted
            A page that reads the tables of others is made again where one of those is.
        """
        books = [book for book in self.books if plan.feeds(book, self.release, area)]
        found: list[Wanted] = []
        for book in books:
            tables, changed = "", False
            if book.last:
                tables = self.tables(area, {one.book.name: one.kept for one in found})
                changed = any(one.why for one in found if not one.book.last)
            found.append(self._look(book, area, books, tables=tables, changed=changed))
        return found

    def tables(self, area: str, pages: dict[str, dict]) -> str:
        """Hash the tables that a notebook which runs last reads.

        Parameters
        ----------
        area : str
            Code, or `counts.NATIONAL`.
        pages : dict of str to dict
            The area's other pages as they are put on record, by notebook.

        Returns
        -------
        str
            Hexadecimal. Of the whole, it covers the tables of all areas.
        """
        readers = {book.name for book in self.books if book.last}
        sources = {area: pages}
        if area == cells.NATIONAL:
            sources |= {code: ledger.read(self.homes[0] / code) for code in self.release.areas.index}
        return keys.of_tables(
            {
                f"{code}/{name}": known
                for code, entries in sources.items()
                for book, entry in entries.items()
                for name, known in entry.get("files", {}).items()
                if name.startswith("tables/") and book not in readers
            }
        )

    def _look(
        self, book: Notebook, area: str, books: list[Notebook], *, tables: str, changed: bool
    ) -> Wanted:
        around = site.around(self.release, area, book, books)
        parts = self.hashes.parts(book, area, around=around, tables=tables)
        why = FORCED if self.force else NEVER
        for home in [] if self.force else self.homes:
            entry = ledger.read(home / area).get(book.name)
            if entry is None:
                continue
            if changed:
                return Wanted(book, parts, keys.WHY["tables"], {}, None)
            different = [name for name in keys.WHY if entry["parts"].get(name) != parts[name]]
            if different:
                why = keys.WHY[different[0]]
            elif not ledger.intact(home / area, entry):
                why = DAMAGED
            else:
                return Wanted(book, parts, "", entry, home / area)
        return Wanted(book, parts, why, {}, None)


def homes_of(outputs: tuple[Path, ...], *, survey: str) -> list[Path]:
    """Find a survey's folder among the outputs of other runs.

    Parameters
    ----------
    outputs : tuple of Path
        Where those runs wrote to.
    survey : str
        Id of the survey.

    Returns
    -------
    list of Path
        One for each.

    Raises
    ------
    PlanError
        If no run of the survey wrote there: a folder misspelt must not have every page made again.
    """
    for top in outputs:
        if not (top / survey / ledger.LOG).is_file():
            raise plan.PlanError(f"--reuse {top}: no run of {survey} wrote there")
    return [top / survey for top in outputs]
