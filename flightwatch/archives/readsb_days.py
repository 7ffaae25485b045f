"""Days of readsb's rows in Parquet, as traces."""

from collections.abc import Collection


def is_readsb_days(columns: Collection[str]) -> bool:
    """Tell whether a Parquet with these columns has rows of readsb's, by airframe and time."""
    return {"hex", "ts"} <= {*columns}
