"""The state that a transponder address belongs to.

ICAO gives each state a block of addresses (Annex 10, Volume III, appendix to chapter 9), and a state gives them to the aircraft
on its register, its military ones included. The blocks stand here as wiedehopf/tar1090 has them (html/flags.js),
which follows the table of ICAO, doubles the smallest blocks, as states were given more when theirs were full, and adds what
is in use without standing there: Hong Kong's part of China's block, and Taiwan's. Addresses that ICAO lends for a time or
keeps for other uses (f00000 and up) belong to no state, nor do those between the blocks.

Territories that keep a register of their own use addresses of their state: Bermuda and the Isle of Man British ones, Aruba
and Curaçao Dutch ones. Which of them an address is from cannot be told, so what is said here holds for all of them.
"""

from bisect import bisect_right
from functools import lru_cache
from typing import Final

from flightwatch.core.model import Icao24

_BLOCKS: Final = (
    (0x004000, 0x0047FF, "Zimbabwe", "ZW ZWE"),
    (0x006000, 0x006FFF, "Mozambique", "MZ MOZ"),
    (0x008000, 0x00FFFF, "South Africa", "ZA ZAF"),
    (0x010000, 0x017FFF, "Egypt", "EG EGY"),
    (0x018000, 0x01FFFF, "Libya", "LY LBY"),
    (0x020000, 0x027FFF, "Morocco", "MA MAR"),
    (0x028000, 0x02FFFF, "Tunisia", "TN TUN"),
    (0x030000, 0x0307FF, "Botswana", "BW BWA"),
    (0x032000, 0x032FFF, "Burundi", "BI BDI"),
    (0x034000, 0x034FFF, "Cameroon", "CM CMR"),
    (0x035000, 0x0357FF, "the Comoros", "KM COM"),
    (0x036000, 0x036FFF, "Congo (Brazzaville)", "CG COG"),
    (0x038000, 0x038FFF, "Côte d'Ivoire", "CI CIV"),
    (0x03E000, 0x03EFFF, "Gabon", "GA GAB"),
    (0x040000, 0x040FFF, "Ethiopia", "ET ETH"),
    (0x042000, 0x042FFF, "Equatorial Guinea", "GQ GNQ"),
    (0x044000, 0x044FFF, "Ghana", "GH GHA"),
    (0x046000, 0x046FFF, "Guinea", "GN GIN"),
    (0x048000, 0x0487FF, "Guinea-Bissau", "GW GNB"),
    (0x04A000, 0x04A7FF, "Lesotho", "LS LSO"),
    (0x04C000, 0x04CFFF, "Kenya", "KE KEN"),
    (0x050000, 0x050FFF, "Liberia", "LR LBR"),
    (0x054000, 0x054FFF, "Madagascar", "MG MDG"),
    (0x058000, 0x058FFF, "Malawi", "MW MWI"),
    (0x05A000, 0x05A7FF, "the Maldives", "MV MDV"),
    (0x05C000, 0x05CFFF, "Mali", "ML MLI"),
    (0x05E000, 0x05E7FF, "Mauritania", "MR MRT"),
    (0x060000, 0x0607FF, "Mauritius", "MU MUS"),
    (0x062000, 0x062FFF, "Niger", "NE NER"),
    (0x064000, 0x064FFF, "Nigeria", "NG NGA"),
    (0x068000, 0x068FFF, "Uganda", "UG UGA"),
    (0x06A000, 0x06AFFF, "Qatar", "QA QAT"),
    (0x06C000, 0x06CFFF, "the Central African Republic", "CF CAF"),
    (0x06E000, 0x06EFFF, "Rwanda", "RW RWA"),
    (0x070000, 0x070FFF, "Senegal", "SN SEN"),
    (0x074000, 0x0747FF, "the Seychelles", "SC SYC"),
    (0x076000, 0x0767FF, "Sierra Leone", "SL SLE"),
    (0x078000, 0x078FFF, "Somalia", "SO SOM"),
    (0x07A000, 0x07A7FF, "Eswatini", "SZ SWZ"),
    (0x07C000, 0x07CFFF, "Sudan", "SD SDN"),
    (0x080000, 0x080FFF, "Tanzania", "TZ TZA"),
    (0x084000, 0x084FFF, "Chad", "TD TCD"),
    (0x088000, 0x088FFF, "Togo", "TG TGO"),
    (0x08A000, 0x08AFFF, "Zambia", "ZM ZMB"),
    (0x08C000, 0x08CFFF, "Congo (Kinshasa)", "CD COD"),
    (0x090000, 0x090FFF, "Angola", "AO AGO"),
    (0x094000, 0x0947FF, "Benin", "BJ BEN"),
    (0x096000, 0x0967FF, "Cape Verde", "CV CPV"),
    (0x098000, 0x0987FF, "Djibouti", "DJ DJI"),
    (0x09A000, 0x09AFFF, "the Gambia", "GM GMB"),
    (0x09C000, 0x09CFFF, "Burkina Faso", "BF BFA"),
    (0x09E000, 0x09E7FF, "São Tomé and Príncipe", "ST STP"),
    (0x0A0000, 0x0A7FFF, "Algeria", "DZ DZA"),
    (0x0A8000, 0x0A8FFF, "the Bahamas", "BS BHS"),
    (0x0AA000, 0x0AA7FF, "Barbados", "BB BRB"),
    (0x0AB000, 0x0AB7FF, "Belize", "BZ BLZ"),
    (0x0AC000, 0x0ADFFF, "Colombia", "CO COL"),
    (0x0AE000, 0x0AEFFF, "Costa Rica", "CR CRI"),
    (0x0B0000, 0x0B0FFF, "Cuba", "CU CUB"),
    (0x0B2000, 0x0B2FFF, "El Salvador", "SV SLV"),
    (0x0B4000, 0x0B4FFF, "Guatemala", "GT GTM"),
    (0x0B6000, 0x0B6FFF, "Guyana", "GY GUY"),
    (0x0B8000, 0x0B8FFF, "Haiti", "HT HTI"),
    (0x0BA000, 0x0BAFFF, "Honduras", "HN HND"),
    (0x0BC000, 0x0BC7FF, "Saint Vincent and the Grenadines", "VC VCT"),
    (0x0BE000, 0x0BEFFF, "Jamaica", "JM JAM"),
    (0x0C0000, 0x0C0FFF, "Nicaragua", "NI NIC"),
    (0x0C2000, 0x0C2FFF, "Panama", "PA PAN"),
    (0x0C4000, 0x0C4FFF, "the Dominican Republic", "DO DOM"),
    (0x0C6000, 0x0C6FFF, "Trinidad and Tobago", "TT TTO"),
    (0x0C8000, 0x0C8FFF, "Suriname", "SR SUR"),
    (0x0CA000, 0x0CA7FF, "Antigua and Barbuda", "AG ATG"),
    (0x0CC000, 0x0CC7FF, "Grenada", "GD GRD"),
    (0x0D0000, 0x0D7FFF, "Mexico", "MX MEX"),
    (0x0D8000, 0x0DFFFF, "Venezuela", "VE VEN"),
    (0x100000, 0x1FFFFF, "Russia", "RU RUS"),
    (0x201000, 0x2017FF, "Namibia", "NA NAM"),
    (0x202000, 0x2027FF, "Eritrea", "ER ERI"),
    (0x300000, 0x33FFFF, "Italy", "IT ITA"),
    (0x340000, 0x37FFFF, "Spain", "ES ESP"),
    (0x380000, 0x3BFFFF, "France", "FR FRA"),
    (0x3C0000, 0x3FFFFF, "Germany", "DE DEU"),
    (0x400000, 0x43FFFF, "the United Kingdom or one of its territories", "GB GBR"),
    (0x440000, 0x447FFF, "Austria", "AT AUT"),
    (0x448000, 0x44FFFF, "Belgium", "BE BEL"),
    (0x450000, 0x457FFF, "Bulgaria", "BG BGR"),
    (0x458000, 0x45FFFF, "Denmark", "DK DNK"),
    (0x460000, 0x467FFF, "Finland", "FI FIN"),
    (0x468000, 0x46FFFF, "Greece", "GR GRC"),
    (0x470000, 0x477FFF, "Hungary", "HU HUN"),
    (0x478000, 0x47FFFF, "Norway", "NO NOR"),
    (0x480000, 0x487FFF, "the Kingdom of the Netherlands", "NL NLD"),
    (0x488000, 0x48FFFF, "Poland", "PL POL"),
    (0x490000, 0x497FFF, "Portugal", "PT PRT"),
    (0x498000, 0x49FFFF, "the Czech Republic", "CZ CZE"),
    (0x4A0000, 0x4A7FFF, "Romania", "RO ROU"),
    (0x4A8000, 0x4AFFFF, "Sweden", "SE SWE"),
    (0x4B0000, 0x4B7FFF, "Switzerland", "CH CHE"),
    (0x4B8000, 0x4BFFFF, "Turkey", "TR TUR"),
    (0x4C0000, 0x4C7FFF, "Serbia", "RS SRB"),
    (0x4C8000, 0x4C87FF, "Cyprus", "CY CYP"),
    (0x4CA000, 0x4CAFFF, "Ireland", "IE IRL"),
    (0x4CC000, 0x4CCFFF, "Iceland", "IS ISL"),
    (0x4D0000, 0x4D07FF, "Luxembourg", "LU LUX"),
    (0x4D2000, 0x4D27FF, "Malta", "MT MLT"),
    (0x4D4000, 0x4D47FF, "Monaco", "MC MCO"),
    (0x500000, 0x5007FF, "San Marino", "SM SMR"),
    (0x501000, 0x5017FF, "Albania", "AL ALB"),
    (0x501800, 0x501FFF, "Croatia", "HR HRV"),
    (0x502800, 0x502FFF, "Latvia", "LV LVA"),
    (0x503800, 0x503FFF, "Lithuania", "LT LTU"),
    (0x504800, 0x504FFF, "Moldova", "MD MDA"),
    (0x505800, 0x505FFF, "Slovakia", "SK SVK"),
    (0x506800, 0x506FFF, "Slovenia", "SI SVN"),
    (0x507800, 0x507FFF, "Uzbekistan", "UZ UZB"),
    (0x508000, 0x50FFFF, "Ukraine", "UA UKR"),
    (0x510000, 0x5107FF, "Belarus", "BY BLR"),
    (0x511000, 0x5117FF, "Estonia", "EE EST"),
    (0x512000, 0x5127FF, "North Macedonia", "MK MKD"),
    (0x513000, 0x5137FF, "Bosnia and Herzegovina", "BA BIH"),
    (0x514000, 0x5147FF, "Georgia", "GE GEO"),
    (0x515000, 0x5157FF, "Tajikistan", "TJ TJK"),
    (0x516000, 0x5167FF, "Montenegro", "ME MNE"),
    (0x600000, 0x6007FF, "Armenia", "AM ARM"),
    (0x600800, 0x600FFF, "Azerbaijan", "AZ AZE"),
    (0x601000, 0x6017FF, "Kyrgyzstan", "KG KGZ"),
    (0x601800, 0x601FFF, "Turkmenistan", "TM TKM"),
    (0x680000, 0x6807FF, "Bhutan", "BT BTN"),
    (0x681000, 0x6817FF, "Micronesia", "FM FSM"),
    (0x682000, 0x6827FF, "Mongolia", "MN MNG"),
    (0x683000, 0x6837FF, "Kazakhstan", "KZ KAZ"),
    (0x684000, 0x6847FF, "Palau", "PW PLW"),
    (0x700000, 0x700FFF, "Afghanistan", "AF AFG"),
    (0x702000, 0x702FFF, "Bangladesh", "BD BGD"),
    (0x704000, 0x704FFF, "Burma", "MM MMR"),
    (0x706000, 0x706FFF, "Kuwait", "KW KWT"),
    (0x708000, 0x708FFF, "Laos", "LA LAO"),
    (0x70A000, 0x70AFFF, "Nepal", "NP NPL"),
    (0x70C000, 0x70C7FF, "Oman", "OM OMN"),
    (0x70E000, 0x70EFFF, "Cambodia", "KH KHM"),
    (0x710000, 0x717FFF, "Saudi Arabia", "SA SAU"),
    (0x718000, 0x71FFFF, "South Korea", "KR KOR"),
    (0x720000, 0x727FFF, "North Korea", "KP PRK"),
    (0x728000, 0x72FFFF, "Iraq", "IQ IRQ"),
    (0x730000, 0x737FFF, "Iran", "IR IRN"),
    (0x738000, 0x73FFFF, "Israel", "IL ISR"),
    (0x740000, 0x747FFF, "Jordan", "JO JOR"),
    (0x748000, 0x74FFFF, "Lebanon", "LB LBN"),
    (0x750000, 0x757FFF, "Malaysia", "MY MYS"),
    (0x758000, 0x75FFFF, "the Philippines", "PH PHL"),
    (0x760000, 0x767FFF, "Pakistan", "PK PAK"),
    (0x768000, 0x76FFFF, "Singapore", "SG SGP"),
    (0x770000, 0x777FFF, "Sri Lanka", "LK LKA"),
    (0x778000, 0x77FFFF, "Syria", "SY SYR"),
    (0x780000, 0x788FFF, "China", "CN CHN"),
    (0x789000, 0x789FFF, "Hong Kong", "HK HKG"),
    (0x78A000, 0x7BFFFF, "China", "CN CHN"),
    (0x7C0000, 0x7FFFFF, "Australia", "AU AUS"),
    (0x800000, 0x83FFFF, "India", "IN IND"),
    (0x840000, 0x87FFFF, "Japan", "JP JPN"),
    (0x880000, 0x887FFF, "Thailand", "TH THA"),
    (0x888000, 0x88FFFF, "Vietnam", "VN VNM"),
    (0x890000, 0x890FFF, "Yemen", "YE YEM"),
    (0x894000, 0x894FFF, "Bahrain", "BH BHR"),
    (0x895000, 0x8957FF, "Brunei", "BN BRN"),
    (0x896000, 0x896FFF, "the United Arab Emirates", "AE ARE"),
    (0x897000, 0x8977FF, "the Solomon Islands", "SB SLB"),
    (0x898000, 0x898FFF, "Papua New Guinea", "PG PNG"),
    (0x899000, 0x8997FF, "Taiwan", "TW TWN"),
    (0x8A0000, 0x8A7FFF, "Indonesia", "ID IDN"),
    (0x900000, 0x9007FF, "the Marshall Islands", "MH MHL"),
    (0x901000, 0x9017FF, "the Cook Islands", "CK COK"),
    (0x902000, 0x9027FF, "Samoa", "WS WSM"),
    (0xA00000, 0xAFFFFF, "the United States", "US USA"),
    (0xC00000, 0xC3FFFF, "Canada", "CA CAN"),
    (0xC80000, 0xC87FFF, "New Zealand", "NZ NZL"),
    (0xC88000, 0xC88FFF, "Fiji", "FJ FJI"),
    (0xC8A000, 0xC8A7FF, "Nauru", "NR NRU"),
    (0xC8C000, 0xC8C7FF, "Saint Lucia", "LC LCA"),
    (0xC8D000, 0xC8D7FF, "Tonga", "TO TON"),
    (0xC8E000, 0xC8E7FF, "Kiribati", "KI KIR"),
    (0xC90000, 0xC907FF, "Vanuatu", "VU VUT"),
    (0xC91000, 0xC917FF, "Andorra", "AD AND"),
    (0xC92000, 0xC927FF, "Dominica", "DM DMA"),
    (0xC93000, 0xC937FF, "Saint Kitts and Nevis", "KN KNA"),
    (0xC94000, 0xC947FF, "South Sudan", "SS SSD"),
    (0xC95000, 0xC957FF, "Timor-Leste", "TL TLS"),
    (0xC97000, 0xC977FF, "Tuvalu", "TV TUV"),
    (0xE00000, 0xE3FFFF, "Argentina", "AR ARG"),
    (0xE40000, 0xE7FFFF, "Brazil", "BR BRA"),
    (0xE80000, 0xE80FFF, "Chile", "CL CHL"),
    (0xE84000, 0xE84FFF, "Ecuador", "EC ECU"),
    (0xE88000, 0xE88FFF, "Paraguay", "PY PRY"),
    (0xE8C000, 0xE8CFFF, "Peru", "PE PER"),
    (0xE90000, 0xE90FFF, "Uruguay", "UY URY"),
    (0xE94000, 0xE94FFF, "Bolivia", "BO BOL"),
)
"""First and last address, the state as it is written after "registered in", and its codes of ISO 3166-1; in order, and none
overlaps another."""

