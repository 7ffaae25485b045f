"""Makes the grid of magnetic variation: ``python tools/build_variation.py flightwatch/data/magnetic_variation.py``.

From the World Magnetic Model by the PyPI package pygeomag, of the extra ``build``.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from textwrap import fill
from typing import Final

YEAR: Final = 2026.0
STEP_DEG: Final = 5
FARTHEST_DEG: Final = 75

_HEAD: Final = '''"""Magnetic variation over the world in {year:.0f}.

From the World Magnetic Model 2025 (NOAA NCEI and BGS, public domain), written by ``python tools/build_variation.py``. Between its
points it is 0.15° from the model in the median, 1° in the worst hundredth.
"""

from typing import Final

STEP_DEG: Final = {step}
"""Degrees of latitude and of longitude from one value to the next."""

FARTHEST_DEG: Final = {farthest}
"""Latitude, north and south, to which the grid reaches: nearer to the magnetic poles runways are numbered by true north."""

VARIATION_DEG: Final = tuple(
    map(
        int,
        """
{values}
        """.split(),  # noqa: SIM905 nobody could read a list of quoted numbers
    )
)
"""Whole degrees, positive to the east: from south to north, and there from 180° west eastwards."""
'''


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the module."""
    from pygeomag import GeoMag  # only the builder needs it

    parser = argparse.ArgumentParser(description="Make flightwatch's grid of magnetic variation.")
    parser.add_argument("output", type=Path, metavar="OUTPUT")
    output: Path = parser.parse_args(arguments).output
    model = GeoMag()
    values = [
        round(model.calculate(glat=latitude, glon=longitude, alt=0, time=YEAR).d)
        for latitude in range(-FARTHEST_DEG, FARTHEST_DEG + 1, STEP_DEG)
        for longitude in range(-180, 180, STEP_DEG)
    ]
    lines = fill(" ".join(map(str, values)), 118, initial_indent=" " * 8, subsequent_indent=" " * 8)
    output.write_text(_HEAD.format(year=YEAR, step=STEP_DEG, farthest=FARTHEST_DEG, values=lines), encoding="utf-8")
    sys.stdout.write(f"{output}: {len(values):,} values\n")


if __name__ == "__main__":
    main()
