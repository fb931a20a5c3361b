"""Text that a spreadsheet would run as a formula: marked in what is written, as it was when read back."""

import re

import pandas as pd

SIGNS = re.escape("=+-@|\uff1d\uff0b\uff0d\uff20\uff5c\ufe66\ufe62\ufe63\ufe6b")
"""What a formula, or a call of another program, begins with; also as wide and as small signs."""

SILENT = r"['\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
"""Signs without width and marks that may stand before it, as spaces may."""

# A spreadsheet that is set to semicolons or tabs, or that misses a quotation mark, begins cells within ours.
# These end with the line: were the next ones passed over, a text of empty lines would be searched from each.
_FIRST = rf"(?=(?:\s|{SILENT})*[{SIGNS}\t\r\n\0])"
_WITHIN = rf"(?=(?:[^\S\t\r\n]|{SILENT})*[{SIGNS}])"
BEGINS = re.compile(rf"^{_FIRST}|(?<=[;\t\r\n]){_WITHIN}")
MARKED = re.compile(rf"^'{_FIRST}|(?<=[;\t\r\n])'{_WITHIN}")


def marked(table: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before every text that a spreadsheet would take for a formula.

    Parameters
    ----------
    table : DataFrame
        To be written as CSV or Parquet. Numbers stay numbers.

    Returns
    -------
    DataFrame
        The same, with such texts marked; `unmarked` gives `table` again, whatever its texts are.

    Examples
    --------
    >>> marked(pd.DataFrame({"label": ["Trust", "=1+1", " @SUM(A1)"], "n": [-2, 0, 1]})).to_dict("list")
    {'label': ['Trust', "'=1+1", "' @SUM(A1)"], 'n': [-2, 0, 1]}
    """
    return _changed(table, BEGINS, "'")


def unmarked(table: pd.DataFrame) -> pd.DataFrame:
    """Take the apostrophes away that `marked` put in.

    Parameters
    ----------
    table : DataFrame
        Read from a file that was written from `marked`.

    Returns
    -------
    DataFrame
        With the texts as they were.

    Examples
    --------
    >>> unmarked(pd.DataFrame({"label": ["Trust", "'=1+1", "'tis"]}))["label"].tolist()
    ['Trust', '=1+1', "'tis"]
    """
    return _changed(table, MARKED, "")


def _changed(table: pd.DataFrame, where: re.Pattern, to: str) -> pd.DataFrame:
    """Change the texts of a table, each distinct one once."""
    changed = {}
    for name in table.columns:
        column = table[name]
        if pd.api.types.is_numeric_dtype(column):
            continue
        texts = {text: where.sub(to, text) for text in column.unique() if isinstance(text, str)}
        other = {text: new for text, new in texts.items() if text != new}
        if other:
            changed[name] = column.map(lambda text, other=other: other.get(text, text))
    return table.assign(**changed) if changed else table
