"""Finding what a label or code in a file means, whatever its spacing and capitals."""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

BLANK = -1
"""Place of a blank cell in a matched column."""

UNKNOWN = -2
"""Place of a value that means nothing."""

WHOLE = re.compile(r"([+-]?\d+)\.0+")
TYPED = str.maketrans({"\u2019": "'", "\u2018": "'", "\u200b": None, "\ufeff": None})


def fold(text: object) -> str:
    r"""Bring a label or code to the form in which labels and codes are compared.

    Parameters
    ----------
    text : object
        What stands in the cell or the questionnaire.

    Returns
    -------
    str
        Without outer white space, inner white space (also no-break spaces) as one space, curly
        apostrophes straight, capitals folded, and a whole number without its decimals.

    Examples
    --------
    >>> fold(" Don’t\u00a0 KNOW "), fold("1.0"), fold(7)
    ("don't know", '1', '7')
    """
    plain = " ".join(str(text).translate(TYPED).split()).casefold()
    whole = WHOLE.fullmatch(plain)
    return whole.group(1) if whole else plain


def match(column: pd.Series, meanings: Mapping[str, int]) -> tuple[np.ndarray, pd.Series]:
    """Give every cell of a column its meaning, working on distinct values only.

    Parameters
    ----------
    column : Series of category
        Text with missing cells, as `tables.read_table` returns it.
    meanings : mapping of str to int
        Folded text to a number, none of them `UNKNOWN` or `BLANK` unless that is meant.

    Returns
    -------
    places : ndarray of int64, one per row
        The meaning; `BLANK` for an empty cell and `UNKNOWN` for anything else.
    unknown : Series of int, indexed by value as found
        How many rows hold each value without a meaning.

    Examples
    --------
    >>> places, unknown = match(pd.Series(["Yes", "no ", "", "?"], dtype="category"), {"yes": 1, "no": 0})
    >>> places.tolist(), unknown.to_dict()
    ([1, 0, -1, -2], {'?': 1})
    """
    values = list(column.cat.categories)
    folded = [fold(value) for value in values]
    table = np.array(
        [meanings.get(key, UNKNOWN) if key else BLANK for key in folded] + [BLANK], dtype=np.int64
    )
    codes = column.cat.codes.to_numpy()
    places = table[codes]
    strange = [n for n, key in enumerate(folded) if key and key not in meanings]
    rows = np.bincount(codes[codes >= 0], minlength=len(values)) if len(values) else np.array([], dtype=int)
    counts = pd.Series({str(values[n]): int(rows[n]) for n in strange if rows[n]}, dtype=int)
    return places, counts
