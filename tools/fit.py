"""Fits the numbers of ``flightwatch/tracking/weights.py``: ``python tools/fit.py [--write]``; needs the ``fit`` extra.

Each sample is what was last heard of an aircraft, and what became of it: the field on which it landed, or none. The recorded
flights in tests/recorded come first: every landing, as if nobody had heard it below each of nine heights, every stretch below
such a height from which the aircraft came back, flights whose recording ends in the air, and losses in cruise. Invented flights
of tests/accuracy are the second source and count for less. The likelihoods of ``tracking/likelihood.py`` are sums of terms times
weights, so the fit is a conditional logit: cross-entropy, held near the prior guess below where samples say little.

Printed is how the model does on airframes that it has not seen: five times, on a fifth of them, fitted to the others.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy.optimize import minimize

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "accuracy"))

from cases import cases  # noqa: E402 the invented flights

from flightwatch.core.airports import Airports  # noqa: E402
from flightwatch.core.model import StateVector  # noqa: E402
from flightwatch.core.registration import registration_of  # noqa: E402
from flightwatch.sources.recorded import Recording  # noqa: E402
from flightwatch.storage.tables import load_airports  # noqa: E402
from flightwatch.tracking.aircraft import kind_terms  # noqa: E402
from flightwatch.tracking.likelihood import FINAL_KM, LEVEL_MS, RUNWAY_KM, none_terms  # noqa: E402
from flightwatch.tracking.motion import altitude_m, fixed_at, has_position, motion  # noqa: E402
from flightwatch.tracking.track import Track, aircraft_of, fly_on  # noqa: E402
from flightwatch.tracking.weighing import (  # noqa: E402
    CLIMBING_MS,
    REACH_KM,
    weigh,
)

FIELD_PRIOR = {
    "steep": 1.0, "overhead": 1.0, "shallow": 1.0, "towards": 1.0, "lined_up": 1.0, "established": 2.0, "near": 0.5,
    "airline_medium": 2.3, "airline_small": 4.6, "business_medium": 0.3, "business_small": 3.0, "business_hub": 2.0,
    "state_medium": 0.5, "state_small": 3.5, "state_civil": 1.0, "base": 2.0, "narrow": 0.5,
    "jet_medium": 1.2, "jet_small": 3.5, "turboprop_medium": 1.2,
    "turboprop_small": 3.0, "light_medium": 1.0, "light_small": 1.9, "airline_unscheduled": 2.0, "other_unscheduled": 0.5,
    "short": 3.0, "unsurveyed": 1.2,
}  # fmt: skip
"""Guesses that the fit starts from and is held near."""
NONE_PRIOR = {
    "none": -3.0, "low": 1.0, "middle": 1.0, "high": 3.0, "level": 4.0, "slope": 1.0, "not_down": 2.0, "on_final": 1.0,
    "passes": 1.0,
}  # fmt: skip
HELD = frozenset({"overhead"})
"""Set, not fitted: who is lost in cruise over a field is hardly in the samples."""
KIND = frozenset(FIELD_PRIOR) - {"steep", "overhead", "shallow", "towards", "lined_up", "established", "near"}

SETS = ("opensky", "real", "skies")
MASKS_M = tuple(feet * 0.3048 for feet in (400, 800, 1500, 2500, 4000, 6000, 8000, 11_000, 15_000))
"""Heights over the field below which nothing is heard, m."""
SILENT_S = 300
"""Shortest silence from which coming back is a sample, s."""
HIGH_M, AHEAD_S, CRUISES = 5500.0, 2400, 3
"""Losses in cruise: least height, m; least time before the landing, s; number taken of each flight."""
BACK_WEIGHT, CRUISE_WEIGHT, INVENTED_WEIGHT = 0.3, 0.5, 0.3
"""Low passes come from calibration aircraft, of which the recordings are full and the sky is not."""
ALIKE = 9
"""So many samples of one airframe count in full; of more each counts for less."""
INVENTED, SEED = 1500, 77
HOLD = 2.0
"""How strongly weights are held near their prior, a sample for each unit squared."""
PARTS = 5
TOLD = 0.6

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """What was last heard of an airframe and what became of it."""

    airframe: str
    track: Track
    landed: str | None
    """`Airport.icao`; None: on no field."""
    weight: float


@dataclass(frozen=True)
class Posed:
    """A sample in terms."""

    airframe: str
    fields: Vector
    """A row for each field that was weighed."""
    none: Vector
    landed: int
    """Row of the field; -1: none."""
    weight: float


def recorded(airports: Airports) -> Iterator[Sample]:
    """Samples of every airframe in the recordings that were polled every minute and have everything that was heard."""
    for name in SETS:
        folder = ROOT / "tests" / "recorded" / name
        for case in json.loads((folder / "truth.json").read_bytes()):
            if case["mask_ft"] or case["step"] != 60 or case["case"].startswith("heli"):
                continue
            heard = tracks(folder / f"{case['case']}.jsonl.gz", case["icao24"])
            for icao24, reports in heard.items():
                events = [event for event in case["events"] if event.get("icao24", icao24) == icao24]
                yield from of_airframe(f"{name} {icao24} {case['case'][:8]}", reports, events, airports)


def tracks(path: Path, icao24s: Sequence[str]) -> dict[str, list[StateVector]]:
    """The reports of each airframe with new positions, oldest first."""
    heard: dict[str, list[StateVector]] = {icao24: [] for icao24 in icao24s}
    for poll in Recording([path]).polls():
        for row in poll.vectors:
            mine = heard.get(row.icao24)
            if mine is not None and has_position(row) and (not mine or fixed_at(row) > fixed_at(mine[-1])):
                mine.append(row)
    return {icao24: reports for icao24, reports in heard.items() if reports}


def of_airframe(
    airframe: str, reports: list[StateVector], events: list[dict[str, Any]], airports: Airports
) -> Iterator[Sample]:
    """Each landing from each height, each return from below it, and what is lost in cruise or at the recording's end."""
    landings, after = [event for event in events if event["type"] == "landing"], 0
    if not landings and not any(report.on_ground for report in reports[-3:]):
        yield Sample(airframe, followed(reports, airports)[-1], None, 1.0)
    for landing in landings:
        flight = [r for r in reports if after < fixed_at(r) < landing["time"] and not r.on_ground]
        after = min((e["time"] for e in events if e["time"] > landing["time"]), default=landing["time"])
        field = airports.find(landing["airport"] or "")
        if field is None:
            continue
        for mask_m in MASKS_M:
            heard = [r for r in flight if (altitude_m(r) or 0.0) >= (field.elevation_m or 0.0) + mask_m]
            tracks = followed(heard, airports)
            if tracks:
                yield Sample(airframe, tracks[-1], field.icao, 1.0)
            yield from returns(airframe, tracks, BACK_WEIGHT)
        yield from cruises(airframe, followed(flight, airports), landing["time"])


