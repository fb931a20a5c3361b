"""What the files of a local programme hold, in plain words: counts, and no cell written freely."""

import pandas as pd

from trustgap.stats.counts import NATIONAL
from trustgap.survey.checks import DISCLOSE_FROM, listed
from trustgap.survey.programme import quotes
from trustgap.survey.programme.evidence import KINDS

POINTS = ("admission", "discharge", "residential", "package_review", "reablement")
"""Decision points whose ids have a meaning of their own."""

FINDINGS = {"supports": "support", "contradicts": "contradict", "neither": "do neither"}

MOST = 20
"""How many metrics, decision points or categories are named."""


def inventory(files: dict[str, pd.DataFrame], names: dict[str, str]) -> list[tuple[str, list[str]]]:
    """Say what was understood of each file that a folder brought.

    Parameters
    ----------
    files : dict of str to DataFrame
        ``cases evidence metrics delays quotes_approved``, as their modules read them.
    names : dict of str to str
        What the survey calls its ``area`` and ``areas``.

    Returns
    -------
    list of (str, list of str)
        A heading and its lines for each file with rows. Ids are named only where at least `DISCLOSE_FROM`
        rows share them: a rarer one may be a remark about somebody.

    Examples
    --------
    >>> delays = pd.DataFrame({"area": ["X1"] * 11, "period": "2019-01-01", "breakdown": "reason",
    ...                        "category": "housing", "days": [float("nan")] + [5.0] * 10})
    >>> inventory({"delays": delays}, {"area": "council", "areas": "councils"})[0][1][1]
    'reason: 11 rows for 1 month, 2019-01 to 2019-01, 1 council; categories housing; 1 blank'
    """
    said = []
    for name, write in WRITERS.items():
        rows = files.get(name)
        if rows is not None and len(rows):
            said.append((HEADINGS[name], write(rows, names)))
    return said


def _areas(rows: pd.DataFrame, names: dict[str, str]) -> str:
    """Count the areas of some rows; the whole is none of them."""
    count = rows.loc[rows["area"].ne(NATIONAL), "area"].nunique()
    return f"{count:,} {names['area'] if count == 1 else names['areas']}"


def _many(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def _ids(column: pd.Series, *, known: tuple[str, ...]) -> list[str]:
    """Name ids with their rows: those of our own always, others where many rows share them."""
    counts = column[column.ne("")].value_counts(sort=False)
    named = counts[counts.ge(DISCLOSE_FROM) | counts.index.isin(known)].head(MOST)
    further, rest = len(counts) - len(named), int(counts.sum() - named.sum())
    lines = [f"{name}: {_many(int(count), 'row')}" for name, count in named.items()]
    return lines + ([f"{_many(further, 'other')}: {_many(rest, 'row')}"] if further else [])


def _cases(rows: pd.DataFrame, names: dict[str, str]) -> list[str]:
    judged, priced = rows["better_decision"].ne(""), rows["cost"].notna() & rows["cost_better"].notna()
    reviewers = rows.loc[rows["reviewer"].ne(""), ["area", "reviewer"]].drop_duplicates()
    several = rows.groupby("case")["reviewer"].nunique().gt(1).sum()
    cases = _many(rows["case"].nunique(), "case")
    return [
        f"{_many(len(rows), 'judgement')} of {cases} in {_areas(rows, names)}, by "
        f"{_many(len(reviewers), 'reviewer')}",
        f"{_many(int(several), 'case')} judged by several reviewers; a better decision or the same noted in "
        f"{_many(int(judged.sum()), 'row')}, both costs in {_many(int(priced.sum()), 'row')}",
        *_ids(rows["decision_point"], known=POINTS),
    ]


def _evidence(rows: pd.DataFrame, names: dict[str, str]) -> list[str]:
    barriers = _many(rows["barrier"].nunique(), "barrier")
    findings = rows["finding"].value_counts()
    said = ", ".join(f"{int(findings.get(word, 0)):,} {verb}" for word, verb in FINDINGS.items())
    return [
        f"{_many(len(rows), 'piece')} on {barriers} in {_areas(rows, names)}: {said}",
        *_ids(rows["kind"], known=KINDS),
    ]


def _metrics(rows: pd.DataFrame, names: dict[str, str]) -> list[str]:
    lines = []
    for metric, part in list(rows.groupby("metric", sort=False))[:MOST]:
        points = part.groupby("area").size()
        few, most = int(points.min()), int(points.max())
        span = _many(most, "point") if few == most else f"{few:,} to {most:,} points"
        wanted = f", wanted {part['wanted'].iloc[0]}" if part["wanted"].iloc[0] else ", direction not given"
        dated = part[part["intervention_date"].ne("")]
        where = f"an intervention with a date in {_areas(dated, names)}" if len(dated) else "no intervention"
        lines.append(
            f"{metric}: {part['kind'].iloc[0]}{wanted}; {span} in {_areas(part, names)}, {_period(part)}; "
            f"{where}"
        )
    further = rows["metric"].nunique() - len(lines)
    return lines + ([f"{_many(further, 'other metric')}"] if further else [])


def _delays(rows: pd.DataFrame, names: dict[str, str]) -> list[str]:
    # The whole may have been added up from the areas; it counts where nothing else is there.
    of_areas = rows["area"].ne(NATIONAL)
    rows = rows[of_areas] if of_areas.any() else rows
    lines = [f"{_many(len(rows), 'row')} in {_areas(rows, names)}"]
    for breakdown, part in rows.groupby("breakdown", sort=False):
        blank, categories = int(part["days"].isna().sum()), listed(part["category"].unique(), at_most=MOST)
        lines.append(
            f"{breakdown}: {_many(len(part), 'row')} for {_many(part['period'].nunique(), 'month')}, "
            f"{_period(part)}, {_areas(part, names)}; categories {categories}"
            + (f"; {blank:,} blank" if blank else "")
        )
    return lines


def _quotes(rows: pd.DataFrame, names: dict[str, str]) -> list[str]:
    themes = _many(rows.loc[rows["theme"].ne(""), "theme"].nunique(), "theme")
    approvers = _many(rows["approver"].nunique(), "person", "people")
    when = f"{rows['date'].min()} to {rows['date'].max()}"
    return [f"{_many(len(rows), 'quote')} on {themes}, approved by {approvers}, {when}"]


def _period(rows: pd.DataFrame) -> str:
    return f"{rows['period'].min()[:7]} to {rows['period'].max()[:7]}"


HEADINGS = {"cases": "Case reviews", "evidence": "Evidence", "metrics": "Metrics", "delays": "Delayed days"}
HEADINGS |= {quotes.NAME: "Approved quotes"}
WRITERS = {"cases": _cases, "evidence": _evidence, "metrics": _metrics, "delays": _delays}
WRITERS |= {quotes.NAME: _quotes}
