"""Adjustment within many families at once."""

import golden
import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from trustgap.stats.families import adjusted, decide

METHODS = {"holm": "holm", "fdr_bh": "BH"}


@pytest.mark.parametrize("method", METHODS)
def test_adjustment_matches_r(shared, method):
    p = pd.Series(golden.entry(shared, "14", "p_adjust")["p"])
    found = adjusted(p, pd.Series("f", index=p.index), method=method)
    expected = golden.case(shared, "14", "p_adjust")[METHODS[method]]
    assert found.tolist() == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_a_test_that_could_not_be_made_counts_in_its_family(shared, method):
    # R drops missing p-values; here the family is as large as planned, so R's own rule is
    # applied to the same list with 1 in the place of the missing one.
    p = pd.Series(golden.entry(shared, "14", "p_adjust_with_NA")["p"], dtype=float)
    found = adjusted(p, pd.Series("f", index=p.index), method=method)
    dropped = golden.case(shared, "14", "p_adjust_with_NA")[METHODS[method]]
    planned = {"holm": [0.05, np.nan, 0.12, 0.4, 0.12], "fdr_bh": [0.05, np.nan, 1 / 15, 0.25, 1 / 15]}
    assert found.tolist() == pytest.approx(planned[method], abs=1e-12, nan_ok=True)
    assert (found.dropna() > pd.Series(dropped).dropna()).all()


@settings(max_examples=25)  # the single calls collect garbage each time
@given(
    tests=st.lists(
        st.tuples(st.one_of(st.none(), st.floats(0, 1)), st.sampled_from("abc")), min_size=1, max_size=20
    ),
    method=st.sampled_from(list(METHODS)),
)
def test_families_at_once_equal_one_call_for_each(tests, method):
    frame = pd.DataFrame(tests, columns=["p_value", "family"]).astype({"p_value": float})
    found = adjusted(frame["p_value"], frame["family"], method=method)
    for _, part in frame.groupby("family"):
        one = multipletests(part["p_value"].fillna(1.0), method=method)[1]
        expected = np.where(part["p_value"].notna(), one, np.nan)
        assert found[part.index].tolist() == pytest.approx(list(expected), abs=1e-12, nan_ok=True)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.sampled_from(list(METHODS)))
def test_one_family_agrees_with_pingouin(p, method):
    found = adjusted(pd.Series(p), pd.Series("f", index=range(len(p))), method=method)
    assert found.to_numpy() == pytest.approx(pingouin.multicomp(np.array(p), method=method)[1], abs=1e-12)


@pytest.mark.parametrize(("method", "verdict"), [("holm", "inconclusive"), ("fdr_bh", "higher")])
def test_an_exploratory_family_is_judged_at_ten_percent(method, verdict):
    rows = pd.DataFrame({"area": "X1", "p_value": [0.03, 0.07], "conf_low": 0.01, "conf_high": 0.3})
    rows = rows.assign(conf_low_90=0.02, conf_high_90=0.25)
    found = decide(rows, by=["area"], name="f", method=method, null=0, margin=0.05)
    assert found["verdict"].tolist()[0] == verdict
    assert found["family_id"].tolist() == ["f|X1", "f|X1"]


def test_an_unknown_method_is_refused():
    with pytest.raises(ValueError, match="bonferroni"):
        adjusted(pd.Series([0.1]), pd.Series(["f"]), method="bonferroni")
