"""Every computed sentence on ordinary, hidden, unasked, bounded, single and conflicting rows."""

import re
from itertools import product

import demo_rows
import pandas as pd
import pytest

from trustgap.report.disclosure import Mask, Shown, together
from trustgap.report.sentences import areas, base, change, joint, ranking, shares, summary, trust, who
from trustgap.report.sentences.base import Findings, Sentence
from trustgap.report.wording import Words
from trustgap.stats.counts import ALL, NATIONAL

WORDS = Words(
    whole="England",
    areas={"X1": "Alphashire", "X2": "Betashire", "X3": "Gammashire"},
    waves={"1": "2015", "2": "2019"},
    groups={"gp": "General practitioners", "asc": "Adult social care staff", "hospital": "Hospital staff"},
    teams={"gp": "general practice", "asc": "adult social care", "hospital": "the hospital"},
    items={"q": "Bed pressure", "r": "Risk to the patient", "s": "Family expects it"},
)
GROUPS, ITEMS, AREAS = ["asc", "gp", "hospital"], ["q", "r", "s"], ["X1", "X2", "X3"]
VERDICTS = ["higher", "lower", "inconclusive"]
LABELS = {"behaviour": "Behaviour", "process": "Process"}


def make(key, values, *, estimand, analysis="", n=120, half=0.1, mask=None, **constants):
    """Make shown rows, one for each value of one column, with estimates, limits and verdicts."""
    rows = pd.DataFrame({"area": "X1", "wave": "2", "group_a": ALL, "item": "q", "n_a": n, "reason": ""}, [0])
    rows = rows.loc[[0] * len(values)].reset_index(drop=True).assign(**constants)
    rows = rows.assign(**{key: values}, estimand=estimand, analysis=analysis, verdict=VERDICTS[: len(values)])
    middle = {"theta": 0.5, "share_difference": 0, "mean_difference": 0, "mean": 3.0}.get(estimand, 0.45)
    if estimand.startswith("top_"):
        estimates = [1.0, 0.0, 0.0][: len(values)]
    else:
        estimates = [middle + 0.31, middle - 0.23, middle + 0.02][: len(values)]
    if estimand == "respondents":
        estimates = [120.0, 70.0, 50.0][: len(values)]
    rows = rows.assign(estimate=estimates)
    rows = rows.assign(conf_low=rows["estimate"] - half, conf_high=rows["estimate"] + half, mde80=0.14)
    rests = [(("X1", "2", "a", str(i)),) for i in range(len(rows))]
    return (mask or Mask()).protect(rows.assign(rests_on=rests), WORDS)


