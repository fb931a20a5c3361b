"""Published statements held against results: decision rules, and the rows that only they need."""