def followed(heard: Sequence[StateVector], airports: Airports) -> list[Track]:
    """What the tracker has of one flight at each of its reports."""
    tracks: list[Track] = []
    for report in heard:
        before = tracks[-1] if tracks else Track(report.icao24, (registration_of(report.icao24) or (None,))[0])
        callsign = (report.callsign or "").strip() or before.callsign
        tracks.append(fly_on(replace(before, callsign=callsign), report, airports))
    return tracks


def returns(airframe: str, tracks: Sequence[Track], weight: float) -> Iterator[Sample]:
    """What was last heard before each silence after which it flew on."""
    for before, after in pairwise(tracks):
        if fixed_at(after.reports[-1]) - fixed_at(before.reports[-1]) >= SILENT_S:
            yield Sample(airframe, before, None, weight)


def cruises(airframe: str, tracks: Sequence[Track], landed_at: int) -> Iterator[Sample]:
    """A few moments in cruise, as if it were lost there."""
    high = [
        track
        for track in tracks[5:]
        if (altitude_m(track.reports[-1]) or 0.0) > HIGH_M and landed_at - fixed_at(track.reports[-1]) > AHEAD_S
    ]
    for track in Random(airframe).sample(high, min(CRUISES, len(high))):
        yield Sample(airframe, track, None, CRUISE_WEIGHT)


def invented(airports: Airports) -> Iterator[Sample]:
    """The last that was heard of each invented flight before it landed, or before a silence from which it came back."""
    for case in cases(airports, SEED, INVENTED):
        heard = [row for poll in case.polls for row in poll.vectors]
        before = [row for row in heard if case.landed_at is None or row.last_contact < case.landed_at]
        if len(before) < 3:
            continue
        tracks = followed([row for row in before if has_position(row)], airports)
        yield Sample(case.name, tracks[-1], case.airport, INVENTED_WEIGHT)
        if case.landed_at is None:
            yield from list(returns(case.name, tracks, INVENTED_WEIGHT))[:1]


def pose(sample: Sample, airports: Airports) -> Posed | None:
    """The sample in terms; None where the model abstains, or where it landed was not weighed."""
    if sample.track.is_rotary or all(altitude_m(report) is None for report in sample.track.reports):
        return None
    flight, aircraft = motion(sample.track.reports.all()), aircraft_of(sample.track)
    if flight.altitude_m is None or (flight.climb_ms or 0.0) > CLIMBING_MS:
        return None
    reach_km = REACH_KM if (flight.descent_ms or 0.0) > LEVEL_MS else FINAL_KM + RUNWAY_KM
    weighed = weigh(flight, aircraft, airports, frozenset(), reach_km)
    codes = [field.icao for _, field, _ in weighed]
    if not weighed or (sample.landed is not None and sample.landed not in codes):
        return None
    rows = [way.terms() | {term: -value for term, value in kind_terms(aircraft, f).items()} for _, f, way in weighed]
    _, likeliest, way = weighed[0]
    final = any(each.is_on_final for _, _, each in weighed)
    none = none_terms(flight, aircraft, way.height_m, likeliest.elevation_m or 0.0, final=final)
    return Posed(
        sample.airframe,
        np.array([[row.get(term, 0.0) for term in FIELD_PRIOR] for row in rows]),
        np.array([none[term] for term in NONE_PRIOR]),
        -1 if sample.landed is None else codes.index(sample.landed),
        sample.weight,
    )


