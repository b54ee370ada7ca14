"""What every benchmark of the peer shares: options, timing, and the serve protocol.

A benchmark hands over one callable that performs a training step. It is measured either alone
(`--steps N`), or in turn with another program (`--serve`):

    <- ready            after set-up and warm-up
    -> block N          run N steps
    <- 123.456          milliseconds they took
    -> end of input
    <- {...}            the summary, one line of JSON
"""

import argparse
import json
import os
import resource
import statistics
import sys
import time

# Compile in this process: a pool of compiler processes would share the cores with the measurement.
os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")

import torch



def options(description, variants, **extra):
    """Parses the command line; `extra` maps an option's name to its `add_argument` settings."""
    parser = argparse.ArgumentParser(description=description)
    for name, settings in extra.items():
        parser.add_argument(f"--{name}", **settings)
    parser.add_argument("--variant", choices=variants, default="eager")
    parser.add_argument("--steps", type=int, default=50, help="steps to time in all")
    parser.add_argument("--block", type=int, default=0, help="steps a timed block (0: a tenth)")
    parser.add_argument("--warm-up", type=int, default=10, help="steps before the first block")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print the summary as one JSON line")
    parser.add_argument("--serve", action="store_true", help="take blocks from standard input")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    torch.manual_seed(0)
    return chosen


def run(name, chosen, step):
    """Warms up, then times blocks of `step` as the options ask, and prints the summary."""
    for _ in range(chosen.warm_up):
        step()

    blocks = []  # (steps, milliseconds)

    def block(count):
        start = time.perf_counter()
        for _ in range(count):
            step()
        elapsed = (time.perf_counter() - start) * 1000
        blocks.append((count, elapsed))
        return elapsed

    if chosen.serve:
        print("ready", flush=True)
        for line in sys.stdin:
            words = line.split()
            if len(words) != 2 or words[0] != "block" or not words[1].isdigit():
                sys.exit(f"expected 'block N', got {line.rstrip()!r}")
            print(f"{block(int(words[1])):.6f}", flush=True)
    else:
        count = chosen.block or max(1, chosen.steps // 10)
        for first in range(0, chosen.steps, count):
            block(min(count, chosen.steps - first))

    per_step = [elapsed / count for count, elapsed in blocks if count] or [float("nan")]
    summary = {
        "benchmark": name,
        "variant": chosen.variant,
        "median_ms": statistics.median(per_step),
        "min_ms": min(per_step),
        "max_ms": max(per_step),
        "steps": sum(count for count, _ in blocks),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "torch": torch.__version__,
        "threads": chosen.threads,
    }
    if chosen.json or chosen.serve:
        print(json.dumps(summary), flush=True)
    else:
        print(
            f"{name} {chosen.variant}: {summary['median_ms']:.3f} ms a step "
            f"({summary['min_ms']:.3f} to {summary['max_ms']:.3f}), "
            f"peak {summary['peak_rss_mb']:.0f} MB"
        )
