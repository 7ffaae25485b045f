"""A clock for whoever asks a network within a budget of time."""


class Clock:
    """Time that passes only in pauses, which it remembers. ``epoch_s`` is Unix time at its beginning."""

    def __init__(self, epoch_s: int = 0) -> None:
        self.now_s = 0.0
        self.pauses: list[float] = []
        self._epoch_s = epoch_s

    def monotonic(self) -> float:
        return self.now_s

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now_s += seconds

    def unix_s(self) -> float:
        return self._epoch_s + self.now_s
