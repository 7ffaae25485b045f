"""IATA's codes of cities that have several airports, or one by another code.

From IATA's Airline Coding Directory, section 1 (metropolitan areas), as far as their airports are open and in OurAirports.
A city whose code is one of its airports' too (BER, IST, SHA, THR) is left out: there the code means that airport.
"""

from typing import Final

CITIES: Final = {
    "BAK": ("GYD", "ZXT"),
    "BHZ": ("CNF", "PLU"),
    "BJS": ("PEK", "PKX"),
    "BUE": ("EZE", "AEP"),
    "BUH": ("OTP", "BBU"),
    "CAS": ("CMN",),
    "CHI": ("ORD", "MDW", "RFD"),
    "DTT": ("DTW", "DET", "YIP"),
    "EAP": ("BSL",),
    "IZM": ("ADB",),
    "JKT": ("CGK", "HLP"),
    "LON": ("LHR", "LGW", "STN", "LTN", "LCY", "SEN", "BQH"),
    "MIL": ("MXP", "LIN", "BGY"),
    "MMA": ("MMX",),
    "MOW": ("SVO", "DME", "VKO", "ZIA", "OSF"),
    "NYC": ("JFK", "EWR", "LGA", "SWF"),
    "OSA": ("KIX", "ITM", "UKB"),
    "PAR": ("CDG", "ORY", "LBG", "BVA"),
    "REK": ("KEF", "RKV"),
    "RIO": ("GIG", "SDU"),
    "ROM": ("FCO", "CIA"),
    "SAO": ("GRU", "CGH", "VCP"),
    "SEL": ("ICN", "GMP"),
    "SPK": ("CTS", "OKD"),
    "STO": ("ARN", "BMA", "NYO", "VST"),
    "TCI": ("TFS", "TFN"),
    "TYO": ("HND", "NRT"),
    "WAS": ("IAD", "DCA", "BWI"),
    "YEA": ("YEG",),
    "YMQ": ("YUL", "YHU", "YMX"),
    "YTO": ("YYZ", "YTZ", "YHM", "YKF"),
}
"""City code → IATA codes of its airports, the busiest first."""
