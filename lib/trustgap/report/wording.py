"""Numbers and ids into words: how a value is written, what its marks mean and what things are called."""

import re
from dataclasses import dataclass, field

from trustgap.report.vocabulary import FLAGS, SORT_OF
from trustgap.stats import counts as cells

LABELS = "area_label wave_label item_label group_a_label group_b_label target_label".split()
TEXTS = ["estimate_text", "interval_text", "n_text", "verdict_text"]

HIDDEN, UNAVAILABLE, NOT_APPLICABLE, LOW = "[c]", "[x]", "[z]", "[low]"
LEGEND = {
    HIDDEN: "hidden, because it rests on too few people or cases, or would give such away",
    UNAVAILABLE: "not available, because it cannot be estimated from so little",
    NOT_APPLICABLE: "not applicable, or kept back because nearly all of a small group are alike",
    LOW: "fewer than 30 answers or cases: read with caution",
}
"""What each mark means; printed under every table that uses it."""


WITHHELD = {
    "over": ">90%",
    "under": "<10%",
    "near": NOT_APPLICABLE,
    "beside": NOT_APPLICABLE,
    "collapsed": NOT_APPLICABLE,
    "rare": "under 11",
}
"""What stands for a number that is kept back though its base is large enough, by reason."""

SMALL_RATE = 0.0095
"""Response rates below this would be written as less than 1%, and carry a decimal everywhere."""


DATE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])-(\d{2})")
MONTHS = "January February March April May June July August September October November December".split()


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
    areas, waves, groups, teams, items : dict of str to str
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
        return " to ".join(self.waves.get(part) or period(part) for part in wave.split("/"))


def period(text: str) -> str:
    """Name the month or the day that a figure is of.

    Parameters
    ----------
    text : str
        ISO date; the first of a month stands for the month.

    Returns
    -------
    str
        Any other text as it is.

    Examples
    --------
    >>> period("2019-12-01"), period("2019-12-09"), period("2019")
    ('December 2019', '9 December 2019', '2019')
    """
    found = DATE.fullmatch(text)
    if not found:
        return text
    year, month, day = found.groups()
    named = f"{MONTHS[int(month) - 1]} {year}"
    return named if day == "01" else f"{int(day)} {named}"


def kind(estimand: str) -> str:
    """Say what sort of number an estimand is.

    Parameters
    ----------
    estimand : str
        Of the results vocabulary.

    Returns
    -------
    str
        A key of `SORTS`, or ``share``.

    Examples
    --------
    >>> kind("share_difference"), kind("top2_share"), kind("rank")
    ('difference', 'share', 'rank')
    """
    return SORT_OF.get(estimand, "flag" if estimand.startswith(FLAGS) else "share")


def number(value: float, sort: str, *, national: bool = False, coarse: bool = False) -> str:
    """Write one rounded number for a reader.

    Parameters
    ----------
    value : float
        As `rounded` leaves it; missing is written as not available.
    sort : str
        As `kind` returns it.
    national : bool
        Percentages of the whole country carry one decimal.
    coarse : bool
        Means on a small base carry one decimal.

    Returns
    -------
    str
        Without the unit of differences, which `label` and the headings give.

    Examples
    --------
    >>> number(0.56, "share"), number(0.562, "share", national=True), number(-0.12, "difference")
    ('56%', '56.2%', '−12')
    >>> number(3.4, "mean"), number(3.4, "mean", coarse=True), number(-0.0, "share")
    ('3.40', '3.4', '0%')
    >>> number(0.004, "rate"), number(0.0, "rate"), number(0.32, "rate")
    ('0.4%', '<0.1%', '32%')
    """
    if value != value:
        return UNAVAILABLE
    if sort == "rate":
        # Somebody answered, or there were no rate: it is never nought.
        if value < 0.0005:
            return "<0.1%"
        return number(value, "share", national=national or value < SMALL_RATE)
    if sort.startswith("service_"):
        return number(value, sort.removeprefix("service_"), national=True)
    places = 1 if national else 0
    if sort in ("share", "difference", "width"):
        points = round(100 * value, places) + 0.0
        if sort == "width":
            return f"{points:.{places}f}"
        if sort == "share":
            return f"{points:.{places}f}%"
        return "0" if points == 0 else f"{points:+.{places}f}".replace("-", "−")
    if sort in ("rank", "count"):
        return f"{round(value, 0) + 0.0:,.0f}"
    if sort == "money":
        return f"{'−' if round(value) < 0 else ''}£{abs(round(value)):,}"
    if sort == "figure":
        return (f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}").replace("-", "−")
    if sort == "figure_difference":
        return ("+" if value > 0 else "") + number(value, "figure")
    if sort == "period":
        day = f"{value:.0f}"
        return period(f"{day[:4]}-{day[4:6]}-{day[6:]}")
    if sort == "value":
        return f"{value:.6g}".replace("-", "−")
    if sort == "flag":
        return "yes" if value else "no"
    places = 1 if sort == "mean" and coarse else 2
    return f"{round(value, places) + 0.0:.{places}f}".replace("-", "−")
