"""Published statements held against a study: which hold here, which do not, and of which nothing can be said."""

from trustgap.report.claims.evaluation import evaluate

__all__ = ["evaluate"]
