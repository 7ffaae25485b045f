"""``python -m flightwatch``."""

from flightwatch.cli.main import main

main()
