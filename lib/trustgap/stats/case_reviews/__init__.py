"""Cases judged again: agreement of raters, what could have been better, whether teams differ."""
