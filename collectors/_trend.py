"""When something that shrinks will be used up: a least-squares line over the last hour."""

import threading
from collections import deque

WINDOW_S = 3600.0
NEEDED = 10
LONGEST_S = 365 * 86_400.0
"""The answer for what does not shrink: a year is as good as never."""

_MANY = 360
_APART_S = 5.0
"""A probe that runs every second is thinned once there are many: an hour is never more than about a thousand."""


class Trend:
    """The readings of the last hour of one quantity. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._readings: deque[tuple[float, float]] = deque()
        self._guard = threading.Lock()

    def add(self, at: float, left: float) -> float | None:
        """Seconds until nothing is left, `LONGEST_S` where it does not shrink, None below ten readings."""
        with self._guard:
            while self._readings and at - self._readings[0][0] > WINDOW_S:
                self._readings.popleft()
            if len(self._readings) < _MANY or at - self._readings[-1][0] >= _APART_S:
                self._readings.append((at, left))
            known = tuple(self._readings)
        return empty_in_s(known) if len(known) >= NEEDED else None


def empty_in_s(readings: tuple[tuple[float, float], ...]) -> float:
    """Seconds after the last of `(time, left)` at which the line through them meets zero."""
    last = readings[-1][0]
    mean_at = sum(at for at, _ in readings) / len(readings)
    mean_left = sum(left for _, left in readings) / len(readings)
    spread = sum((at - mean_at) ** 2 for at, _ in readings)
    if not spread:
        return LONGEST_S
    slope = sum((at - mean_at) * (left - mean_left) for at, left in readings) / spread
    if slope >= 0:
        return LONGEST_S
    left_now = mean_left + slope * (last - mean_at)
    return min(max(-left_now / slope, 0.0), LONGEST_S)
