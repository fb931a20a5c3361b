"""Sentences about reviewed cases: what could have been better, what it would have saved, who agrees."""

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import Findings, Sentence, counted, require
from trustgap.report.wording import WITHHELD

FEW = "Too few cases were judged to say {}."
KINDS = {
    "avoidable_admission": ("people admitted", "the admission could have been avoided"),
    "residential_right": ("people moved into residential care", "the move was right"),
    "over_provided": ("packages reviewed", "more was provided than needed"),
}
"""Of whom, and what, each share of one kind of decision says."""

NO_PAIR = (
    "Every case was judged by one reviewer only, so nothing tells whether another would have judged the same."
)


def read(counts: Shown) -> Sentence:
    """Say how many cases were judged, and by how many.

    Parameters
    ----------
    counts : Shown
        Rows ``reviewed_cases``, as `reviews.counted` gives them.

    Returns
    -------
    Sentence
        How many cases several judged is left out where these are few, or none.
    """
    require(counts)
    rows = counts.frame.set_index("item")
    if rows.loc["case_reviewed", "suppressed"]:
        return Sentence("Fewer than 11 cases were judged: too few to show anything of what was found.")
    people, several = int(rows.loc["case_reviewers", "estimate"]), rows.loc["case_shared"]
    text = f"{rows.loc['case_reviewed', 'estimate_text']} cases were judged"
    text += f" by {counted(people, 'reviewer', 'reviewers')}" if people else "; nobody is named as reviewer"
    if several["suppressed"]:
        return Sentence(f"{text}.")
    return Sentence(f"{text}, {several['estimate']:,.0f} of the cases by more than one.")


def improvable(found: Shown) -> Sentence:
    """Say how many decisions could have been better, and of how many of those the better option existed.

    Parameters
    ----------
    found : Shown
        Rows of `reviews.findings`.

    Returns
    -------
    Sentence
        With intervals; says so where a share is hidden or a bound.
    """
    require(found)
    share, option = (_row(found, name) for name in ("improvable", "available"))
    if not _said(share):
        return Sentence(FEW.format("how many decisions could have been better"))
    text = f"{_amount(share)} of {share.n_a:,.0f} decisions could have been better{_interval(share)}."
    if share.reason in WITHHELD:
        return Sentence(
            f"{text} So small a group gets no exact figure, nor how often there was a better option."
        )
    if not _said(option):
        return Sentence(f"{text} They are too few to say how often the better option existed.")
    existed = (
        f"In {_amount(option, start=False)} of those {option.n_a:,.0f} the better option already existed"
    )
    return Sentence(f"{text} {existed}{_interval(option)}.")


def kinds(found: Shown) -> Findings:
    """Say what was found about admissions, moves into residential care, and packages of care.

    Parameters
    ----------
    found : Shown
        Rows of `reviews.findings`.

    Returns
    -------
    Findings
        One sentence for each.
    """
    require(found)
    said = []
    for estimand, (whom, what) in KINDS.items():
        row = _row(found, estimand)
        if _said(row):
            text = f"{_amount(row)} of {row.n_a:,.0f} {whom}: {what}{_interval(row)}."
        else:
            text = f"Too few {whom} are among the cases to say how often {what}."
        said.append(Sentence(text))
    return Findings(said)


def headline(found: Shown) -> Sentence:
    """Give the headline of the figure of shares.

    Parameters
    ----------
    found : Shown
        Rows of `reviews.findings`.

    Returns
    -------
    Sentence
        Up to ten words.
    """
    require(found)
    row = _row(found, "improvable")
    if not _said(row):
        return Sentence("Too few cases to show a share")
    return Sentence(f"{_amount(row)} of {row.n_a:,.0f} decisions could have been better")


def alternative(found: Shown) -> str:
    """Describe the figure of shares for those who cannot see it.

    Parameters
    ----------
    found : Shown
        The rows drawn.

    Returns
    -------
    str
        Every line with its share and interval, or why there is none.
    """
    require(found)
    lines = [
        f"{row.item_label}: " + (f"{row.estimate_text}{_interval(row)}" if _said(row) else "hidden")
        for row in found.frame.itertuples(index=False)
    ]
    return f"Chart of shares of reviewed cases with their 95% intervals. {'; '.join(lines)}."


def saving(found: Shown) -> Sentence:
    """Say what better decisions would have saved per reviewed case.

    Parameters
    ----------
    found : Shown
        Rows of `reviews.findings`.

    Returns
    -------
    Sentence
        With the interval, whether that leaves out a saving of nothing, and what it does not say.
    """
    require(found)
    row = _row(found, "saving_per_case")
    if row.reason == "no_costs":
        return Sentence("No costs were noted, so nothing can be said of a saving.")
    if row.estimate != row.estimate:
        return Sentence(
            "Too few cases were judged, costs were noted of too few, or their savings are too alike or those "
            "of one or two people, to say what would be saved."
        )
    amount = row.estimate_text.lstrip("−")
    does = "saved" if row.estimate >= 0 else "cost"
    more = "" if row.estimate >= 0 else " more"
    text = f"Better decisions would have {does} {amount}{more} per reviewed case"
    if row.conf_low != row.conf_low:
        return Sentence(f"{text}, the same in every case, so that there is no interval.")
    text += f" (95% interval {row.interval_text}), cases with nothing to gain included."
    if row.conf_low <= 0 <= row.conf_high:
        text += " The interval does not leave out that nothing would be saved."
    return Sentence(f"{text} Whether that money could be taken out is another question.")


def agreement(rows: Shown) -> Sentence:
    """Say how far reviewers agree on the same cases.

    Parameters
    ----------
    rows : Shown
        Rows of `reviewers.agreed`.

    Returns
    -------
    Sentence
        Percent agreement and agreement beyond chance, and whether reviewers differ systematically.
    """
    require(rows)
    if not len(rows):
        return Sentence(NO_PAIR)
    pairs, gwet = (_row(rows, name) for name in ("percent_agreement", "gwet_ac"))
    if pairs.estimate != pairs.estimate:
        return Sentence("Too few cases were judged by more than one reviewer to say how far they agree.")
    text = (
        f"On the {pairs.n_a:,.0f} cases that several judged, two reviewers agreed {pairs.estimate_text} of "
        f"the time{_interval(pairs)}; beyond chance (AC1) that is {gwet.estimate_text}{_interval(gwet)}."
    )
    if gwet.conf_low == gwet.conf_low and gwet.conf_high - gwet.conf_low > 0.5:
        text += " So wide an interval leaves open how far they agree."
    return Sentence(text + _systematic(rows))


def _systematic(rows: Shown) -> str:
    test = rows.where(estimand="raters_differ").frame
    p = test["p_value"].iloc[0] if len(test) else float("nan")
    if p != p:
        return ""
    if p < 0.05:
        return " Some reviewers find something better more often than others do."
    return " That one reviewer finds something better more often than another is not shown."


def _row(shown: Shown, estimand: str) -> tuple:
    return next(shown.where(estimand=estimand).frame.itertuples(index=False))


def _said(row: tuple) -> bool:
    return row.estimate == row.estimate


def _amount(row: tuple, *, start: bool = True) -> str:
    if row.reason in ("over", "under"):
        word = "more than 90%" if row.reason == "over" else "fewer than 10%"
        return word[0].upper() + word[1:] if start else word
    return row.estimate_text


def _interval(row: tuple) -> str:
    return f" (95% interval {row.interval_text})" if row.conf_low == row.conf_low else ""
