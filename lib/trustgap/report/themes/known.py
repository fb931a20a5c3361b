"""Verdicts of a synthetic survey scored against its truth, which nobody's answers make known."""

from pathlib import Path

import pandas as pd

from trustgap.report.disclosure import THRESHOLD, Shown, public
from trustgap.report.sentences.base import upper_first
from trustgap.report.study import Study
from trustgap.stats.change import changes
from trustgap.stats.checks import scoring
from trustgap.stats.trust import dyads
from trustgap.survey.catalogue import stored
from trustgap.survey.synthetic import model as synthetic_model
from trustgap.survey.synthetic import truth as synthetic_truth

COMPARED = {
    "reciprocity": "trust both ways",
    "change": "last wave against first",
    "against_rest": "area against the rest",
}
SCORES = {
    "false_rate": ("nulls", "false_error"),
    "wrong_rate": ("differences", "wrong_error"),
    "equal_rate": ("beyond", "equal_error"),
    "seen_rate": ("seeable", "seen_error"),
    "coverage": ("intervals", "coverage_error"),
}
"""Rates of `scoring.score`, each with its base and its Monte-Carlo error."""

HEADINGS = {
    "false_rate": "Called different, is not",
    "wrong_rate": "Called the wrong way",
    "equal_rate": "Called the same, is not",
    "seen_rate": "Seen",
    "coverage": "Intervals right",
}
"""What the rates are called in a table."""


def against_truth(study: Study) -> Shown:
    """Score the verdicts and intervals of all areas of a synthetic survey against its truth.

    Parameters
    ----------
    study : Study
        The whole of a survey.

    Returns
    -------
    Shown
        Empty unless the survey is synthetic and the project holds the law of its answers. Else one row per
        comparison and rate of `trustgap.stats.checks.scoring.score`: ``false_rate``, ``wrong_rate``,
        ``equal_rate``, ``seen_rate`` and ``coverage``; ``n_a`` is the base, the limits are 1.96 Monte-Carlo
        errors, areas being clusters, to either side. Comparisons that rest on fewer answers than are
        shown do not enter. Text ``comparison_text``.
    """
    asked = study.questionnaire
    home = _law(asked.survey) if asked.synthetic else None
    if home is None:
        return public(pd.DataFrame(columns=["analysis", "estimand", "comparison_text"]), study.words)
    rows = judged(study)
    table = scoring.score(rows, synthetic_truth.local(synthetic_model.build(home)))
    lines = []
    for line in table.to_dict("records"):
        unit = "θ" if line["estimand"] == "theta" else "points"
        named = f"{COMPARED[line['analysis']]}, {unit}"
        for rate, (base, error) in SCORES.items():
            value = line[rate]
            reach = 1.96 * line[error]
            lines.append(
                {
                    "item": line["analysis"],
                    "group_a": line["estimand"],
                    "estimand": rate,
                    "n_a": float(line[base]),
                    "estimate": value,
                    "conf_low": max(value - reach, 0.0),
                    "conf_high": min(value + reach, 1.0),
                    "comparison_text": upper_first(named),
                    "reason": "" if line[base] else "n_lt_min",
                }
            )
    method = "verdicts of all areas against the law of the answers"
    return public(pd.DataFrame(lines).assign(analysis="truth", method=method), study.words)


def _law(survey: str) -> Path | None:
    """Find the folder that holds the law of a survey's answers, if the project has one."""
    try:
        return stored(f"{survey}/model.yaml").parent
    except FileNotFoundError:
        return None


def judged(study: Study) -> pd.DataFrame:
    """Compare, in all areas, trust both ways, the last wave with the first, and the area with the rest.

    Parameters
    ----------
    study : Study
        The whole of a survey.

    Returns
    -------
    DataFrame, rows of results
        By group, on bases that may be shown. Small bases are tested by the t distribution here.
    """
    everywhere, asked = study.everywhere, study.questionnaire
    now = everywhere[everywhere["wave"].eq(study.latest)]
    trust = everywhere[everywhere["item"].isin(study.block("trust").index)]
    rows = [
        dyads.reciprocity(now, study.items, asked.groups, teams=asked.teams, permutations=0),
        changes.change(trust, study.items, permutations=0, **study.over_time),
        study.all_compared,
    ]
    both = pd.concat(rows, ignore_index=True)
    shown = both["n_a"].ge(THRESHOLD) & both["n_b"].ge(THRESHOLD) & both["group_a"].ne("all")
    return both[shown]
