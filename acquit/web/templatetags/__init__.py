"""What templates may say: amounts, days, words of state."""
