"""A long table in folds: one part of it each, so that a reader opens what concerns them."""

from markupsafe import Markup

from trustgap.report import tables
from trustgap.report.disclosure import Shown
from trustgap.report.tables import Table


def folds(shown: Shown, *, by: str, columns: list[str], caption: str, one: str, many: str) -> Table:
    """Lay out rows in one fold for each value of a column.

    Parameters
    ----------
    shown : Shown
        Results that passed `trustgap.report.disclosure`.
    by : str
        Column that the folds are named by, in alphabetical order.
    columns : list of str
        Columns of the tables, which are their own headings; the first one names the row.
    caption : str
        What the tables show.
    one, many : str
        What a row is called.

    Returns
    -------
    Table
        Each fold says how many rows it has and explains its own shorthand. Printed, every fold is open.

    Raises
    ------
    TypeError
        If `shown` is anything but `Shown`.
    KeyError
        If a column is not in ``shown.frame``.
    """
    if not isinstance(shown, Shown):
        raise TypeError(f"folds take protected results (Shown), got {type(shown).__name__}")
    parts = []
    for name, part in shown.frame.groupby(by, sort=True):
        table = tables.show(
            shown.at(part.index),
            columns=dict(zip(columns, columns, strict=True)),
            caption=f"{caption}: {name}",
        )
        said = f"{name} ({len(part)} {one if len(part) == 1 else many})"
        fold = Markup('<details class="rows"><summary>{}</summary>\n{}</details>')
        parts.append(fold.format(said, Markup(table.html)))  # noqa: S704 - escaped by tables.show
    html = "\n".join(parts) or tables.table_html(shown.frame[columns], caption=caption)
    return Table(html, f"Table: {caption} ({len(shown)} rows)")
