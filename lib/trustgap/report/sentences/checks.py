"""Sentences about the methods themselves: what was reproduced, what was right, what simulations found."""

import pandas as pd

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import Sentence, counted, listed, require

NO_TRUTH = "Nobody knows what is true of the people who answered this survey, so verdicts cannot be scored."


def published(rows: Shown) -> Sentence:
    """Say how many published values our functions give again.

    Parameters
    ----------
    rows : Shown
        As `evidence.published` gives them.

    Returns
    -------
    Sentence
        Names the values that differ.
    """
    require(rows)
    ours = rows.where(estimand="recomputed_value").frame
    if not len(ours):
        return Sentence("No published value is stored.")
    differ = ours[ours["agrees_text"].eq("no")]
    agree = len(ours) - len(differ)
    whole = f"{agree} of {counted(len(ours), 'value', 'values')} come out as printed, to the last digit."
    if agree == len(ours) > 1:
        whole = f"All {len(ours)} values come out as printed, to the last digit."
    if not len(differ):
        return Sentence(whole)
    named = listed(
        f"{row.what_text} ({row.estimate_text}, printed {row.published_text})"
        for row in differ.itertuples(index=False)
    )
    return Sentence(f"{whole} Different: {named}.")


def truth(rows: Shown) -> Sentence:
    """Say how often verdicts and intervals were right where the truth is known.

    Parameters
    ----------
    rows : Shown
        As `known.against_truth` gives them.

    Returns
    -------
    Sentence
        Over all comparisons; where no truth is known it says so.
    """
    require(rows)
    if not len(rows):
        return Sentence(NO_TRUTH)
    false, wrong, equal, covered = (
        _overall(rows.where(estimand=rate).frame)
        for rate in ("false_rate", "wrong_rate", "equal_rate", "coverage")
    )
    return Sentence(
        "The answers are invented, so it is known what is true of every area. Of comparisons without a "
        f"difference, {false} were called higher or lower. Of those with a difference, {wrong} were called "
        f"the wrong way round; of those beyond the margin, {equal} were called about the same. Of the "
        f"intervals, {covered} contain the truth."
    )


def _overall(frame: pd.DataFrame) -> str:
    """Say how many of how many, over all rows."""
    base = frame["n_a"].to_numpy(float)
    if not base.sum():
        return "none of none"
    rate = float((frame["estimate"].fillna(0.0).to_numpy() * base).sum() / base.sum())
    places = 1 if rate == 0 or rate >= 0.001 else 2
    return f"{100 * rate:.{places}f}% of {base.sum():,.0f}"


def coverage(rows: Shown) -> Sentence:
    """Say how many checks in simulated worlds keep what the method promises.

    Parameters
    ----------
    rows : Shown
        As `evidence.coverage` gives them.

    Returns
    -------
    Sentence
        Counts those kept, the known exceptions, and those broken, which it names.
    """
    require(rows)
    if not len(rows):
        return Sentence("No simulation is stored: run make simulate.")
    outcome = rows.frame["outcome_text"]
    kept, known, broken = (int(outcome.eq(one).sum()) for one in ("kept", "known", "broken"))
    least, most = rows.frame["n_a"].min(), rows.frame["n_a"].max()
    worlds = rows.frame["world_text"].nunique()
    text = (
        f"In {counted(worlds, 'simulated world', 'simulated worlds')}, {kept} of "
        f"{counted(len(rows), 'check', 'checks')} keep what the method promises, as closely as {least:,.0f} "
        f"to {most:,.0f} repetitions can tell."
    )
    if known:
        text += f" {known} {'is a known exception' if known == 1 else 'are known exceptions'}, listed below."
    named = listed(rows.where(outcome_text="broken").frame["item"])
    text += f" {broken} {'does' if broken == 1 else 'do'} not: {named}." if broken else ""
    return Sentence(text)


def kept_back(rows: Shown) -> Sentence:
    """Say how much of the latest wave is kept back, and what protecting it costs besides.

    Parameters
    ----------
    rows : Shown
        As `kept_back.kept_back` gives them.

    Returns
    -------
    Sentence
        With how many cells are hidden for each that has to be.
    """
    require(rows)
    if not len(rows):
        return Sentence("There are too few areas to tell what is kept back without telling where.")
    frame = rows.frame.set_index("item")
    few = frame.loc[["hidden", "silent"], "estimate"].sum()
    besides = frame.loc["secondary", "estimate"]
    cost = (
        f" For every 100 of them, {100 * besides / few:.0f} more are, so that none is found." if few else ""
    )
    told, n = frame.loc["told", "estimate_text"], frame["n_a"].iloc[0]
    return Sentence(
        f"Of {n:,.0f} cells of the latest wave in which somebody answered, {told} are shown as they are, and "
        f"{100 * few:.0f} in 100 are hidden because too few answered.{cost}"
    )