PAIRED = {"group_b": ["gp", "hospital", "asc"]}
FORMS = {
    "apart": (areas.apart, {"rest": "the rest"}, ("area", AREAS, "share_difference"), {}),
    "range_headline": (areas.range_headline, {}, ("area", AREAS, "top2_share"), {}),
    "spread of areas": (areas.spread, {}, ("item", ITEMS, "prediction"), {"area": NATIONAL}),
    "clear": (areas.clear, {}, ("area", AREAS, "share_difference"), {}),
    "change headline": (change.headline, {}, ("target", GROUPS, "share_difference"), {"wave": "1/2"}),
    "change": (change.change, {"what": "trust"}, ("target", GROUPS, "share_difference"), {"wave": "1/2"}),
    "change by group": (
        change.change, {"what": "trust"}, ("group_a", GROUPS, "share_difference"), {"target": "asc"},
    ),
    "smallest_visible": (change.smallest_visible, {}, ("target", GROUPS, "share_difference"), {}),
    "top_headline": (ranking.top_headline, {}, ("item", ITEMS, "top2_share"), {}),
    "top 1": (ranking.top, {"most": 1}, ("item", ITEMS, "top_1"), {}),
    "top 3": (ranking.top, {"most": 3, "decision": "Discharge"}, ("item", ITEMS, "top_3"), {}),
    "gap_headline": (ranking.gap_headline, {}, ("item", ITEMS, "theta"), {"group_a": "gp", "group_b": "asc"}),
    "gap": (ranking.gap, {}, ("item", ITEMS, "theta"), {"group_a": "gp", "group_b": "asc"}),
    "classes": (
        ranking.classes, {"labels": LABELS}, ("item", ["behaviour v process"], "mean_difference"), {},
    ),
    "headline": (shares.headline, {}, ("item", ITEMS, "top2_share"), {}),
    "spread": (shares.spread, {"phrase": "agree or strongly agree"}, ("item", ITEMS, "top2_share"), {}),
    "dont_know": (shares.dont_know, {}, ("item", ITEMS, "dont_know_share"), {}),
    "against_rest_headline": (shares.against_rest_headline, {}, ("item", ITEMS, "share_difference"), {}),
    "against_rest": (shares.against_rest, {"rest": "the rest"}, ("item", ITEMS, "share_difference"), {}),
    "standing": (shares.standing, {"area": "X1"}, ("area", ["X1", NATIONAL], "top2_share"), {}),
    "lowest_headline": (
        trust.lowest_headline, {"what": "trust"}, ("group_a", GROUPS, "top2_share"), {"target": "asc"},
    ),
    "extremes": (trust.extremes, {"what": "trust"}, ("group_a", GROUPS, "top2_share"), {"target": "asc"}),
    "extremes of means": (
        trust.extremes, {"what": "relationship"}, ("group_a", GROUPS, "mean"), {"target": "asc"},
    ),
    "least": (trust.least, {}, ("target", GROUPS, "top_1"), {"group_a": "gp"}),
    "reciprocity_headline": (trust.reciprocity_headline, {}, ("group_a", GROUPS, "theta"), PAIRED),
    "reciprocity": (trust.reciprocity, {}, ("group_a", GROUPS, "theta"), PAIRED),
    "same_team": (joint.same_team, {}, ("group_a", GROUPS, "theta"), PAIRED | {"target": "asc"}),
    "beside": (trust.beside, {}, ("group_a", GROUPS, "tau_b"), {}),
    "answered": (who.answered, {}, ("group_a", [ALL, "gp", "asc"], "respondents"), {}),
    "rates": (who.rates, {}, ("group_a", GROUPS, "response_rate"), {}),
    "unanswered": (who.unanswered, {}, ("item", ITEMS, "answered_share"), {}),
}  # fmt: skip
"""For each sentence: the function, its options, and of what rows it is made."""

HEADLINES = [name for name in FORMS if "headline" in name or name == "standing"]


def rows_for(name, *, one=False, **given):
    _, _, (key, values, estimand), constants = FORMS[name]
    few = values[:1] if one else values
    constants = {k: v[: len(few)] if isinstance(v, list) else v for k, v in constants.items()}
    return make(key, few, estimand=estimand, **constants | given)


def say(name, rows):
    function, options, *_ = FORMS[name]
    return function(rows, **options)


NEVER = ("[c]", "[x]", "[z]", "[low]", "nan", "None ", "  ", "..", " .", " ,", "()", "“”", "[]")
SEVERAL = r"\b1 (areas|questions|pairs|factors|comparisons|people|groups|percentage points)\b"


def faults(text, rows):
    """Name what no text may be, and numbers in it that are neither shown nor counts of rows."""
    found = [] if isinstance(text, Sentence) else [f"it is a {type(text).__name__}"]
    start = text.startswith(("None of", "None rose"))
    found += [repr(never) for never in NEVER if never in text and not (never == "None " and start)]
    found += [] if text[0].isupper() or text[0].isdigit() or text[0] in "<>“" else ["its first letter"]
    found += [match.group() for match in re.finditer(SEVERAL, text)]
    told = " ".join(rows.frame[["estimate_text", "interval_text", "n_text"]].to_numpy().ravel())
    names = " ".join(rows.frame.filter(like="_label").to_numpy().ravel())
    allowed = set(re.findall(r"[\d.,]*\d", f"{told} {names}")) | {str(n) for n in range(len(rows) + 1)}
    allowed |= {"14", "80", "90", "0.5", "11", "3", "5", *(f"{1 - v:.2f}" for v in rows.frame["estimate"])}
    return found + sorted(set(re.findall(r"[\d.,]*\d", text)) - allowed)


