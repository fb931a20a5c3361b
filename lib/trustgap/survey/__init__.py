"""The survey folder: what was asked, who answered, and every problem with it."""
