"""Years that others have kept: what a file of an archive is, and its rows, whatever form they come in."""
