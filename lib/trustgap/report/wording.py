"""Numbers and ids into words: the one place where a result is formatted and labelled."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from trustgap.stats import counts as cells
from trustgap.stats import results

LABELS = "area_label wave_label item_label item_text group_a_label group_b_label target_label".split()
TEXTS = ["estimate_text", "interval_text", "n_text", "verdict_text"]

HIDDEN, UNAVAILABLE, NOT_APPLICABLE, LOW = "[c]", "[x]", "[z]", "[low]"
LEGEND = {
    HIDDEN: "hidden, because too few people answered",
    UNAVAILABLE: "not available, because it cannot be estimated from these answers",
    NOT_APPLICABLE: "not applicable",
    LOW: "fewer than 30 answers: read with caution",
}
"""What each mark means; printed under every table that uses it."""

REASONS = {
    "c": "too few people answered",
    "over": "nearly everyone answered alike",
    "under": "hardly anyone answered so",
    "near": "nearly everyone answered alike, so the size is not given",
    "collapsed": "shown in three categories, because few people answered",
    "n_lt_min": "too few answers",
    "constant": "all answers are the same",
    "df_le_0": "too few answers for an interval",
    "all_missing": "nobody gave a valid answer",
    "one_level": "only one group answered",
    "few_waves": "fewer than three years with answers",
    "few_areas": "too few areas to compare",
    "not_comparable": "the wording or the scale changed",
    "separated": "the answers do not overlap, so no model can be fitted",
    "p_ci_disagree": "not clear once the number of comparisons is allowed for",
}
"""What a reason code says to a reader."""

DIFFERENCES = ("share_difference", "change_over_period", "mean_difference", "dominance")
VERDICTS = {
    "higher": "Higher",
    "lower": "Lower",
    "equivalent": "About the same",
    "inconclusive": "Cannot say",
    "": "",
}


@dataclass(frozen=True)
class Words:
    """Labels of everything that a result can name.

    Parameters
    ----------
    survey : str
        Survey id; says that it is synthetic where it is.
    whole : str
        What all areas together are called, such as England.
    respondents : str
        What the people who answered are called.
    areas, waves, groups, teams, items, texts : dict of str to str
        Labels by id; an id without label stands for itself.
    """

    survey: str = ""
    whole: str = "the whole"
    respondents: str = "staff"
    areas: dict = field(default_factory=dict)
    waves: dict = field(default_factory=dict)
    groups: dict = field(default_factory=dict)
    teams: dict = field(default_factory=dict)
    items: dict = field(default_factory=dict)
    texts: dict = field(default_factory=dict)

    @classmethod
    def plain(cls) -> "Words":
        """Make words in which every id stands for itself."""
        return cls()

    def group(self, group: str) -> str:
        """Name a group, an item compared with, the pooled group or the rest."""
        if group.startswith("item:"):
            return self.items.get(group[5:], group[5:])
        pooled = {cells.ALL: f"All {self.respondents}", "rest": f"Rest of {self.whole}"}
        return pooled.get(group) or self.groups.get(group, group)

    def wave(self, wave: str) -> str:
        """Name a wave, or two of them as a span."""
        return " to ".join(self.waves.get(part, part) for part in wave.split("/"))


def kind(estimand: str) -> str:
    """Say what sort of number an estimand is.

    Parameters
    ----------
    estimand : str
        Of the results vocabulary.

    Returns
    -------
    str
        ``difference``, ``theta``, ``rank``, ``mean``, ``correlation``, ``count``, ``flag`` or ``share``.

    Examples
    --------
    >>> kind("share_difference"), kind("top2_share"), kind("rank")
    ('difference', 'share', 'rank')
    """
    if estimand in DIFFERENCES:
        return "difference"
    kinds = {
        "theta": "theta", "rank": "rank", "mean": "mean", "tau_b": "correlation", "respondents": "count",
        "between_area_sd": "mean",
    }  # fmt: skip
    return kinds.get(estimand, "flag" if estimand.startswith("top_") else "share")


def number(value: float, sort: str, *, national: bool = False) -> str:
    """Write one rounded number for a reader.

    Parameters
    ----------
    value : float
        As `rounded` leaves it; missing is written as not available.
    sort : str
        As `kind` returns it.
    national : bool
        Percentages of the whole country carry one decimal.

    Returns
    -------
    str
        Without the unit of differences, which `interval` and the headings give.

    Examples
    --------
    >>> number(0.56, "share"), number(0.562, "share", national=True), number(-0.12, "difference")
    ('56%', '56.2%', '−12')
    """
    if value != value:
        return UNAVAILABLE
    places = 1 if national else 0
    if sort == "share":
        return f"{100 * value:.{places}f}%"
    if sort == "difference":
        points = round(100 * value, places) + 0.0
        return "0" if points == 0 else f"{points:+.{places}f}".replace("-", "−")
    if sort in ("rank", "count"):
        return f"{value:,.0f}"
    if sort == "flag":
        return "yes" if value else "no"
    return f"{value:.2f}".rstrip("0").rstrip(".") if sort == "mean" else f"{value:.2f}".replace("-", "−")


def rounded(rows: pd.DataFrame) -> pd.DataFrame:
    """Round numbers to what a reader may see; figures are drawn from these and hold no more.

    Parameters
    ----------
    rows : DataFrame
        Results rows.

    Returns
    -------
    DataFrame
        Local shares and differences to whole percentage points, national ones to a tenth; θ, means and
        correlations to two decimals (local means on a small base to one); p-values to two significant
        digits; ranks and bases are whole already.
    """
    rows = rows.copy()
    fine = ["estimate", "conf_low", "conf_high", "conf_low_90", "conf_high_90", "mde80"]
    sort = rows["estimand"].map(kind)
    wide = rows["area"].eq(cells.NATIONAL)
    digits = pd.Series(2, index=rows.index).mask(sort.isin(["share", "difference"]) & wide, 3)
    digits = digits.mask(sort.eq("mean") & ~wide & rows["n_a"].lt(results.LOW_BASE), 1)
    for places in digits.unique():
        chosen = digits.eq(places)
        rows.loc[chosen, fine] = rows.loc[chosen, fine].astype(float).round(places)
    for column in ("p_value", "p_adjusted"):
        rows[column] = [float(f"{p:.2g}") if p == p else np.nan for p in rows[column].astype(float)]
    rows["n_eff"] = rows["n_eff"].astype(float).round()
    return rows


def _row_texts(row: pd.Series) -> tuple[str, str]:
    national = row["area"] == cells.NATIONAL
    sort = kind(row["estimand"])
    if row["suppressed"]:
        return HIDDEN, HIDDEN
    if row["reason"] in ("over", "under"):
        return (">90%" if row["reason"] == "over" else "<10%"), NOT_APPLICABLE
    if row["reason"] in ("near", "collapsed"):
        return NOT_APPLICABLE, NOT_APPLICABLE
    point = number(row["estimate"], sort, national=national)
    if sort == "difference" and point != UNAVAILABLE:
        point += " points"
    ends = [number(row[column], sort, national=national) for column in ("conf_low", "conf_high")]
    if UNAVAILABLE in ends:
        return point, UNAVAILABLE
    return point, f"{ends[0]} to {ends[1]}"


def label(rows: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Add text and label columns to protected rows.

    Parameters
    ----------
    rows : DataFrame
        The full vocabulary, protected and rounded.
    words : Words
        Labels.

    Returns
    -------
    DataFrame
        `rows` with `LABELS` and `TEXTS`; ``survey`` filled.
    """
    texts = [_row_texts(row) for _, row in rows.iterrows()]
    shown = [
        HIDDEN if hidden else ("" if n != n else f"{n:,.0f}" + (f" {LOW}" if low else ""))
        for hidden, n, low in zip(rows["suppressed"], rows["n_a"], rows["low_base"], strict=True)
    ]
    return rows.assign(
        survey=words.survey,
        area_label=[words.whole if a == cells.NATIONAL else words.areas.get(a, a) for a in rows["area"]],
        wave_label=rows["wave"].map(words.wave),
        item_label=[words.items.get(item, item) for item in rows["item"]],
        item_text=[words.texts.get(item, item) for item in rows["item"]],
        group_a_label=rows["group_a"].map(words.group),
        group_b_label=rows["group_b"].map(words.group),
        target_label=[words.teams.get(team, team) for team in rows["target"]],
        estimate_text=[estimate for estimate, _ in texts],
        interval_text=[interval for _, interval in texts],
        n_text=shown,
        verdict_text=[
            HIDDEN if hidden else (VERDICTS[verdict] or UNAVAILABLE)
            for hidden, verdict in zip(rows["suppressed"], rows["verdict"], strict=True)
        ],
    )
