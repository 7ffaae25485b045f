"""How many aircraft arrive a day at airports where an alert for each would be too many."""

from collections.abc import Mapping
from typing import Final

# fmt: off
_EUROPE_2025: Final = {
    "LTFM": 740, "EHAM": 670, "EGLL": 650, "LFPG": 650, "EDDF": 620, "LEMD": 580, "LEBL": 490, "EDDM": 450,
    "LIRF": 440, "LGAV": 380, "LSZH": 360, "LTFJ": 360, "EGKK": 360, "EKCH": 350, "EIDW": 350, "LOWW": 340,
    "LEPA": 330, "LTAI": 320, "LPPT": 310, "LIMC": 310, "ENGM": 300, "LFPO": 300, "EGSS": 280, "EGCC": 280,
    "ESSA": 270, "EPWA": 270, "EBBR": 270, "EDDB": 260, "LEMG": 250, "LSGG": 230, "EDDL": 220, "EFHK": 210,
    "LFMN": 210, "GCLP": 190, "LKPR": 190, "LHBP": 190, "EGGW": 180, "LROP": 170, "LEAL": 170, "EGPH": 170,
    "EDDH": 160, "LIML": 160, "EDDK": 160, "LPPR": 150, "LIME": 140, "EGBB": 140, "LFML": 130, "LTAC": 130,
    "LFLL": 130, "GMMN": 130, "LIRN": 120, "LYBE": 120, "EPKK": 120, "EDDS": 120, "GCTS": 120, "ENBR": 120,
    "LEVC": 120, "LIPZ": 120, "LIPE": 110, "LEIB": 110, "LICC": 110, "GCXO": 110, "LFSB": 110, "UBBB": 110,
    "LCLK": 100, "LTBJ": 100, "EGGD": 100, "LMML": 100, "EGPF": 100,
}
_BRAZIL_2025: Final = {
    "SBGR": 420, "SBSP": 300, "SBBR": 220, "SBGL": 180, "SBKP": 170, "SBCF": 160, "SBRF": 120, "SBSV": 120,
    "SBRJ": 100, "SBJR": 100,
}
_UNITED_STATES_2014: Final = {
    "KORD": 1210, "KATL": 1190, "KDFW": 930, "KLAX": 870, "KDEN": 790, "KCLT": 750, "KLAS": 720, "KIAH": 700,
    "KSFO": 590, "KJFK": 590, "KPHX": 590, "KPHL": 570, "KMSP": 560, "KMIA": 550, "KEWR": 550, "KDTW": 540,
    "KLGA": 510, "KBOS": 500, "KSEA": 470, "KSLC": 450, "KIAD": 430, "PHNL": 430, "KMCO": 410, "KDCA": 390,
    "KFLL": 350, "KMDW": 340, "KBWI": 340, "KMEM": 300, "KPDX": 300, "KSAN": 260, "KTPA": 250,
}
# fmt: on
_OTHERS: Final = {
    "VHHH": (500, 2024),  # 363,305 movements: Airport Authority Hong Kong
    "ZBAA": (820, 2017),  # 597,259 movements: Airports Council International
    "ZSPD": (680, 2017),  # 496,774 movements: Airports Council International
}

ARRIVALS_A_DAY: Final[Mapping[str, tuple[int, int]]] = {
    **{icao: (arrivals, 2025) for icao, arrivals in {**_EUROPE_2025, **_BRAZIL_2025}.items()},
    **{icao: (arrivals, 2014) for icao, arrivals in _UNITED_STATES_2014.items()},
    **_OTHERS,
}
"""Arrivals a day, to ten, and the year, by `Airport.icao`; an airport that is not here may be busy or not.

Half of a year's movements, or all of its departures, by 365. Those of Europe, its neighbours and Brazil with a hundred departures
a day are the Performance Review Unit's (euctrl-pru/international-BRA-EUR-2026, departures of 2025), those of the United States
the FAA's tower counts of 2014, which include light aircraft.
"""
