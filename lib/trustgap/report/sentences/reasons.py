"""Why a published statement holds, does not hold or cannot be told, in a few words."""

from trustgap.report import vocabulary
from trustgap.stats.results import MARGIN_THETA, ROUNDING

UNTESTED = ("not_asked", "no_file", "out_of_scope")
"""Reasons of claims on which there is nothing to look at here."""

RULES = {
    "places": "first least_trusted strongest weakest weakest_ties",
    "side": "classes groups majority ratings looser case_share_above cheaper agreement_rose",
    "beyond": "both_ways",
    "level": "share distrust mean case_share delays",
    "differ": "some_differ",
    "rose": "none_rose",
    "fell": "some_fell",
    "uneven": "uneven",
    "teams": "team_not_people",
    "moved": "metric_moved",
}
"""The kinds of test that one wording fits."""

RULE_OF = {kind: rule for rule, kinds in RULES.items() for kind in kinds.split()}

WHY = {
    "places": (
        "all others can be excluded from this place",
        "it can be excluded from this place",
        "others may stand there as well",
    ),
    "side": (
        "the interval lies wholly on the side claimed",
        "the 90% interval leaves no room for more than a small difference",
        "the interval allows for either",
    ),
    "beyond": (
        "the interval lies wholly beyond the margin",
        "the 90% interval leaves no room for a gap that matters",
        "the interval allows for either",
    ),
    "level": (
        "the 90% interval lies close to the published figure",
        "the interval lies wholly away from the published figure",
        "the interval allows for either",
    ),
    "differ": (
        "it differs by more than the margin, allowing for the number of factors",
        "about the same on every factor",
        "none is shown to differ by more than the margin, allowing for their number",
    ),
    "rose": (
        "about the same or lower everywhere",
        "clearly risen here",
        "no one group's trust clearly rose, but that none did is not shown",
    ),
    "fell": (
        "clearly fallen here",
        "about the same or higher everywhere",
        "no one group's trust clearly fell, but that none did is not shown",
    ),
    "uneven": (
        "they differ by more than chance",
        "all are shown to lie close together",
        "neither even nor uneven is shown",
    ),
    "teams": (
        "teams differ, and the people they see do not matter",
        "teams are alike, or the people they see matter",
        "not both are shown: that teams differ, and that the people they see do not matter",
    ),
    "moved": (
        "it moved the way that was wanted, by more than ordinary variation",
        "no change worth having",
        "too early, or too few figures",
    ),
}
"""Why a statement holds, does not hold, or cannot be told, by rule."""

HELPED = (
    "more of them helped than chance would bring",
    "hardly more of them helped than chance would bring",
    "too few interventions to tell",
)
"""The same of the interventions of all areas."""

FEW_CASES = "too few cases were judged"
"""The wording where a statement rests on cases, and not on people who answered."""

OF_CASES = "case_share case_share_above cheaper team_not_people agreement_rose".split()
"""Kinds of test on reviewed cases."""

EDGE = dict.fromkeys(["classes", "groups", "looser", "agreement_rose"], 0.0)
EDGE |= {"ratings": 0.5, "majority": 0.5, "both_ways": 0.5 + MARGIN_THETA}
"""The value that an interval must leave out, by kind of test."""


def why(row: object, kind: str) -> str:
    """Say in a few words why a statement holds, does not hold or cannot be told.

    Parameters
    ----------
    row : named tuple
        Of the frame of `trustgap.report.claims.shown`.
    kind : str
        Of the claim's test, as in `trustgap.survey.claims.TESTS`.

    Returns
    -------
    str
        The reason where there is one, else what the rule found. A number that is given as a bound has one
        too, which says nothing of the verdict.
    """
    if row.suppressed:
        return FEW_CASES if kind in OF_CASES else vocabulary.REASONS["c"]
    bounded = row.reason in ("over", "under")
    if row.reason in UNTESTED or (row.verdict == "cannot_say" and row.reason and not bounded):
        return vocabulary.REASONS[row.reason]
    words = HELPED if row.estimand == "interventions_helped" else WHY[RULE_OF[kind]]
    said = words[("holds", "does_not_hold", "cannot_say").index(row.verdict)]
    hidden = row.verdict == "holds" and kind in EDGE and row.conf_low <= EDGE[kind] + ROUNDING
    return f"{said}, by less than rounding shows" if hidden else said
