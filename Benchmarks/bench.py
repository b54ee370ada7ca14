#!/usr/bin/env python3
"""Measures Tandem's training steps against PyTorch's, side by side on one machine.

For each benchmark both programs are started in serve mode (see pytorch/measure.py) and stay
alive, warm, through the whole measurement. PyTorch's fastest variant is found first; then blocks
of steps alternate, ours, the peer's, ours, ... while the other program waits on its input.
Prints a table and writes results/<benchmark>.json. Needs Python's standard library only.
"""

import argparse
import datetime
import os
import pathlib
import statistics
import sys
import time

from machine import machine
from report import print_duels, print_machine, print_variants, say, write_result
from turns import FOREIGN_LIMIT, PAUSE, THREADS, Failure, Program, steps_a_block

HERE = pathlib.Path(__file__).resolve().parent

CONVOLUTIONAL = ["eager", "channels_last", "compile", "compile_channels_last"]
RECURRENT = ["eager", "eager_native", "compile"]
LANGUAGE_MODELS = ["charlm-2x128", "charlm-2x512", "wordlm-2x200", "wordlm-2x650"]
CLASSIFIERS = ["rnn-128", "gru-128", "lstm-128"]

# name: the peer's command, its variants, and the ratio peer / ours to reach.
BENCHMARKS = {
    "dcgan-32": (["dcgan.py", "--size", "32"], CONVOLUTIONAL, 1.15),
    "dcgan-64": (["dcgan.py", "--size", "64"], CONVOLUTIONAL, 1.15),
    "ring": (["ring.py"], ["eager", "compile", "compile_step"], 4.0),
}
for case in LANGUAGE_MODELS + CLASSIFIERS:
    # Unrolling two layers takes the compiler longer than a measurement.
    unrolled = ["compile_cells"] if case in CLASSIFIERS else []
    BENCHMARKS[case] = (["sequences.py", "--case", case], RECURRENT + unrolled, 1.25)


def start_peer(name, variant, chosen):
    command, _, _ = BENCHMARKS[name]
    script = [chosen.python, HERE / "pytorch" / command[0], *command[1:]]
    options = ["--variant", variant, "--threads", str(THREADS), "--serve"]
    return Program(f"PyTorch {variant} ({name})", script + options, chosen.patience)


def race_variants(name, chosen):
    """A few blocks of every variant; returns rows of variant, milliseconds and peak memory."""
    rows = []
    for variant in BENCHMARKS[name][1]:
        if chosen.variants and variant not in chosen.variants:
            continue
        say(f"{name}: PyTorch {variant} ...")
        program = None
        try:
            program = start_peer(name, variant, chosen)
            steps = steps_a_block(program, chosen.seconds)
            times = [program.quiet_block(steps) for _ in range(chosen.trial_blocks)]
            row = {
                "variant": variant,
                "median_ms": statistics.median(times),
                "min_ms": min(times),
                "max_ms": max(times),
                "steps_per_block": steps,
                "peak_rss_mb": program.peak_megabytes(),
            }
            row["torch"] = program.finish()["torch"]
            rows.append(row)
        except Failure as failure:
            say(f"  left out: {failure}")
        finally:
            if program:
                program.kill()
    if not rows:
        raise Failure(f"{name}: no variant of the peer ran with {chosen.python}")
    return rows


def duel(name, best, chosen):
    """Alternating blocks of ours and the peer's best variant; returns the measured facts."""
    programs = []
    try:
        ours = Program(f"Tandem ({name})", [chosen.binary, name, "--serve"], chosen.patience)
        programs.append(ours)
        peer = start_peer(name, best["variant"], chosen)
        programs.append(peer)
        # The slower program sets the number of steps: both then take blocks of the same work.
        steps = min(steps_a_block(ours, chosen.seconds), best["steps_per_block"])
        times = {ours: [], peer: []}
        disturbed = 0
        while len(times[ours]) < chosen.rounds:
            blocks = {}
            for program in (ours, peer):
                time.sleep(PAUSE)
                blocks[program] = program.watched_block(steps)
            quiet = all(foreign <= FOREIGN_LIMIT for _, foreign in blocks.values())
            if not quiet and disturbed < 5 * chosen.rounds:
                disturbed += 1
                continue
            for program, (milliseconds, _) in blocks.items():
                times[program].append(milliseconds)
        if disturbed:
            say(f"  {disturbed} rounds repeated: other programs, or the idle one, were busy")
        results = []
        for program, blocks in times.items():
            results.append(
                {
                    "median_ms": statistics.median(blocks),
                    "min_ms": min(blocks),
                    "max_ms": max(blocks),
                    "blocks_ms": blocks,
                    "peak_rss_mb": program.peak_megabytes(),
                    "summary": program.finish(),
                }
            )
        return steps, disturbed, results[0], results[1]
    finally:
        for program in programs:
            program.kill()


