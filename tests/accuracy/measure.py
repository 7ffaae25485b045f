"""How true what is told is: on recordings first, then on flights made by code, beside two rules that others use.

    python tests/accuracy/measure.py [SET ...] [--markdown] [--invented COUNT] [--seed 1] [-v]

SET: of tests/recorded (opensky, real, skies, flights), all four unless some are named. ``--markdown`` prints the tables that
docs/explanation/accuracy.md shows. ``-v`` names each miss, wrong place and false alert. Flights made by code come after the
recorded ones, and only where ``--invented`` says how many.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

import invented
from cases import cases
from made import Case
from pyongyang import decoys, visits
from recordings import SETS, Recorded, polls, truths
from rules import notifiers, opdi
from scoring import Tally, Told, bins, calibration_error, count, middle, told_by

from flightwatch.app.replay import replay
from flightwatch.core.airports import Airports
from flightwatch.core.model import Poll
from flightwatch.core.watched import WatchedAircraft
from flightwatch.storage.tables import load_airports
from flightwatch.watchlist.model import Watchlist

Rule = Callable[[Recorded, Iterable[Poll], Airports], list[Told]]

MIN_CONFIDENCE = 0.6
"""The default of a watchlist."""


def ours(recorded: Recorded, polls: Iterable[Poll], airports: Airports) -> list[Told]:
    """What ``flightwatch replay`` tells of these airframes, no airport watched."""
    watchlist = Watchlist(aircraft=tuple(WatchedAircraft(icao24, None, "given") for icao24 in recorded.icao24))
    return told_by(replay(polls, watchlist, airports))


RULES: Mapping[str, Rule] = {
    "flightwatch": ours,
    "notifiers": lambda _recorded, polls, airports: list(notifiers(polls, airports)),
    "OPDI": lambda _recorded, polls, airports: list(opdi(polls, airports)),
}


def measure(
    name: str,
    airports: Airports,
    rules: Iterable[str] = RULES,
    heed: Callable[[Recorded, str, list[Told]], None] | None = None,
) -> dict[str, dict[str, Tally]]:
    """What each rule makes of a set: by rule, then by group. ``heed`` is shown what was told of each recording."""
    tallies = {rule: defaultdict[str, Tally](Tally) for rule in rules}
    for recorded in truths(name):
        seen = list(polls(name, recorded))
        for rule, groups in tallies.items():
            told = RULES[rule](recorded, seen, airports)
            groups[recorded.group] += count(recorded, told)
            if heed is not None:
                heed(recorded, rule, told)
    return {rule: dict(sorted(groups.items())) for rule, groups in tallies.items()}


def total(groups: Mapping[str, Tally]) -> Tally:
    """All groups as one."""
    whole = Tally()
    for tally in groups.values():
        whole += tally
    return whole


HEADS = (
    *("landings", "found", "right", "wrong", "false", "taken back", "true taken back", "in bounds"),
    *("dwell in range", "delay s"),
)


def row(name: str, tally: Tally) -> str:
    """One line of a table."""
    values = (
        *(tally.landings, tally.found, tally.right, tally.wrong, tally.false, tally.taken_back, tally.true_taken_back),
        *(tally.inside, f"{tally.dwells_inside}/{tally.dwells}", middle(tally.delays)),
    )
    return "  ".join([f"  {name:24}", *(f"{value!s:>{len(head)}}" for value, head in zip(values, HEADS, strict=True))])


def table(groups: Mapping[str, Tally]) -> Iterator[str]:
    """What flightwatch told, group by group."""
    yield "  ".join([f"  {'':24}", *HEADS])
    for name, tally in groups.items():
        yield row(name, tally)
    if len(groups) > 1:
        yield row("all", total(groups))


def compared(tallies: Mapping[str, Mapping[str, Tally]]) -> Iterator[str]:
    """The rules beside one another, in shares of all landings."""
    yield f"  {'':12}  found  precision  right airport  wrong airport  false  right less twice wrong"
    for rule, groups in tallies.items():
        t = total(groups)
        yield (
            f"  {rule:12}  {t.recall:.3f}  {t.precision:9.3f}  {t.right_share:13.3f}  {t.wrong_share:13.3f}  {t.false:5}"
            f"  {t.score:22}"
        )


def reliability(inferred: list[tuple[float, bool]]) -> Iterator[str]:
    """Said against true, of the landings that nobody saw."""
    yield "  inferred landings: said, true (how many)"
    for many, said, true in bins(inferred):
        yield f"    {said:.2f}  {true:.2f}  ({many})"
    yield f"  calibration error {calibration_error(inferred):.3f} over {len(inferred)}"


def mistakes(recorded: Recorded, rule: str, told: list[Told]) -> None:
    """Print what was told of one recording, where it is not all true."""
    tally = count(recorded, told)
    if rule == "flightwatch" and (tally.found < tally.landings or tally.right < tally.found or tally.false):
        print(f"  {recorded.case}: {row('', tally).split()}")
        landings = [e for e in recorded.events if e.type == "landing"]
        for truth in landings:
            near = [t for t in told if t.type == "landing" and truth.icao24 in (None, t.icao24)]
            if not any(t.airport == truth.airport and abs(t.time - truth.time) <= 1800 for t in near):
                print(f"    happened {truth}")
        for t in told:
            if t.type == "landing" and not any(
                abs(t.time - e.time) <= 1800 for e in landings if e.icao24 in (None, t.icao24)
            ):
                print(f"    told     {t}")


def recorded_sets(names: Iterable[str], airports: Airports, *, verbose: bool) -> None:
    """Print what is told of recordings."""
    all_inferred = list[tuple[float, bool]]()
    for name in names:
        print(f"{name} (recorded)")
        tallies = measure(name, airports, heed=mistakes if verbose else None)
        print(*table(tallies["flightwatch"]), *compared(tallies), sep="\n")
        inferred = total(tallies["flightwatch"]).inferred
        print(*reliability(inferred), sep="\n")
        print(
            f"  median delay of inferred ones at polls a minute apart {middle(total(tallies['flightwatch']).inferred_delays)} s\n"
        )
        all_inferred += inferred
    print("all recorded sets", *reliability(all_inferred), sep="\n")


def markdown(names: Iterable[str], airports: Airports) -> Iterator[str]:
    """The rules beside one another and the reliability, as Markdown."""
    yield "| recordings | rule | landings found | alerts true | right airport | wrong airport | right less twice wrong |"
    yield "|---|---|---|---|---|---|---|"
    every = list[tuple[float, bool]]()
    for name in names:
        tallies = measure(name, airports)
        for rule, groups in tallies.items():
            t = total(groups)
            first = f"`{name}`, {t.landings} landings" if rule == "flightwatch" else ""
            shares = " | ".join(f"{share:.1%}" for share in (t.recall, t.precision, t.right_share, t.wrong_share))
            yield f"| {first} | {rule} | {shares} | {t.score} |"
        every += total(tallies["flightwatch"]).inferred
    yield from ("", "| inferred alerts that said | were true | alerts |", "|---|---|---|")
    for many, said, true in bins(every):
        yield f"| {said:.0%} in the mean | {true:.0%} | {many} |"
    yield from ("", f"Expected calibration error: {calibration_error(every):.3f} over {len(every)} inferred alerts.")


def invented_flights(count: int, seed: int, airports: Airports, *, verbose: bool) -> None:
    """Print what is told of flights made by code."""
    made = list(cases(airports, seed, count))
    mine, theirs = invented.measure(made, airports, MIN_CONFIDENCE)
    print(f"\ninvented: {len(made)} flights made by code, {mine.landings} landings")
    for rule, score in (("flightwatch", mine), ("notifiers", theirs)):
        told = f"alerts {len(score.told):4}  precision {score.precision:.3f}  Brier {score.brier:.4f}"
        print(f"  {rule:12}  found {score.recall:.3f}  right place {score.right_place:.3f}  {told}")
    print(*reliability([(t.confidence, t.is_true) for t in mine.told if t.inferred]), sep="\n")
    if verbose:
        _name_mistakes(made, airports)
    fewer = max(1, count // 5)
    stays = invented.measure_stays(list(visits(airports, seed, fewer)), airports, MIN_CONFIDENCE)
    told_of = invented.count_told(decoys(airports, seed, fewer), airports, MIN_CONFIDENCE)
    print(
        f"  Pyongyang: {stays.visits} visits, told right {stays.right}, wrong {stays.wrong}, dwell inside {stays.inside}; "
        f"{fewer} decoys, told {told_of}"
    )


def _name_mistakes(made: Iterable[Case], airports: Airports) -> None:
    for case in made:
        alerts, is_hit = invented.judge(case, airports, MIN_CONFIDENCE)
        wrong = [alert.confidence for alert in alerts if not alert.is_true]
        if wrong or (case.landed_at is not None and not is_hit):
            print("   ", case.name, f"wrong {wrong}" if wrong else "missed")


def main() -> None:
    """Print it all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", metavar="SET", choices=[*SETS, []], help="of tests/recorded; default: all")
    parser.add_argument("--markdown", action="store_true", help="print the tables of docs/explanation/accuracy.md")
    parser.add_argument("--invented", type=int, default=0, metavar="COUNT", help="flights made by code; default: none")
    parser.add_argument("--seed", type=int, default=1, help="of the invented ones")
    parser.add_argument("-v", action="store_true", help="name each miss, wrong place and false alert")
    options = parser.parse_args()
    airports = load_airports()
    if options.markdown:
        print(*markdown(options.sets or SETS, airports), sep="\n")
    else:
        recorded_sets(options.sets or SETS, airports, verbose=options.v)
    if options.invented:
        invented_flights(options.invented, options.seed, airports, verbose=options.v)


if __name__ == "__main__":
    main()
