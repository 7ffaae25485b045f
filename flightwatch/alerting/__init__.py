"""What is told, to which channel, when, and in which form."""
