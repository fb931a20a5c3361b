"""From results to what a reader sees: disclosure, figures, tables, sentences, pages."""