@pytest.mark.parametrize("name", FORMS)
def test_ordinary_rows_make_a_sentence_of_shown_numbers(name):
    rows = rows_for(name)

    text = say(name, rows)

    assert faults(text, rows) == []
    assert "too few" not in text.lower() or "pair" in text or "say" in text
    assert name in HEADLINES or "headline" in name or text.endswith(".")


@pytest.mark.parametrize("name", [name for name in FORMS if name != "clear"])
def test_a_single_row_is_told_as_one(name):
    rows = rows_for(name, one=True)

    assert faults(say(name, rows), rows) == []


@pytest.mark.parametrize("name", FORMS)
def test_hidden_rows_make_a_sentence_without_any_claim(name):
    rows = rows_for(name, n=5)
    assert rows.hidden == len(rows)

    text = say(name, rows)

    assert faults(text, rows) == []
    claims = (
        r"higher than|lower than|rose \w|fell \w|trust .* least|Lowest:|Highest:|runs? from|differ on|\(θ|>|<"
    )
    assert not re.search(claims, text), text
    digits = set(re.findall(r"\d+", text)) - {"11", str(len(rows))}
    assert not digits, text


@pytest.mark.parametrize("name", [name for name in FORMS if name != "standing"])
def test_what_was_not_asked_is_not_said(name):
    rows = rows_for(name).where(item="nothing")

    text = say(name, rows)

    assert faults(text, rows) == []
    assert re.search(r"did not ask|No |Too few|Cannot|cannot|not known|nothing|There are too few", text), text


def bounded(name):
    """Make rows whose cells are all nearly unanimous, on small bases."""
    if FORMS[name][2][2] == "top2_share":
        frame = rows_for(name).frame[["area", "wave", "group_a", "item", "target", "verdict"]]
        frame = frame.assign(estimand="top2_share", n_a=40, estimate=0.97, conf_low=0.9, conf_high=1.0)
        return Mask().protect(frame.assign(rests_on=[()] * len(frame)), WORDS)
    kept = frozenset(("X1", "2", "a", str(i)) for i in range(3))
    return rows_for(name, n=40, mask=Mask(bounded=kept, unanimous=kept))


@pytest.mark.parametrize("name", FORMS)
def test_bounded_rows_keep_the_verdict_and_give_no_size(name):
    rows = bounded(name)

    text = say(name, rows)

    assert faults(text, rows) == []
    if FORMS[name][2][2] in ("theta", "share_difference"):
        assert not re.search(r"points\)|\(θ", text), text


@pytest.mark.parametrize("name", ["headline", "range_headline", "top_headline", "extremes", "spread"])
def test_no_order_is_claimed_among_values_that_are_shown_alike(name):
    text = say(name, bounded(name))

    assert not re.search(r"Lowest|Highest|lowest|highest|run from|runs from|most often:|fewest", text), text


@pytest.mark.parametrize("name", HEADLINES)
def test_headlines_are_short_and_have_no_full_stop(name):
    for rows in (rows_for(name), rows_for(name, n=5), rows_for(name, one=True), bounded(name)):
        text = say(name, rows)
        assert len(text.split()) <= 14, text
        assert not text.endswith("."), text


@pytest.mark.parametrize("name", FORMS)
def test_only_protected_rows_are_put_into_words(name):
    with pytest.raises(TypeError, match="DataFrame"):
        say(name, rows_for(name).frame)


def verdicts(estimand, given, **constants):
    key = [f"i{i}" for i in range(len(given))]
    rows = pd.DataFrame({"area": "X1", "wave": "1/2", "group_a": ALL, "item": key, "n_a": 90})
    rows = rows.assign(estimand=estimand, verdict=given, estimate=0.1, conf_low=0.01, conf_high=0.2)
    return Mask().protect(rows.assign(rests_on=[()] * len(rows), **constants), WORDS)


MIXES = [list(mix) for mix in product(["higher", "lower", "equivalent", "inconclusive", ""], repeat=2)]


