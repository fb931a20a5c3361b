"""Which come first, and how sure one can be."""
