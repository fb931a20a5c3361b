"""What runs leave on record: who writes, which pages there are and from what, and the log. Nothing heavy."""
