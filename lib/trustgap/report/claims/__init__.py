"""Published statements held against a study: which hold here, which do not, which nobody can tell."""

from trustgap.report.claims.evaluation import evaluate

__all__ = ["evaluate"]
