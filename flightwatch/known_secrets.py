"""The secrets that this process knows.

Whoever reads a secret makes it known here, and every door to the outside (standard error, what commands say of channels and
polls, the database's columns of errors) lets text pass through `Secrets.hidden`. Nobody else need know any.
"""

from typing import Final

from flightwatch.core.secrets import hidden, is_long_enough, parts_of


class Secrets:
    """The secrets that this process knows."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def learn(self, *secrets: str | None) -> None:
        """Hide these from now on; None and what is too short are passed over."""
        self._known |= {secret for secret in secrets if secret is not None and is_long_enough(secret)}

    def learn_login(self, user: str | None, password: str | None) -> None:
        """Hide a password, also together with its user, as HTTP's Basic and SMTP's AUTH PLAIN send the two."""
        if password is not None:
            self.learn(password, f"{user or ''}:{password}", f"\0{user or ''}\0{password}")

    def learn_address(self, url: str | None) -> None:
        """Hide an address and each of its parts that may be a token."""
        if url is not None:
            self.learn(url, *parts_of(url))

    def hidden(self, text: str) -> str:
        """Return the text with `HIDDEN` in the place of each secret."""
        return hidden(text, self._known.copy()) if self._known else text


SECRETS: Final = Secrets()
"""Those of this process: there is one environment, and one standard error."""
