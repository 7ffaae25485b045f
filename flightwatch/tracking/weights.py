"""What each term of `likelihood` is worth. Written by ``python tools/fit.py --write``: change the fit, not the numbers.

Fitted to the recorded flights in tests/recorded and to invented ones, each airframe judged by numbers that others made.
"""

from typing import Final

FIELD_WEIGHTS: Final = {
    "steep": 0.32,
    "overhead": 1.00,
    "shallow": 0.92,
    "towards": 0.91,
    "lined_up": 0.67,
    "established": 2.03,
    "near": 0.26,
    "airline_medium": 2.42,
    "airline_small": 4.79,
    "jet_medium": 1.42,
    "jet_small": 4.01,
    "turboprop_medium": 0.24,
    "turboprop_small": 3.37,
    "light_medium": 1.01,
    "light_small": 1.03,
    "airline_unscheduled": 1.92,
    "other_unscheduled": 0.73,
    "short": 3.21,
    "unsurveyed": 1.89,
}
NONE_WEIGHTS: Final = {
    "none": -3.24,
    "low": 0.36,
    "middle": 0.68,
    "high": 3.74,
    "level": 3.01,
    "slope": 0.41,
    "not_down": 1.97,
    "on_final": 0.71,
}
