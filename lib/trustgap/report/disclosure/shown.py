"""Rows that passed the mask: the only thing that tables, figures and sentences accept."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from trustgap.report.disclosure.labels import among
from trustgap.stats import results

KEY = object()
"""What `mask` signs its rows with; nothing else makes `Shown`."""


@dataclass(frozen=True)
class Shown:
    """Protected, rounded and labelled rows.

    Parameters
    ----------
    frame : DataFrame
        The results vocabulary with hidden numbers missing and the rest rounded, then text and label
        columns (`wording.TEXTS`, `wording.LABELS`).
    """

    frame: pd.DataFrame
    key: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.key is not KEY:
            raise TypeError("Shown rows are made by Mask.protect only, so that nothing escapes the mask")

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def hidden(self) -> int:
        """Number of rows whose numbers are hidden."""
        return int(self.frame["suppressed"].sum())

    @property
    def table(self) -> pd.DataFrame:
        """The rows in the results vocabulary, as they are written to file."""
        return self.frame[results.COLUMNS]

    def where(self, **equals: object) -> "Shown":
        """Keep the rows whose columns equal a value, or are among several.

        Parameters
        ----------
        **equals : str, or several
            Column name and wanted value or values.

        Returns
        -------
        Shown
            The rows kept, in their order.
        """
        return self._keep(self._matches(equals))

    def without(self, **equals: object) -> "Shown":
        """Leave out the rows that `where` would keep.

        Parameters
        ----------
        **equals : str, or several
            Column name and unwanted value or values.

        Returns
        -------
        Shown
            The other rows, in their order.
        """
        return self._keep(~self._matches(equals))

    def first(self, n: int) -> "Shown":
        """Keep the first rows.

        Parameters
        ----------
        n : int
            How many at most.

        Returns
        -------
        Shown
            The rows kept.
        """
        return Shown(self.frame.head(n).reset_index(drop=True), KEY)

    def largest(self, column: str, n: int, *, null: float = 0.0) -> "Shown":
        """Keep the rows furthest from a null value, and leave them in their order.

        Parameters
        ----------
        column : str
            Column of numbers; rows without a number are left out unless there are too few others.
        n : int
            How many at most.
        null : float
            The value of no difference.

        Returns
        -------
        Shown
            The rows kept.
        """
        size = (
            (self.frame[column] - null).abs().sort_values(ascending=False, kind="stable", na_position="last")
        )
        return Shown(self.frame.loc[sorted(size.index[:n])].reset_index(drop=True), KEY)

    def distinct(self) -> "Shown":
        """Keep one of several rows that are equal in every column.

        Returns
        -------
        Shown
            The rows kept, in their order.
        """
        return self._keep(~self.frame.duplicated().to_numpy())

    def at(self, rows: pd.Index) -> "Shown":
        """Keep rows by their place.

        Parameters
        ----------
        rows : Index
            Labels of ``frame``'s index.

        Returns
        -------
        Shown
            The rows kept, in the order given.
        """
        return Shown(self.frame.loc[rows].reset_index(drop=True), KEY)

    def _matches(self, equals: dict[str, object]) -> np.ndarray:
        match = np.ones(len(self.frame), bool)
        for column, wanted in equals.items():
            values = self.frame[column].to_numpy()
            several = isinstance(wanted, list | tuple | set | pd.Index)
            match &= among(values, wanted) if several else values == wanted
        return match

    def _keep(self, keep: np.ndarray) -> "Shown":
        return Shown(self.frame[keep].reset_index(drop=True), KEY)

    def present(self, column: str) -> "Shown":
        """Keep the rows that have a value in a column.

        Parameters
        ----------
        column : str
            Column name.

        Returns
        -------
        Shown
            The rows kept.
        """
        return self._keep(self.frame[column].notna().to_numpy())

    def sort(self, column: str, *, ascending: bool = False) -> "Shown":
        """Order the rows by a column, hidden ones last.

        Parameters
        ----------
        column : str
            Column to order by.
        ascending : bool
            Smallest first.

        Returns
        -------
        Shown
            All rows.
        """
        ordered = self.frame.sort_values(column, ascending=ascending, kind="stable", na_position="last")
        return Shown(ordered.reset_index(drop=True), KEY)


def together(*parts: Shown) -> Shown:
    """Put several sets of shown rows under one another.

    Parameters
    ----------
    *parts : Shown
        At least one.

    Returns
    -------
    Shown
        All rows, in the order given.
    """
    return Shown(pd.concat([part.frame for part in parts], ignore_index=True), KEY)
