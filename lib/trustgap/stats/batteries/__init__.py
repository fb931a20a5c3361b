"""Several questions taken together: scales, and care in answering."""
