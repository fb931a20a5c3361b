"""Change over the waves."""
