"""Sentences about published statements: which hold, which do not, and which pull against each other."""

import pandas as pd

from trustgap.report import wording
from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import Findings, Sentence, counted, listed, lower_first, require
from trustgap.report.sentences.reasons import UNTESTED
from trustgap.stats.counts import ALL

FORMS = {"rank": "rank {}", "theta": "θ {}", "correlation": "τ {}", "mean": "mean {}"}
"""What stands before a number, by its sort."""

BELOW = ("least_trusted", "weakest", "weakest_ties")
"""Kinds of test in which rank 1 is the lowest."""


def headline(rows: Shown) -> Sentence:
    """Count what holds and what does not.

    Parameters
    ----------
    rows : Shown
        As `trustgap.report.claims.shown` gives them.

    Returns
    -------
    Sentence
        About ten words.
    """
    found = tallied(rows)
    tested = found["holds"] + found["does_not_hold"] + found["cannot_say"]
    if not tested:
        return Sentence("No published statement can be tested here")
    many = counted(tested, "statement", "statements")
    holds = "holds" if found["holds"] == 1 else "hold"
    does = "does" if found["does_not_hold"] == 1 else "do"
    return Sentence(f"{found['holds']} of {many} {holds}, {found['does_not_hold']} {does} not")


def tallied(rows: Shown) -> dict[str, int]:
    """Count the verdicts on published statements.

    Parameters
    ----------
    rows : Shown
        As for `headline`.

    Returns
    -------
    dict of str to int
        ``holds``, ``does_not_hold``, ``cannot_say`` (of those that were tested), ``hidden``, and each reason
        of `UNTESTED`.
    """
    require(rows)
    frame = rows.frame
    untested = {reason: int(frame["reason"].eq(reason).sum()) for reason in UNTESTED}
    tested = frame[~frame["reason"].isin(UNTESTED)]
    open_ = tested[~tested["suppressed"]]["verdict"]
    found = {verdict: int(open_.eq(verdict).sum()) for verdict in ("holds", "does_not_hold", "cannot_say")}
    return found | {"hidden": int(tested["suppressed"].sum())} | untested


def summary(rows: Shown) -> Sentence:
    """Say how many published statements hold, how many do not, and why the others are left open.

    Parameters
    ----------
    rows : Shown
        As for `headline`.

    Returns
    -------
    Sentence
        "Cannot say" is told apart from "could not be asked".
    """
    found = tallied(rows)
    tested = found["holds"] + found["does_not_hold"] + found["cannot_say"]
    if not tested + found["hidden"]:
        return Sentence(
            f"None of {len(rows)} published statements can be tested here: nothing that was asked or "
            "handed in is about them."
        )
    parts = []
    if tested:
        said = [f"{found['holds'] or 'none'} {'hold' if found['holds'] > 1 else 'holds'}"]
        if fails := found["does_not_hold"]:
            said.append(f"{fails} {'does' if fails == 1 else 'do'} not hold")
        if found["cannot_say"]:
            said.append(f"of {found['cannot_say']} nobody can tell from this many answers or records")
        many = counted(tested, "published statement", "published statements")
        parts.append(f"Of {many} that can be tested here, {listed(said)}.")
    if found["hidden"]:
        rest = "rests" if found["hidden"] == 1 else "rest"
        parts.append(
            f"{found['hidden']} {'more ' if tested else ''}{rest} on too few people or cases to be shown."
        )
    return Sentence(" ".join([*parts, *_left_out(found)]))


def _left_out(found: dict[str, int]) -> list[str]:
    """Say which statements there is nothing to test with."""
    reasons = {
        "not_asked": "about what the survey did not ask",
        "no_file": "about what is in no file that was handed in",
        "out_of_scope": "beyond anything that is collected here",
    }
    parts = [f"{found[reason]} {words}" for reason, words in reasons.items() if found[reason]]
    return [f"Not tested: {listed(parts)}."] if parts else []


def contradictions(rows: Shown, claims: pd.DataFrame) -> Findings:
    """Set the verdicts on statements that pull against each other beside one another.

    Parameters
    ----------
    rows : Shown
        As for `headline`.
    claims : DataFrame, indexed by claim
        As `trustgap.survey.catalogue.claims` gives them.

    Returns
    -------
    Findings
        One sentence for every two such statements of which at least one is decided here, and one that counts
        the others; none where no two could be tested.
    """
    require(rows)
    tested = rows.where(suppressed=False).without(reason=list(UNTESTED)).frame.set_index("item")
    place = {claim: number for number, claim in enumerate(claims.index)}
    pairs = [
        (tested.loc[claim], tested.loc[other])
        for claim, others in claims["contradicts"].items()
        for other in others
        if place[other] > place[claim] and {claim, other} <= set(tested.index)
    ]
    decided = [pair for pair in pairs if {one["verdict"] for one in pair} != {"cannot_say"}]
    said = [_pair(*pair) for pair in decided]
    if len(pairs) > len(decided):
        more = "more " if decided else ""
        many = counted(len(pairs) - len(decided), f"{more}pair", f"{more}pairs")
        said.append(Sentence(f"Of {many} of statements that pull against each other, neither can be told."))
    return Findings(said)


def _pair(one: pd.Series, other: pd.Series) -> Sentence:
    names = f"“{one['item_label']}” and “{other['item_label']}” pull against each other"
    verdicts = [one["verdict"], other["verdict"]]
    words = {"holds": "holds", "does_not_hold": "does not hold", "cannot_say": "cannot be told"}
    if verdicts[0] == verdicts[1]:
        return Sentence(f"{names}: {'both hold' if verdicts[0] == 'holds' else 'neither holds'}.")
    return Sentence(f"{names}: the first {words[verdicts[0]]}, the second {words[verdicts[1]]}.")


def here(row: object, kind: str) -> str:
    """Write the number that decides on a statement, with its interval.

    Parameters
    ----------
    row : named tuple
        Of the frame of `trustgap.report.claims.shown`.
    kind : str
        Of the claim's test, as in `trustgap.survey.claims.TESTS`.

    Returns
    -------
    str
        With the factor, or the group and team, that decides where the statement is about several; the marks
        of `wording.LEGEND` where there is no number.
    """
    text = row.estimate_text
    if row.reason in UNTESTED:
        return wording.NOT_APPLICABLE
    if text.startswith("["):
        return text
    if row.estimand == "prediction_mean":
        return f"mean {text}, most from {row.interval_text}"
    if not row.interval_text.startswith("["):
        text += f" ({row.interval_text})"
    form = "AC1 {}" if row.estimand == "agreement_change" else FORMS.get(wording.kind(row.estimand), "{}")
    text = form.format(text)
    text += " from below" if kind in BELOW else ""
    text += " of interventions" if row.estimand == "interventions_helped" else ""
    if row.group_b.startswith("item:"):
        return f"{text}: “{row.group_b_label}”"
    if row.group_a not in ("", ALL) and row.target_label and not row.group_b:
        return f"{text}: {lower_first(row.group_a_label)} on {row.target_label}"
    return text
