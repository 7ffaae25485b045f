"""What each term of `likelihood` is worth. Written by ``python tools/fit.py --write``: change the fit, not the numbers.

Fitted to the recorded flights in tests/recorded and to invented ones, each airframe judged by numbers that others made.
"""

from typing import Final

FIELD_WEIGHTS: Final = {
    "steep": 0.34,
    "overhead": 1.00,
    "shallow": 0.80,
    "towards": 0.88,
    "lined_up": 0.25,
    "established": 1.47,
    "near": 0.47,
    "airline_medium": 2.77,
    "airline_small": 4.71,
    "business_medium": 0.05,
    "business_small": 3.42,
    "business_hub": 2.47,
    "state_medium": 0.13,
    "state_small": 3.52,
    "state_civil": 1.59,
    "base": 2.43,
    "narrow": 1.00,
    "jet_medium": 1.19,
    "jet_small": 3.80,
    "turboprop_medium": 0.83,
    "turboprop_small": 3.42,
    "light_medium": 1.04,
    "light_small": 0.93,
    "airline_unscheduled": 2.38,
    "other_unscheduled": 1.03,
    "short": 3.10,
    "unsurveyed": 1.96,
}
NONE_WEIGHTS: Final = {
    "none": -3.36,
    "low": 0.18,
    "middle": 0.58,
    "high": 3.72,
    "level": 3.01,
    "slope": 0.43,
    "not_down": 1.92,
    "on_final": 0.73,
    "passes": 0.87,
}
