"""From reports and silences of one airframe to landings and departures."""
