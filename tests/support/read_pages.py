"""A page as somebody reads it: its elements, its words, and the rows of its tables."""

from html.parser import HTMLParser

EMPTY = frozenset({"meta", "link", "br"})


class Reading(HTMLParser):
    """What a page holds: every element with its attributes, and the texts of some."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.cells: list[tuple[str, str]] = []
        """Name of the column and text of each cell of a body."""
        self.words = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append((tag, attributes))
        if "data-name" in attributes:
            self.cells.append((attributes["data-name"], ""))
        if tag not in EMPTY:
            self._open.append(tag)
        if tag in ("small", "div"):
            self.handle_data("|")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            return
        data = data.replace("\N{NO-BREAK SPACE}", " ")
        self.words += data
        if self.cells and {"tbody"} & {*self._open} and {"td", "th"} & {*self._open}:
            name, text = self.cells[-1]
            self.cells[-1] = (name, text + data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def drawings(self) -> list[str]:
        """Words for each drawing that is not a mere sign."""
        return [svg["aria-label"] for svg in self.all("svg") if svg.get("role") == "img"]

    def rows(self) -> list[dict[str, list[str]]]:
        """The visits as the table has them, by column; in a cell the parts that stand below one another."""
        width = 6
        cells = [(name, [part for part in text.split("|") if part]) for name, text in self.cells if name not in INDEX]
        return [dict(cells[start : start + width]) for start in range(0, len(cells), width)]


INDEX = ("subject", "visits", "latest visit (UTC)")


def points_of(path: str) -> list[list[tuple[float, float]]]:
    """Give the points of each line of a drawing's path, which writes the first, and then the way from each to the next."""
    lines = []
    for line in path.split("M")[1:]:
        begin, _, steps = line.rstrip("z").partition("l")
        points = [tuple(map(float, begin.split(",")))]
        for step in steps.split():
            x, y = map(float, step.split(","))
            points.append((round(points[-1][0] + x, 1), round(points[-1][1] + y, 1)))
        lines.append([(x, y) for x, y in points])
    return lines
