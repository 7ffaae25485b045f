"""Invented skies are the same for the same seed, and what is told of them agrees with what is heard."""

import gzip
import json
from pathlib import Path
from random import Random

import pytest
from heard import STAY_S, polls, write
from worlds import FAMILIES

from flightwatch.storage.tables import load_airports

HOURS, STEP_S = 3.0, 300
AIRPORTS = load_airports()


@pytest.mark.parametrize("family", FAMILIES)
def test_the_same_seed_gives_the_same_sky(family: str, tmp_path: Path) -> None:
    """Recording and truth, byte for byte."""
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    one, two = (
        write(FAMILIES[family](AIRPORTS, 7, random := Random(7), HOURS), STEP_S, tmp_path / folder, random)
        for folder in ("one", "two")
    )
    assert one == two
    first, second = (gzip.decompress((tmp_path / f / f"{one['case']}.jsonl.gz").read_bytes()) for f in ("one", "two"))
    assert first == second
    assert first.count(b"\n") > 10


def test_rows_are_as_old_as_openskys_and_no_older() -> None:
    """Each row was heard within the time that OpenSky keeps one, and nobody is in an answer twice."""
    random = Random(3)
    for answer in polls(FAMILIES["cities"](AIRPORTS, 3, random, HOURS), STEP_S, random):
        rows = json.loads(json.dumps(answer))["states"] or []
        assert all(0 <= json.loads(json.dumps(answer))["time"] - row[4] <= STAY_S for row in rows)
        assert len({row[0] for row in rows}) == len(rows)
