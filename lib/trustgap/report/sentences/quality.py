"""Sentences about the care with which people answered."""

from trustgap.report.disclosure import THRESHOLD, Shown
from trustgap.report.sentences.base import Sentence, known, lower_first, nothing, require

SAME = "gave the same answer to all questions of a block"


def care(rows: Shown, share: Shown, without: Shown) -> Sentence:
    """Say how many gave one answer to all questions of a block, and what leaving them out would change.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``quality`` of one area and wave.
    share : Shown
        The positive share of one question among everybody.
    without : Shown
        The row ``top2_share_without`` of the same question.

    Returns
    -------
    Sentence
        Where fewer than 11 did, or fewer than 50 leave a trace in the share, no number is given away.
    """
    for shown in (rows, share, without):
        require(shown)
    line = rows.where(estimand="straight_line")
    if not len(line) or line.hidden:
        return nothing(line)
    row = line.frame.iloc[0]
    if row.reason == "one_level":
        return Sentence(f"No block is long enough, on a scale of three answers or more, to ask who {SAME}.")
    all_ = f"{row.n_text} {lower_first(row.group_a_label).removeprefix('all ')}"
    if row.reason == "rare":
        seen = rows.without(reason=["rare", "one_level"])
        if len(seen):
            return Sentence(f"Fewer than {THRESHOLD} of {all_} {SAME}.")
        return Sentence(f"None of these signs was seen in {THRESHOLD} or more of {all_}.")
    if row.reason == "near":
        return Sentence(f"Nearly everybody {SAME}, so there is no one else to set them against.")
    start = f"{row.estimate_text} of {all_} ({row.interval_text}) {SAME}"
    ends = [known(shown).frame for shown in (share, without)]
    if not all(len(end) for end in ends):
        return Sentence(f"{start}; what leaving them out would change cannot be shown.")
    before, after = (end.iloc[0].estimate_text for end in ends)
    label = ends[0].iloc[0].item_label
    if before == after:
        return Sentence(f"{start}; leaving them out would leave “{label}” at {before}.")
    return Sentence(f"{start}; leaving them out would move “{label}” from {before} to {after}.")
