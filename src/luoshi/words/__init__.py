"""What each room says to a person: one sentence for each code, in the language spoken now."""
