"""Shares of answers, and who gave them."""
