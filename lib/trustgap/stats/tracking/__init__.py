"""Measures over time: control charts, interrupted series, places compared."""