_ALSO: Final = {
    "britain": "GB",
    "great britain": "GB",
    "uk": "GB",
    "czechia": "CZ",
    "dprk": "KP",
    "drc": "CD",
    "holland": "NL",
    "ivory coast": "CI",
    "myanmar": "MM",
    "türkiye": "TR",
    "uae": "AE",
}
"""Other names by which people call a state, and its code."""

_STARTS: Final = [first for first, _, _, _ in _BLOCKS]


def state_of(icao24: Icao24) -> str | None:
    """The state whose address this is, as it is written after "registered in": ``China``, ``the United States``.

    None where the address belongs to no state, or is none.
    """
    try:
        address = int(icao24, 16)
    except ValueError:
        return None
    index = bisect_right(_STARTS, address) - 1
    if index < 0:
        return None
    _, last, state, _ = _BLOCKS[index]
    return state if address <= last else None


def is_state(name: str) -> bool:
    """Tell whether a state is called so, in any case: ``North Korea``, ``the Netherlands`` or ``Netherlands``."""
    asked = _bare(name.strip())
    return any(_bare(state) == asked for _, _, state, _ in _BLOCKS)


@lru_cache(maxsize=256)
def blocks_of(country: str) -> tuple[tuple[Icao24, Icao24], ...]:
    """The address ranges of a state, each by its first and last address; empty where none is called so.

    ``country`` is its name, in any case, or its code of ISO 3166-1, of two letters or three: ``Russia``, ``RU``, ``RUS``.
    """
    asked = _bare(country.strip())
    asked = _ALSO.get(asked, asked).upper()
    return tuple(
        (f"{first:06x}", f"{last:06x}")
        for first, last, state, codes in _BLOCKS
        if asked == _bare(state).upper() or asked in codes.split()
    )


@lru_cache(maxsize=1024)
def is_same_state(state: str, country: str) -> bool:
    """Tell whether a state, as `state_of` has it, is what a table of airfields calls by ``country``."""
    return _bare(state) == _bare(country)


def _bare(state: str) -> str:
    return _short(state).casefold().removeprefix("the ").removeprefix("kingdom of the ")


def _short(state: str) -> str:
    return state.removesuffix(" or one of its territories").removeprefix("the ").removeprefix("Kingdom of the ")


STATES: Final = tuple(sorted({_short(state) for _, _, state, _ in _BLOCKS}))
"""The names of all states, without an article, for who misspelt one."""
