"""How often a misspelt name is understood, and how often wrongly: ``python tests/bench/names.py``.

Every city with scheduled flights, and every field's own name, each with one letter wrong, one missing, one too many and two
swapped, at random; and words that are no airport's, which nothing should be made of.
"""

import random
import re
import string
from collections import Counter

from flightwatch.core.airport_names import SHORTEST_GUESS, folded
from flightwatch.core.airports import Airports
from flightwatch.storage.tables import load_airports
from flightwatch.watchlist.airport_meant import Meant, meant

SEED = 1
SAMPLE = 1500
STRANGERS = re.findall(
    r"\w+",
    """
nobody somebody everything watchlist history landing departure airplane helicopter president minister general
colonel sanctions newsroom reporter analyst spotter transponder callsign registration military government oligarch
embassy delegation cargo charter airline aeroflot lufthansa emirates antonov ilyushin tupolev gulfstream
bombardier cessna boeing airbus falcon challenger global citation putin lavrov shoigu kim
trump biden macron scholz erdogan wagner gazprom rosneft yacht unknown anonymous test
example hello please today yesterday tomorrow monday september
""",
)


def slip(name: str, chance: random.Random) -> str:
    """Give the name with one slip, never in its first letter."""
    at = chance.randrange(1, len(name))
    letter = chance.choice(string.ascii_lowercase.replace(name[at], ""))
    swapped = name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :] if at > 1 else name[:at] + letter + name[at:]
    return chance.choice(
        (name[:at] + letter + name[at + 1 :], name[:at] + name[at + 1 :], name[:at] + letter + name[at:], swapped)
    )


def outcome(found: Meant, wanted: Meant) -> str:
    """Say what became of a misspelt name."""
    those, these = {a.icao for a in wanted.airports}, {a.icao for a in found.airports}
    if not these:
        return "not understood"
    if len(these) == 1:
        how = "taken" if found.one else "asked about"
        return f"{how} rightly" if these & those else f"{how} wrongly"
    return "listed with others" if these & those else "others listed"


def main() -> None:
    """Print the shares."""
    airports, chance = load_airports(), random.Random(SEED)
    names = sorted({folded(a.city or a.name) for a in airports if a.scheduled})
    names = [name for name in names if len(name) >= SHORTEST_GUESS and not any(map(str.isdigit, name))]
    counts: Counter[str] = Counter()
    for name in chance.sample(names, SAMPLE):
        counts[outcome(meant(slip(name, chance), airports), meant(name, airports))] += 1
    for what, count in counts.most_common():
        print(f"{100 * count / SAMPLE:5.1f} %  {what}")
    guessed = [word for word in STRANGERS if meant(word, airports).one]
    print(f"{len(guessed)} of {len(STRANGERS)} other words are taken for an airport: {', '.join(guessed)}")
    print_one(airports, guessed)


def print_one(airports: Airports, words: list[str]) -> None:
    """Print what they are taken for."""
    for word in words:
        found = meant(word, airports)
        print(f"    {word}: {found.how}, {found.airports[0].name}")


if __name__ == "__main__":
    main()
