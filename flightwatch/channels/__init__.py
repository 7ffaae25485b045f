"""The ways out: the terminal, mail, messengers, webhooks, folders that are published, the heartbeat."""
