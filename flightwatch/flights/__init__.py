"""OpenSky's flights of the past as visits."""
