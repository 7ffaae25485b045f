"""What each term of `likelihood` is worth. Written by ``python tools/fit.py --write``: change the fit, not the numbers.

Fitted to the recorded flights in tests/recorded and to invented ones, each airframe judged by numbers that others made.
"""

from typing import Final

FIELD_WEIGHTS: Final = {
    "steep": 0.30,
    "overhead": 1.00,
    "shallow": 0.92,
    "towards": 0.93,
    "lined_up": 0.66,
    "established": 1.86,
    "near": 0.24,
    "airline_medium": 2.44,
    "airline_small": 4.83,
    "jet_medium": 1.42,
    "jet_small": 4.03,
    "turboprop_medium": 0.22,
    "turboprop_small": 3.38,
    "light_medium": 0.88,
    "light_small": 0.95,
    "airline_unscheduled": 1.93,
    "other_unscheduled": 0.72,
    "short": 3.23,
    "unsurveyed": 1.89,
}
NONE_WEIGHTS: Final = {
    "none": -3.32,
    "low": 0.27,
    "middle": 0.60,
    "high": 3.84,
    "level": 3.14,
    "slope": 0.44,
    "not_down": 1.47,
    "on_final": 0.63,
}
