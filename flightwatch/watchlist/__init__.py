"""What the user wrote, understood: aircraft, airports, channels, and which alerts each channel gets."""
