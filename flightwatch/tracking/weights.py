"""What each term of `likelihood` is worth. Written by ``python tools/fit.py --write``: change the fit, not the numbers.

Fitted to the recorded flights in tests/recorded and to invented ones, each airframe judged by numbers that others made.
"""

from typing import Final

FIELD_WEIGHTS: Final = {
    "steep": 0.34,
    "overhead": 1.00,
    "shallow": 0.80,
    "towards": 0.89,
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
    "base": 2.50,
    "narrow": 1.02,
    "jet_medium": 1.18,
    "jet_small": 3.81,
    "turboprop_medium": 0.79,
    "turboprop_small": 3.42,
    "light_medium": 1.05,
    "light_small": 0.97,
    "airline_unscheduled": 2.37,
    "other_unscheduled": 0.98,
    "short": 3.10,
    "unsurveyed": 1.97,
}
NONE_WEIGHTS: Final = {
    "none": -3.38,
    "low": 0.19,
    "middle": 0.59,
    "high": 3.71,
    "level": 3.00,
    "slope": 0.44,
    "not_down": 1.91,
    "on_final": 0.73,
    "passes": 0.91,
}
