"""Tables that ship with the package. ``SOURCES.md`` says what each is made from."""
