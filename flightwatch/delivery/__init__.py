"""From the outbox to the reader: what is queued, in which form it goes out, and by which way."""
