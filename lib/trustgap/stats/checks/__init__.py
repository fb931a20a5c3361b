"""Results against published values and known truths."""