def fit(samples: Sequence[Posed]) -> Vector:
    """The weights, fields' terms first, that make the samples likeliest."""
    prior = np.array([*FIELD_PRIOR.values(), *NONE_PRIOR.values()])
    count = Counter(sample.airframe for sample in samples)
    terms_of_fields = len(FIELD_PRIOR)

    def loss(weights: Vector) -> tuple[float, Vector]:
        total, slope = HOLD * float(((weights - prior) ** 2).sum()), 2.0 * HOLD * (weights - prior)
        for s in samples:
            chances, none = probabilities(s, weights)
            worth = s.weight * ALIKE / max(ALIKE, count[s.airframe])
            true = none if s.landed < 0 else chances[s.landed]
            total -= worth * float(np.log(max(true, 1e-300)))
            slope[:terms_of_fields] += worth * (chances @ s.fields - (s.fields[s.landed] if s.landed >= 0 else 0.0))
            slope[terms_of_fields:] += worth * (none - (s.landed < 0)) * s.none
        return total, slope

    bounds: list[tuple[float | None, float | None]] = [
        (value, value) if term in HELD else (0.05, None) for term, value in FIELD_PRIOR.items()
    ]
    bounds += [(None, None)] * len(NONE_PRIOR)
    return np.asarray(minimize(loss, prior, jac=True, method="L-BFGS-B", bounds=bounds).x)


def probabilities(sample: Posed, weights: Vector) -> tuple[Vector, float]:
    """Of each field, and of none."""
    terms_of_fields = len(FIELD_PRIOR)
    worth = np.append(sample.fields @ weights[:terms_of_fields], sample.none @ weights[terms_of_fields:])
    worth = np.exp(worth - worth.max())
    worth /= worth.sum()
    return worth[:-1], float(worth[-1])


def validate(real: Sequence[Posed], made: Sequence[Posed]) -> str:
    """How the model does on airframes that it was not fitted to."""
    airframes = sorted({sample.airframe for sample in real})
    Random(1).shuffle(airframes)
    landed = first = told = right = 0
    for part in range(PARTS):
        unseen = set(airframes[part::PARTS])
        weights = fit([*(s for s in real if s.airframe not in unseen), *made])
        for sample in (s for s in real if s.airframe in unseen):
            chances, _ = probabilities(sample, weights)
            best = int(chances.argmax())
            landed += sample.landed >= 0
            first += sample.landed == best
            told += chances[best] >= TOLD
            right += chances[best] >= TOLD and sample.landed == best
    likeliest = f"{landed} landings, likeliest field right {first / landed:.3f}"
    return f"unseen airframes: {likeliest}; told {told}, right {right / told:.3f}"


def written(name: str, prior: Mapping[str, float], weights: Vector) -> str:
    """The lines of one table."""
    lines = (f'    "{term}": {weight:.2f},\n' for term, weight in zip(prior, weights, strict=True))
    return f"{name}: Final = {{\n{''.join(lines)}}}\n"


def main() -> None:
    """Fit, print, and write where asked."""
    parser = argparse.ArgumentParser(description="Fits the weights of the detector.")
    parser.add_argument("--write", action="store_true", help="replace the numbers in flightwatch/tracking/weights.py")
    options = parser.parse_args()
    airports = load_airports()
    real = [p for s in recorded(airports) if (p := pose(s, airports)) is not None]
    made = [p for s in invented(airports) if (p := pose(s, airports)) is not None]
    print(f"{len(real)} recorded samples, {len(made)} invented ones")
    print(validate(real, made))
    weights = fit([*real, *made])
    terms_of_fields = len(FIELD_PRIOR)
    tables = written("FIELD_WEIGHTS", FIELD_PRIOR, weights[:terms_of_fields]) + written(
        "NONE_WEIGHTS", NONE_PRIOR, weights[terms_of_fields:]
    )
    print(tables, end="")
    if options.write:
        path = ROOT / "flightwatch" / "tracking" / "weights.py"
        text = path.read_text(encoding="utf-8")
        path.write_text(text[: text.index("FIELD_WEIGHTS")] + tables, encoding="utf-8")


if __name__ == "__main__":
    main()
