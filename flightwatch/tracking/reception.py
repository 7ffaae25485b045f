"""Where low traffic is heard, as this database's own polls have shown: a map of coarse cells, learned from samples.

An aircraft that lands where receivers stand is heard on its way down or up. So a stay between two losses in cruise is only
believed where nobody hears low traffic. A poll that asks about a cell samples it: one in which somebody low is heard says that
the cell has receivers, many in which nobody low ever is say that it has none. Before any sample stands a prior, from public
measurements.

Counts are kept of the few cells that polls ask about, or in which somebody low was heard: at most `MOST_CELLS`.
"""

from collections.abc import Iterable, Mapping
from math import ceil, exp, floor, inf, log
from typing import Final

from msgspec import Struct

from flightwatch.core.geo import box_holds
from flightwatch.core.model import Airport, Box, Coverage, StateVector
from flightwatch.tracking.motion import altitude_m

CELL_DEG: Final = 1
"""Side of a cell, degrees: the way down from cruise crosses about one."""

BANDS_M: Final = (2000.0, 3500.0, 5000.0, 6500.0)
"""Altitudes below which somebody counts as low, m; which one tells depends on how high the ground is."""

LOW_M: Final = 1500.0
"""Height over a field below which somebody is on the way to it or from it, or in its circuit, m."""

SAMPLE_S: Final = 600
"""Least time between two polls that count as samples, s: the same aircraft is still there a minute later."""

FRESH_S: Final = 60
"""Age of a row's last message up to which its airframe counts as heard, s."""

LEAST_WORLD: Final = 500
"""Aircraft that an answer about the whole world must hold to be a sample: recordings of one aircraft are none."""

HALVED: Final = 4000
"""Samples, four weeks at the least, after which all counts are halved: receivers come and go."""

MOST_CELLS: Final = 20_000
"""Most cells kept. Low traffic is heard in some 5,000 of the 64,800 that there are."""

LOW_RATE: Final = {True: 0.05, False: 0.005}
"""How often a sample of a cell with a field, with scheduled flights or not, finds somebody low where there are receivers: a small
airport has some ten movements a day, each heard for ten minutes."""

STRAY_RATE: Final = 0.0005
"""How often a sample of a cell without receivers finds somebody low: positions that were decoded wrongly."""

UNHEARD: Final = 0.001
"""Prior probability that nobody hears low traffic at a field (EUROCONTROL, 352 European airports, June 2026: half of them see at
least 82 % of their arrivals on the ground, and nearly all hear some of each way)."""

UNHEARD_IN: Final[Mapping[str, float]] = {"KP": 0.98}
"""Prior probability that nobody hears low traffic, by country (ISO 3166-1 alpha-2), where measurements say otherwise: no receiver
stands in North Korea (coverage maps of EUROCONTROL and OpenSky)."""

Cell = tuple[int, int]


