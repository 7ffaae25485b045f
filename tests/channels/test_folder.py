"""A folder that is published, at any time: whole files of before or of now, and nothing left behind."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "support" / "killed_folder.py"


def test_killed_at_any_step_it_holds_no_half_file(tmp_path: Path) -> None:
    """SIGKILL before and after each call that opens, flushes, renames or takes away; the next run puts all in order."""
    done = subprocess.run([sys.executable, str(SCRIPT), str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    steps = [int(line) for line in done.stdout.split()]
    assert len(steps) == 2
    assert min(steps) > 50
