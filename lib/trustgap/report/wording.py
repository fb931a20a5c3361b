"""Numbers and ids into words: how a value is written, what its marks mean and what things are called."""

import re
from dataclasses import dataclass, field

from trustgap.stats import counts as cells

LABELS = "area_label wave_label item_label group_a_label group_b_label target_label".split()
TEXTS = ["estimate_text", "interval_text", "n_text", "verdict_text"]

HIDDEN, UNAVAILABLE, NOT_APPLICABLE, LOW = "[c]", "[x]", "[z]", "[low]"
LEGEND = {
    HIDDEN: "hidden, because it rests on too few people",
    UNAVAILABLE: "not available, because it cannot be estimated from so little",
    NOT_APPLICABLE: "not applicable, or kept back because nearly all of a small group are alike",
    LOW: "fewer than 30 answers or cases: read with caution",
}
"""What each mark means; printed under every table that uses it."""

REASONS = {
    "c": "too few people answered",
    "over": "nearly everyone answered alike",
    "under": "hardly anyone answered so",
    "near": "nearly everyone of a group answered alike, so the size is not given",
    "beside": "not given, because it would tell the size of another share",
    "collapsed": "shown in three categories, because few people answered",
    "rare": "fewer than 11 did so, so how many is not given",
    "complete": "hardly any answer is missing",
    "missing_unknown": "how many answers are missing is not known",
    "n_lt_min": "too few answers",
    "df_le_0": "too few people, or too few sampling units, for an estimate of this kind",
    "constant": "all answers are the same",
    "all_missing": "nobody gave a valid answer",
    "one_level": "too few questions to compare",
    "few_waves": "too few waves with answers",
    "few_areas": "too few areas to compare",
    "not_comparable": "the wording or the scale changed",
    "separated": "the answers do not overlap, so no model can be fitted",
    "few_points": "too few points before or after the change",
    "few_clusters": "too few sites or reviewers to compare",
    "models_disagree": "two models of the series disagree",
    "perfect": "one rating follows exactly from the other, so there is no interval",
    "alike": "more alike than chance alone would make them, so there is no interval",
    "dominated": "one or two people carry so much of the weight that the result would be theirs",
    "point_only": "a point drawn towards the mean, for which no interval would be honest",
    "identical": "everyone answered all questions alike",
    "steady": "as much alike in every sample drawn, so there is no interval",
    "no_factor": "no single factor fits these answers",
    "confounded": "who answered and who was rated cannot be told apart here",
    "no_costs": "no costs were noted",
    "few_costs": "costs were noted of too few cases",
    "test_only": "a test has no size of its own",
    "nothing_speaks": "no piece of evidence speaks for or against it",
    "not_linked": "no factor of the survey speaks to it",
    "evidence_only": "placed by the evidence alone, without answers",
    "unchanging": "the figures do not vary",
    "few_figures": "too few figures",
    "yearly": "figures a year apart belong on no chart of this kind",
    "trial": "fewer than 12 figures set the limits, which will still move",
    "few_before": "too few figures before it began; only earlier ones would help",
    "drift": "the area moved away from the others already before it began",
    "no_signal": "the average moved, but no figure is more than ordinary variation",
    "not_clear": "a change worth having can neither be shown nor ruled out",
    "against": "it moved clearly the other way",
    "no_days": "no day of delay was counted",
    "few_months": "too few months with a count",
    "not_throughout": "not recorded in all of these months",
    "same_months": "the same in every month, so there is no interval",
    "not_asked": "the survey did not ask this",
    "no_file": "no file that could tell was handed in",
    "out_of_scope": "nothing that is collected here can tell",
    "p_ci_disagree": "not clear: the interval and the test that allows for many comparisons disagree",
}
"""What a reason code says to a reader."""

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

SIGNALS = {
    "straight_line": "The same answer to all questions of a block",
    "long_string": "The same answer ten or more times in a row",
    "one_answer": "The same score throughout",
    "identical_sheet": "All answers the same as somebody else's",
    "mostly_missing": "No valid answer to more than half of the questions",
}
"""What signs of careless answers are called."""

EVIDENCE = {
    "flow_data": "Data on flow",
    "interviews": "Interviews",
    "case_reviews": "Case reviews",
    "survey": "Survey",
    "observation": "Observation",
    "communications": "Messages",
}
"""What kinds of evidence are called."""

SORTS = {
    "difference": "share_difference share_difference_beyond change_over_period mean_difference dominance "
    "residual difference_lowest difference_highest difference_imputed team_difference "
    "population_difference team_by_population gap_change rater_difference",
    "width": "half_width smallest_gap smallest_change smallest_trend smallest_margin",
    "theta": "theta theta_simultaneous theta_lowest theta_highest theta_imputed weighted_theta",
    "mean": "mean weighted_mean between_area_sd design_effect largest_weight prediction_mean",
    "correlation": "tau_b tau_difference alpha omega mokken_h mokken_h_item item_rest gwet_ac cohen_kappa "
    "fleiss_kappa krippendorff_alpha agreement_change",
    "count": "respondents reviewed_cases answers_needed effective_n kinds_speaking barriers_verified areas "
    "areas_first areas_alone areas_ranked",
    "rank": "rank",
    "rate": "response_rate",
    "flag": "composite",
    "statistic": "linearity between_groups between_teams interaction interaction_top2 proportional_odds "
    "raters_differ",
    "value": "published_value recomputed_value",
    "money": "saving_per_case saving_total",
    "figure": "metric_value metric_value_centre metric_value_low metric_value_high metric_value_before "
    "metric_value_after weight weight_for weight_against balance",
    "figure_difference": "metric_value_change metric_value_elsewhere",
    "service_share": "metric_share metric_share_centre metric_share_low metric_share_high "
    "metric_share_before metric_share_after",
    "service_difference": "metric_share_change metric_share_elsewhere",
    "period": "signal_at say_from",
}
"""What sort of number each estimand is; one not named here is a share, or a flag by its first letters."""

SORT_OF = {estimand: sort for sort, estimands in SORTS.items() for estimand in estimands.split()}
FLAGS = ("top_", "holds_")
VERDICTS = {
    "higher": "Higher",
    "lower": "Lower",
    "equivalent": "About the same",
    "inconclusive": "Cannot say",
    "holds": "Holds",
    "does_not_hold": "Does not hold",
    "cannot_say": "Cannot say",
    "verified": "Verified",
    "disproved": "Disproved",
    "mixed": "Mixed",
    "not_tested": "Not yet tested",
    "improvement": "Improvement",
    "concern": "Concern",
    "high": "Unusually high",
    "low": "Unusually low",
    "difference": "Made a difference",
    "no_difference": "No difference worth having",
    "too_early": "Cannot say yet",
    "out_of_scope": "Out of scope",
    "above_range": "Above the range",
    "below_range": "Below the range",
    "within_range": "Within the range",
    "": "",
}


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