class Counts(Struct, frozen=True, array_like=True, gc=False):
    """What samples of one cell have found."""

    samples: int = 0
    """Samples of an area that holds it; those of the whole world are counted apart."""
    low: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Samples in which somebody was heard below each of `BANDS_M`."""


class Reception(Struct, frozen=True, omit_defaults=True, gc=False):
    """What is known of where low traffic is heard."""

    at: int = 0
    """Unix seconds of the last sample."""
    world: int = 0
    """Samples of the whole world."""
    cells: dict[Cell, Counts] = {}

    def unheard(self, field: Airport) -> float:
        """Probability that nobody hears an aircraft that comes down to ``field`` or climbs out of it."""
        return unheard(field, self.world, self.cells.get(cell_of(field.latitude, field.longitude), Counts()))


NOTHING_KNOWN: Final = Reception()


class Sample(Struct, frozen=True):
    """Who is heard in one poll."""

    count: int
    """How many."""
    lowest_m: Mapping[Cell, float]
    """How high the lowest flies in each cell, m, of those that tell."""


def unheard(field: Airport, world: int, counts: Counts) -> float:
    """Probability that nobody hears an aircraft at ``field``, after ``world`` samples of the world, and those of its cell."""
    prior = UNHEARD_IN.get(field.country_code, UNHEARD)
    samples, low = world + counts.samples, counts.low[_band((field.elevation_m or 0.0) + LOW_M)]
    rate = LOW_RATE[field.scheduled]
    heard = low * log(rate / STRAY_RATE) - samples * (rate - STRAY_RATE)
    return prior / (prior + (1.0 - prior) * exp(max(-50.0, min(50.0, heard))))


def is_due(known: Reception, at: int) -> bool:
    """Tell whether a poll at Unix time ``at`` can be a sample: not too soon after the last."""
    return at - known.at >= SAMPLE_S


def learned(known: Reception, vectors: Iterable[StateVector], coverage: Coverage, at: int) -> Reception:
    """The map after one good poll at Unix time ``at``; the same map where that adds nothing."""
    if not is_due(known, at):
        return known
    # Who flies higher than any band matters where boxes were asked about, as it shows that somebody listens there.
    return sampled(known, _sample(vectors, at, inf if coverage.boxes else BANDS_M[-1]), coverage, at)


def _sample(vectors: Iterable[StateVector], at: int, highest_m: float) -> Sample:
    lowest: dict[Cell, float] = {}
    count, oldest = 0, at - FRESH_S
    for row in vectors:
        if row.last_contact >= oldest and row.latitude is not None and row.longitude is not None:
            count += 1
            height = 0.0 if row.on_ground else altitude_m(row)
            if height is not None and height <= highest_m:
                cell = cell_of(row.latitude, row.longitude)
                if height < lowest.get(cell, inf):
                    lowest[cell] = height
    return Sample(count, lowest)


def sampled(known: Reception, sample: Sample, coverage: Coverage, at: int) -> Reception:
    """The map after a sample of Unix time ``at``, which `is_due`; the same map where that adds nothing."""
    count, lowest = sample.count, sample.lowest_m
    is_world = coverage.world and count >= LEAST_WORLD
    asked = {cell for box in coverage.boxes if any(_holds(box, heard) for heard in lowest) for cell in _cells(box)}
    found = {cell: height for cell, height in lowest.items() if height <= BANDS_M[-1]}
    if not (is_world or asked or found):
        return known
    cells = dict(known.cells)
    for cell in asked | found.keys():
        before = cells.get(cell, Counts())
        height = found.get(cell)
        bands = tuple(n + (height is not None and height <= most) for n, most in zip(before.low, BANDS_M, strict=True))
        cells[cell] = Counts(before.samples + (cell in asked), bands)  # type: ignore[arg-type]  # as many as before
    return _bounded(Reception(at, known.world + is_world, cells))


def _bounded(known: Reception) -> Reception:
    """The map with all counts halved where one has grown large, and with the least sampled left out where it has too many."""
    most = max((known.world + counts.samples for counts in known.cells.values()), default=known.world)
    if most <= HALVED and len(known.cells) <= MOST_CELLS:
        return known
    kept = sorted(known.cells, key=lambda cell: (-known.cells[cell].samples, -known.cells[cell].low[-1], cell))[
        :MOST_CELLS
    ]
    cells = {cell: known.cells[cell] for cell in kept}
    if most <= HALVED:
        return Reception(known.at, known.world, cells)
    halved = {
        cell: Counts(counts.samples // 2, tuple(ceil(n / 2) for n in counts.low))  # type: ignore[arg-type]
        for cell, counts in cells.items()
    }
    return Reception(known.at, known.world // 2, halved)


def cell_of(latitude: float, longitude: float) -> Cell:
    """The cell of a place."""
    return floor(latitude / CELL_DEG), floor(((longitude + 180.0) % 360.0 - 180.0) / CELL_DEG)


def _band(altitude_m: float) -> int:
    """The lowest of `BANDS_M` that is not below this; the last one above them all."""
    return next((n for n, most in enumerate(BANDS_M) if altitude_m <= most), len(BANDS_M) - 1)


def _cells(box: Box) -> Iterable[Cell]:
    """The cells that lie wholly in a box."""
    east = box.lon_max if box.lon_min <= box.lon_max else box.lon_max + 360.0
    return [
        cell_of(row * CELL_DEG, column * CELL_DEG)
        for row in range(ceil(box.lat_min / CELL_DEG), floor(box.lat_max / CELL_DEG))
        for column in range(ceil(box.lon_min / CELL_DEG), floor(east / CELL_DEG))
    ]


def _holds(box: Box, cell: Cell) -> bool:
    """Tell whether the middle of a cell lies in a box."""
    return box_holds(box, (cell[0] + 0.5) * CELL_DEG, (cell[1] + 0.5) * CELL_DEG)
