"""The commands, one file a group: parse, call, render, exit code."""
