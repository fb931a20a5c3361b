"""What was released earlier, what is to be known of it later, and what two releases together would tell."""
