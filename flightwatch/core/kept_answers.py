"""What is kept of a poll's answers as evidence of one airframe: rows as they came, and who was asked for what. Values only."""

from collections.abc import Mapping

from msgspec import Raw, Struct

from flightwatch.core.model import Query


class KeptAnswer(Struct, frozen=True, omit_defaults=True):
    """What of one source's answer to one question bears on an airframe."""

    query: Query
    """What was asked, of others' names only this airframe's."""
    time: Raw
    """When the answer is of, as the source wrote it: JSON text."""
    rows: int
    """Aircraft in the whole answer."""
    unreadable: int = 0
    own: tuple[Raw, ...] = ()
    """Rows of the airframe, as the source wrote them: JSON text."""
    beside: tuple[Raw, ...] = ()
    """The same of some of the others who were heard where it is or would be."""
    is_rewritten: bool = False
    """True if the answer held something that is no JSON: then these rows are written anew from what could be read."""


class KeptAnswers(Struct, frozen=True, omit_defaults=True):
    """What of one poll's answers bears on an airframe."""

    at: int
    """Unix seconds of the poll, in the data's own time."""
    asked_at: int
    """Unix seconds of this computer's clock when it asked."""
    answers: tuple[KeptAnswer, ...]
    """Source by source; the first source tells the time."""
    wrong_s: Mapping[str, int] = {}
    """Sources whose clock was known to be wrong before: by how many seconds their instants were moved."""
