"""The uses, one file each: the only rooms that know both the core and the shell."""
