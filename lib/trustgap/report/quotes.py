"""Quotes on the page of the whole: approved word for word, without area, group or number."""

from trustgap.report.disclosure.rules import FULL_DETAIL
from trustgap.report.sentences.base import Findings, Sentence
from trustgap.report.study import Study
from trustgap.stats import counts as cells
from trustgap.survey.programme.quotes import NAME

NONE = "No quotes were approved to be shown."
FEW = "Too few people answered for anybody to be quoted."
INVENTED = "These words are invented, like all answers to this survey."


def approved(study: Study) -> Sentence | Findings:
    """Show the quotes that somebody approved.

    Parameters
    ----------
    study : Study
        Of the whole.

    Returns
    -------
    Sentence or Findings
        One line a quote, with its theme where it has one, in the order of the alphabet.

    Raises
    ------
    ValueError
        If the study is of one area: whoever works there would know who said it.
    """
    if study.area != cells.NATIONAL:
        raise ValueError("quotes are shown on pages of the whole only, never on one of an area")
    rows = study.release.files[NAME].sort_values(["theme", "text"])
    if not len(rows):
        return Sentence(NONE)
    people = study.people
    everyone = people[people["group"].eq(cells.ALL) & people["area"].eq(cells.NATIONAL)]
    if not (everyone["n"] >= FULL_DETAIL).any():
        return Sentence(FEW)
    lines = [f"“{row.text}”{f' ({row.theme})' if row.theme else ''}" for row in rows.itertuples(index=False)]
    return Findings([*lines, *([INVENTED] if study.questionnaire.synthetic else [])])
