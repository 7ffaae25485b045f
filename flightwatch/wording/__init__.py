"""Everything in words: who, where, when, how known, which visit, and why it is believed."""
