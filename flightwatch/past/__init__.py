"""What was: OpenSky's flights of the past as visits, and visits counted, chosen and written in every form."""