@pytest.mark.parametrize("given", MIXES, ids="/".join)
def test_every_mix_of_verdicts_is_counted_and_nothing_else_is_claimed(given):
    rows = verdicts("share_difference", given)
    text = change.change(rows, what="trust")
    other = shares.against_rest(rows, rest="the rest")

    for said in (text, other, change.headline(rows), shares.against_rest_headline(rows), areas.clear(rows)):
        assert faults(said, rows) == []
    assert ("trust rose" in text.lower()) == ("higher" in given)
    assert ("fell on" in text) == ("lower" in given)
    assert ("about the same" in text) == ("equivalent" in given)
    assert ("higher" in other.lower()) == ("higher" in given)
    assert ("lower" in other.lower()) == ("lower" in given)


@pytest.mark.parametrize("given", MIXES, ids="/".join)
def test_one_sided_trust_is_named_by_who_trusts_more(given):
    rows = verdicts("theta", given, group_a=["gp", "asc"], group_b=["asc", "hospital"])
    text = trust.reciprocity(rows)
    both = (text, trust.reciprocity_headline(rows), ranking.gap(rows), ranking.gap_headline(rows))

    for said in both:
        assert faults(said, rows) == []
    gp_asc = "general practitioners trust adult social care staff more"
    asc_gp = "general practitioners trust adult social care staff less"
    assert (gp_asc in text.lower()) == (given[0] == "higher")
    assert (asc_gp in text.lower()) == (given[0] == "lower")


def test_ranks_that_cannot_be_told_apart_are_not_put_in_an_order():
    rows = make("item", ITEMS, estimand="top_1").frame
    every = Mask().protect(
        rows[["area", "wave", "group_a", "item", "estimand", "n_a"]].assign(estimate=1.0, rests_on=[()] * 3),
        WORDS,
    )

    assert ranking.top(every, most=1) == "3 of 3 factors could be the most frequent."


def test_a_survey_of_one_area_says_that_there_is_no_rest():
    rows = verdicts("share_difference", ["", ""], reason="few_areas")

    assert "one area only" in shares.against_rest(rows, rest="the rest")


def test_small_words():
    assert base.listed([]) == ""
    assert base.listed(["a"]) == "a"
    assert base.listed("abcde", most=3) == "a, b, c and 2 more"
    assert base.counted(0, "area", "areas") == "no areas"
    assert base.lower_first("GPs") == "GPs"
    assert base.lower_first("A team") == "a team"
    assert base.upper_first("") == ""


def test_sentences_are_escaped_where_they_are_shown():
    html = Sentence("a <b> & c")._repr_mimebundle_()[0]["text/html"]
    several = Findings([Sentence("<i>"), Sentence("x")])._repr_mimebundle_()[0]["text/html"]

    assert html == "<p>a &lt;b&gt; &amp; c</p>"
    assert several == "<ul><li>&lt;i&gt;</li><li>x</li></ul>"


@pytest.mark.parametrize("area", ["X001", "X005", "X041", "X075"])
def test_the_page_for_leaders_has_findings_and_questions_in_every_area(area):
    tables = together(*demo_rows.shown(area).values())
    study = demo_rows.study(area)
    options = {"classes": study.questionnaire.classes, "rest": "the rest of England"}
    trust_items = study.block("trust").index
    found = summary.findings(tables, trust_items=trust_items, scales=study.scales(), **options)
    asked = summary.questions(tables, **options)

    assert 3 <= len(found) <= 5
    assert 2 <= len(asked) <= 6
    for text in (*found, *asked):
        assert not re.search(r"\[[cxz]\]|nan|  |\(\)|\b1 (pairs|factors|questions|areas)\b", text), text
        assert text.endswith((".", "?"))
    assert isinstance(summary.behind(tables), Shown)
    assert 0 < len(summary.behind(tables)) < len(tables)


def test_the_page_for_leaders_of_a_survey_that_asked_nothing_is_empty():
    tables = together(*demo_rows.shown("X041").values()).where(analysis="nothing")

    nothing = pd.Index([])
    assert summary.findings(tables, trust_items=nothing, classes={}, scales=[], rest="the rest") == ()
    assert len(summary.questions(tables, classes=LABELS, rest="the rest")) == 1


