"""What a scan says of an archive that it cannot use, or not as a whole, stands in docs/reference/messages.md."""

from pathlib import Path

import pytest
from scan_faults import FAULTS, ScanFault, lines, meet

pytestmark = pytest.mark.slow  # each is a process that reads an archive


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_fault_of_an_archive(fault: ScanFault, tmp_path: Path) -> None:
    """It is told in one line, before the one that counts, and the table says so."""
    assert meet(fault, tmp_path) in lines()


def test_the_table_is_whole() -> None:
    assert [line.split(" | ")[0] for line in lines()] == [f"| {fault.name}" for fault in FAULTS]
