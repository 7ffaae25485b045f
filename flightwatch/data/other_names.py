"""What newsrooms call cities that OurAirports calls otherwise: new names, and those of other languages. Read at build time.

OurAirports' own keywords come first; here is what they lack. The English forms are those of the Associated Press and the
BBC, German and French ones those of the dictionaries.
"""

from typing import Final

_MOSCOW: Final = ("Москва", "Moskau", "Moskva", "Moscou")

OTHER_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "EBBR": ("Bruxelles", "Brussel", "Brüssel"),
    "EDDK": ("Koeln",),
    "EDDM": ("Muenchen", "Monaco di Baviera"),
    "EKCH": ("Kopenhagen", "Copenhague"),
    "EPGD": ("Danzig",),
    "EPKK": ("Cracow", "Krakau", "Cracovie"),
    "EPWA": ("Warszawa", "Warschau", "Varsovie"),
    "HECA": ("Kairo", "Le Caire"),
    "KDCA": ("Washington DC",),
    "KDFW": ("Dallas", "Fort Worth"),
    "LEZL": ("Seville",),
    "LGAV": ("Athina", "Athen", "Athènes"),
    "LIMC": ("Mailand",),
    "LIML": ("Mailand",),
    "LIMF": ("Turin",),
    "LIRF": ("Roma", "Rom"),
    "LIRA": ("Roma", "Rom"),
    "LKPR": ("Praha", "Prag"),
    "LOWW": ("Wien",),
    "LROP": ("București", "Bukarest", "Bucarest"),
    "LSGG": ("Genève", "Genf", "Ginevra"),
    "LUKK": ("Kishinev", "Kischinau"),
    "LYBE": ("Belgrad",),
    "MPTO": ("Panama City", "Panamá"),
    "OIIE": ("Teheran", "Téhéran"),
    "OIII": ("Teheran", "Téhéran"),
    "OLBA": ("Beyrouth",),
    "OSDI": ("Damaskus", "Damas"),
    "OSLK": ("Hmeimim", "Khmeimim", "Bassel al-Assad"),
    "UACC": ("Astana",),
    "UBBB": ("Bakou",),
    "UDYZ": ("Jerewan", "Eriwan", "Erevan"),
    "UGTB": ("Tiflis",),
    "UHWW": ("Wladiwostok",),
    "UKBB": ("Kyiv", "Kiew"),
    "UKKK": ("Kyiv", "Kiew"),
    "UKDD": ("Dnipro",),
    "UKHH": ("Charkiw", "Kharkov"),
    "UKLL": ("Lwow", "Lvov", "Lemberg"),
    "ULAA": ("Arkhangelsk",),
    "ULLI": ("Sankt-Peterburg", "Petersburg"),
    "USSS": ("Ekaterinburg", "Sverdlovsk"),
    "UUBW": (*_MOSCOW, "Ramenskoye"),
    "UUDD": _MOSCOW,
    "UUEE": _MOSCOW,
    "UUWW": _MOSCOW,
    "VMMC": ("Macao",),
    "VYNT": ("Naypyidaw",),
    "ZKPY": ("Пхеньян", "Pjöngjang", "평양", "P'yŏngyang"),
    "ZMCK": ("Ulan Bator",),
    "ZMUB": ("Ulan Bator",),
}
"""By `Airport.icao`."""
