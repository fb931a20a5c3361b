"""Weights, designs and weighted estimates."""
