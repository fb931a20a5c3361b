"""What speaks for the methods: published values worked out again, and simulated worlds.

None of these rows rests on a respondent: they pass by `disclosure.public`.
"""

import numpy as np
import pandas as pd

from trustgap.report.disclosure import Shown, public
from trustgap.report.sentences.base import upper_first
from trustgap.report.wording import Words
from trustgap.stats.checks.published import recomputed
from trustgap.survey.catalogue import stored


def published(words: Words, values: pd.DataFrame | None = None) -> Shown:
    """Set every published value beside the one that our functions give today.

    Parameters
    ----------
    words : Words
        Labels.
    values : DataFrame, optional
        As `trustgap.stats.checks.published.recomputed` takes it; else ``data/published_values.csv``.

    Returns
    -------
    Shown
        Two rows per value, ``recomputed_value`` and ``published_value``; texts ``what_text``,
        ``source_text``, ``kind_text`` (published or reference), ``published_text``, ``difference_text`` and
        ``agrees_text`` (yes or no).
    """
    if values is None:
        values = pd.read_csv(stored("published_values.csv"), dtype={"published": str})
    ours = recomputed(values)
    rows = pd.DataFrame(
        {
            "analysis": "published",
            "item": values["method"],
            "group_a": values["quantity"],
            "method": values["label"],
            "what_text": values["label"] + ": " + values["quantity"],
            "source_text": values["source"],
            "kind_text": values["kind"],
            "published_text": values["published"].astype(str).str.replace("-", "−", regex=False),
            "difference_text": [_small(one) for one in ours["difference"]],
            "agrees_text": np.where(ours["agrees"], "yes", "no"),
        }
    )
    both = [
        rows.assign(estimand="recomputed_value", estimate=ours["ours"]),
        rows.assign(estimand="published_value", estimate=values["published"].astype(float)),
    ]
    return public(pd.concat(both, ignore_index=True), words)


def _small(difference: float) -> str:
    """Write a difference so small that two digits of it say enough."""
    return "0" if abs(difference) < 1e-12 else f"{difference:+.1e}".replace("-", "−")


def coverage(words: Words, found: pd.DataFrame | None = None) -> Shown:
    """Give the results of the simulated worlds, one row per check.

    Parameters
    ----------
    words : Words
        Labels.
    found : DataFrame, optional
        As ``make simulate`` writes it; else ``data/coverage.csv``.

    Returns
    -------
    Shown
        ``estimate`` is the rate found, ``n_a`` the repetitions; the limits are the band in which it was
        expected. Texts ``world_text``, ``what_text`` (the kind of promise), ``promised_text``,
        ``outcome_text`` (kept, known, broken), ``reason_text`` (of a known exception) and
        ``version_text``.
    """
    if found is None:
        found = pd.read_csv(stored("coverage.csv"), keep_default_na=False, na_values={"width": [""]})
    outcome = np.select([~found["kept"].astype(bool), found["exception"].ne("")], ["broken", "known"], "kept")
    rows = pd.DataFrame(
        {
            "analysis": "simulation",
            "estimand": "rate",
            "item": found["scenario"],
            "n_a": found["repetitions"].astype(float),
            "estimate": found["rate"],
            "conf_low": found["low"],
            "conf_high": found["high"],
            "method": found["method"],
            "world_text": found["world"],
            "what_text": found["what"],
            "promised_text": [f"{100 * share:g}%" for share in found["promised"]],
            "outcome_text": outcome,
            "reason_text": found["exception"],
            "version_text": found["version"],
        }
    )
    return public(rows, words)


def by_method(checks: Shown, words: Words) -> Shown:
    """Gather the checks of each method and kind of promise.

    Parameters
    ----------
    checks : Shown
        As `coverage` gives them.
    words : Words
        Labels.

    Returns
    -------
    Shown
        ``estimate`` is the share of checks that keep the promise; texts ``method_text``, ``what_text``,
        ``promised_text``, ``found_text`` (lowest to highest rate) and ``kept_text`` (how many of how many).
    """
    lines = []
    for (method, what), part in checks.frame.groupby(["method", "what_text"], sort=False):
        ordered = part.sort_values("estimate", kind="stable")["estimate_text"]
        low, high = ordered.iloc[0], ordered.iloc[-1]
        kept = int(part["outcome_text"].eq("kept").sum())
        lines.append(
            {
                "method": method,
                "estimate": kept / len(part),
                "n_a": float(len(part)),
                "method_text": f"{_headed(method)}: {what}",
                "what_text": what,
                "promised_text": part["promised_text"].iloc[0],
                "found_text": low if low == high else f"{low} to {high}",
                "kept_text": f"{kept} of {len(part)}",
            }
        )
    return public(pd.DataFrame(lines).assign(analysis="simulation", estimand="kept_share"), words)


def _headed(method: str) -> str:
    """Start a method's name in upper case, unless it starts with a symbol such as t or mde80."""
    first = method.split()[0]
    return upper_first(method) if len(first) > 1 and first.strip(",").replace("-", "").isalpha() else method


def by_reason(checks: Shown, words: Words) -> Shown:
    """Gather the known exceptions of each method that have one reason.

    Parameters
    ----------
    checks : Shown
        As `coverage` gives them.
    words : Words
        Labels.

    Returns
    -------
    Shown
        As `by_method` gives them, with ``reason_text``; ``kept_text`` counts the checks. Empty where nothing
        is an exception.
    """
    known = checks.where(outcome_text="known")
    parts = [
        by_method(known.at(part.index), words).frame.assign(reason_text=reason)
        for (_, reason), part in known.frame.groupby(["method", "reason_text"], sort=False)
    ]
    columns = ["method", "estimate", "n_a", "method_text", "promised_text", "found_text", "reason_text"]
    lines = pd.concat(parts)[columns] if parts else pd.DataFrame(columns=columns)
    lines = lines.assign(
        analysis="simulation", estimand="kept_share", kept_text=[f"{n:.0f}" for n in lines["n_a"]]
    )
    return public(lines.reset_index(drop=True), words)