def compare(name, chosen):
    variants = race_variants(name, chosen)
    # The least time of a few blocks: a disturbance only ever adds to it.
    best = min(variants, key=lambda row: row["min_ms"])
    result = {
        "benchmark": name,
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "machine": machine(),
        "threads": THREADS,
        "torch": best.pop("torch"),
        "peer_variants": variants,
        "best_variant": best["variant"],
    }
    for row in variants:
        row.pop("torch", None)
    if chosen.peer_only:
        return result
    say(f"{name}: Tandem and PyTorch {best['variant']} in turn ...")
    steps, disturbed, ours, peer = duel(name, best, chosen)
    ratios = [theirs / own for own, theirs in zip(ours["blocks_ms"], peer["blocks_ms"])]
    result |= {
        "steps_per_block": steps,
        "rounds_repeated": disturbed,
        "ours": ours,
        "peer": peer,
        "ratio": {
            "of_medians": peer["median_ms"] / ours["median_ms"],
            "min": min(ratios),
            "max": max(ratios),
            "wanted": BENCHMARKS[name][2],
        },
    }
    return result


def options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "benchmarks", nargs="*", help=f"any of {', '.join(BENCHMARKS)} (default: all)"
    )
    parser.add_argument(
        "--case", dest="cases", action="append", default=[], help="the same, one a time"
    )
    parser.add_argument(
        "--binary",
        type=pathlib.Path,
        default=HERE.parent / ".build/release/tandem-bench",
        help="our program (default: .build/release/tandem-bench)",
    )
    parser.add_argument(
        "--python",
        type=pathlib.Path,
        default=HERE / ".venv/bin/python",
        help="a Python that has torch (default: Benchmarks/.venv/bin/python)",
    )
    parser.add_argument("--results", type=pathlib.Path, default=HERE / "results")
    parser.add_argument("--rounds", type=int, default=9, help="blocks of each program in turn")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a block")
    parser.add_argument(
        "--variant",
        dest="variants",
        action="append",
        choices=sorted({name for _, names, _ in BENCHMARKS.values() for name in names}),
        help="only this variant of the peer (may be repeated)",
    )
    parser.add_argument("--quick", action="store_true", help="3 rounds, short blocks")
    parser.add_argument("--peer-only", action="store_true", help="time PyTorch's variants alone")
    chosen = parser.parse_args()
    chosen.benchmarks += chosen.cases
    unknown = [name for name in chosen.benchmarks if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}")
    chosen.benchmarks = chosen.benchmarks or list(BENCHMARKS)
    chosen.trial_blocks = 3
    chosen.patience = 600
    if chosen.quick:
        chosen.rounds, chosen.seconds, chosen.trial_blocks = 3, 0.5, 2
    return chosen


def main():
    chosen = options()
    if not chosen.python.exists():
        raise Failure(f"{chosen.python}: not found; `make bench` installs PyTorch there")
    if not chosen.peer_only and not os.access(chosen.binary, os.X_OK):
        raise Failure(
            f"{chosen.binary}: no such program; build it with "
            "`swift build -c release --product tandem-bench`, or pass --peer-only"
        )
    results = []
    for name in chosen.benchmarks:
        result = compare(name, chosen)
        results.append(result)
        if not chosen.peer_only:
            write_result(result, chosen.results)
    print_machine(results[0], THREADS)
    print_variants(results)
    if not chosen.peer_only:
        print_duels(results)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"bench: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