def test_groups_with_one_rounded_response_rate_are_named_together():
    def rates(*values):
        rows = pd.DataFrame({"group_a": GROUPS, "estimate": values, "estimand": "response_rate"})
        rows = rows.assign(area="X1", wave="2", item="", n_a=2000, conf_low=0.01, conf_high=0.2, reason="")
        return Mask().protect(rows.assign(rests_on=[()] * 3), WORDS)

    assert who.rates(rates(0.0105, 0.0108, 0.023)) == (
        "The share of each group who answered runs from 1% (adult social care staff and general "
        "practitioners) to 2% (hospital staff)."
    )
    assert who.rates(rates(0.031, 0.032, 0.033)) == "3% of each group answered, rounded."


def test_how_many_answered_is_not_called_few_where_no_page_counts_them_nor_said_twice_of_one_group():
    rows = pd.DataFrame({"group_a": ["staff", ALL], "n_a": 40.0, "estimate": 40.0, "estimand": "respondents"})
    rows = rows.assign(area="X1", wave="2", analysis="who_answered", rests_on=[()] * 2)
    shown = Mask().protect(rows, WORDS)

    assert who.answered(shown).startswith("40 ")
    assert ":" not in who.answered(shown)
    assert who.answered(shown.where(wave="1")) == "How many people answered is not known here."


def test_a_clear_gap_that_lies_in_the_band_is_said_to_be_too_small_to_matter():
    def text(low, high):
        rows = pd.DataFrame({"group_a": ["gp"], "group_b": "asc", "estimand": "theta", "verdict": "lower"})
        rows = rows.assign(area="X1", wave="2", item="trust", n_a=9000, n_b=9000, reason="", estimate=0.46)
        rows = rows.assign(conf_low=low, conf_high=high, rests_on=[()])
        shown_ = Mask().protect(rows, WORDS)
        return trust.reciprocity(shown_), joint.same_team(shown_), trust.reciprocity_headline(shown_)

    *small, small_headline = text(0.45, 0.48)
    *open_, open_headline = text(0.43, 0.49)
    assert all("(θ 0.46, too small a gap to matter)" in said for said in small)
    assert all("(θ 0.46)" in said for said in open_)
    assert small_headline == "No clear one-sided trust that would matter in 1 pair"
    assert open_headline == "Trust is one-sided in 1 of 1 pair"


def test_pairs_none_of_which_can_be_shown_are_put_in_their_question():
    rows = verdicts("theta", ["", ""], group_a=["gp", "asc"], group_b=["asc", "hospital"])
    assert trust.reciprocity(rows) == (
        "Whether trust goes both ways cannot be said: 2 pairs of groups cannot be shown or compared."
    )


def test_one_clear_difference_is_named_and_many_are_counted_by_question():
    assert areas.clear(verdicts("share_difference", ["higher", ""], area="X1", item="q")) == (
        "1 of 1 comparison shows a clear difference: Alphashire on “Bed pressure”."
    )
    many = areas.clear(verdicts("share_difference", ["higher", "lower"], area=["X1", "X2"], item="q"))
    assert many.endswith("in 2 areas. Most often on “Bed pressure” (2 areas).")


def test_a_range_is_called_too_narrow_where_no_spread_was_found():
    rows = pd.DataFrame({"item": ["q", "r"] * 2, "estimand": ["prediction"] * 2 + ["between_area_sd"] * 2})
    rows = rows.assign(
        estimate=[0.4, 0.5, 0.3, 0.0], conf_low=[0.2, 0.49, 0.1, 0.0], conf_high=[0.6, 0.51, 0.5, 0.1],
        area=NATIONAL, wave="2", group_a=ALL, n_a=4000, reason="", analysis="spread",
    )  # fmt: skip
    text = areas.spread(Mask().protect(rows.assign(rests_on=[()] * 4), WORDS))

    assert "expected to lie in the range 20.0% to 60.0%" in text
    assert text.endswith("On 1 question no spread beyond chance was found, which does not show that there is "
                         "none: there the range is too narrow if areas do differ.")  # fmt: skip
