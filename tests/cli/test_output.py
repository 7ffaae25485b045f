"""A page that is written whole or not at all, and not where somebody else likes."""

import os
import stat
from pathlib import Path

import pytest

from flightwatch.cli.output import write_whole
from flightwatch.errors import UsageError

STRANGER = 65534
"""Another user: nobody."""


def test_a_page_replaces_an_older_one(tmp_path: Path) -> None:
    """With nothing left beside it, and for whom the umask says."""
    page = tmp_path / "page.html"
    page.write_text("older")
    before = os.umask(0o027)
    try:
        write_whole(page, "newer")
    finally:
        os.umask(before)
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("page.html", "newer")]
    assert stat.S_IMODE(page.stat().st_mode) == 0o640


def test_a_link_of_ones_own_is_followed(tmp_path: Path) -> None:
    """As to the folder of a web server; it stays a link."""
    (tmp_path / "served").mkdir()
    (tmp_path / "page.html").symlink_to("served/index.html")
    write_whole(tmp_path / "page.html", "page")
    assert (tmp_path / "page.html").readlink() == Path("served/index.html")
    assert (tmp_path / "served" / "index.html").read_text() == "page"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a link away")
def test_a_link_of_another_user_is_not(tmp_path: Path) -> None:
    """Nor one that one's own link leads to: a page would replace what that one chose."""
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "trap.html").symlink_to(tmp_path / "precious")
    os.lchown(tmp_path / "trap.html", STRANGER, STRANGER)
    (tmp_path / "own.html").symlink_to("trap.html")
    for name in ("trap.html", "own.html"):
        with pytest.raises(
            UsageError, match=f"{name}: is a link of another user's, which is not followed; name a file"
        ):
            write_whole(tmp_path / name, "page")
    assert (tmp_path / "precious").read_text() == "precious"


def test_links_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(UsageError, match=r"a: .*; name a file in a folder you can write to"):
        write_whole(tmp_path / "a", "page")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no file here is always full")
def test_a_full_disk() -> None:
    with pytest.raises(UsageError, match=r"^/dev/full: No space left on device; make room, or name a file elsewhere$"):
        write_whole(Path("/dev/full"), "page")


def test_a_failure_leaves_the_old_page(tmp_path: Path) -> None:
    """And no draft: half a character cannot be written."""
    (tmp_path / "page.html").write_text("older")
    with pytest.raises(UnicodeEncodeError):
        write_whole(tmp_path / "page.html", "\udc80")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("page.html", "older")]
