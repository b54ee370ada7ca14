#!/usr/bin/env python3
"""Measures Tandem's training steps against PyTorch's, side by side on one machine.

For each benchmark both programs are started in serve mode (see pytorch/measure.py) and stay
alive, warm, through the whole measurement. PyTorch's fastest variant is found first; then blocks
of steps alternate, ours, the peer's, ours, ... while the other program waits on its input.
Prints a table and writes results/<benchmark>.json. Needs Python's standard library only.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import queue
import re
import statistics
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent

CONVOLUTIONAL = ["eager", "channels_last", "compile", "compile_channels_last"]

# name: the peer's command, its variants, and the ratio peer / ours to reach.
BENCHMARKS = {
    "dcgan-32": (["dcgan.py", "--size", "32"], CONVOLUTIONAL, 1.15),
    "dcgan-64": (["dcgan.py", "--size", "64"], CONVOLUTIONAL, 1.15),
    "ring": (["ring.py"], ["eager", "compile", "compile_step"], 4.0),
}

THREADS = 2
# Seconds between two turns: OpenMP's threads may spin for a while after their last loop.
PAUSE = 0.1
# Blocks during which everything else on the machine used more of a core than this do not count:
# both programs wait at barriers, so one busy process elsewhere can cost them ten times the time.
FOREIGN_LIMIT = 0.15


class Failure(Exception):
    """Something a user can act on, as one line."""


class Program:
    """A benchmark in serve mode, in a process of its own."""

    def __init__(self, label, command, patience):
        self.label = label
        self.patience = patience
        environment = dict(os.environ, OMP_NUM_THREADS=str(THREADS))
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
            env=environment,
        )
        self.lines = queue.Queue()
        self.errors = []
        for stream, take in (
            (self.process.stdout, self.lines.put),
            (self.process.stderr, self.errors.append),
        ):
            threading.Thread(target=self._drain, args=(stream, take), daemon=True).start()
        self._expect(lambda line: line == "ready", "'ready'")

    def _drain(self, stream, take):
        for line in stream:
            take(line.rstrip("\n"))
        if stream is self.process.stdout:
            take(None)

    def _expect(self, fits, what):
        try:
            line = self.lines.get(timeout=self.patience)
        except queue.Empty:
            self.kill()
            raise Failure(f"{self.label}: no {what} within {self.patience} seconds") from None
        if line is None:
            code = self.process.wait()
            said = next((text for text in reversed(self.errors) if text.strip()), "")
            text = f"{self.label}: ended with code {code} before {what}"
            raise Failure(f"{text}; {said}" if said else text)
        if not fits(line):
            self.kill()
            raise Failure(f"{self.label}: expected {what}, got {line!r}")
        return line

    def watched_block(self, steps):
        """A block, and how many cores the rest of the machine used meanwhile."""
        foreign = machine_seconds() - self.processor_seconds()
        start = time.perf_counter()
        milliseconds = self.block(steps)
        elapsed = time.perf_counter() - start
        foreign = machine_seconds() - self.processor_seconds() - foreign
        return milliseconds, max(0.0, foreign / elapsed)

    def quiet_block(self, steps, attempts=10):
        """The first of several blocks that nothing disturbs, or the least disturbed one."""
        blocks = []
        for _ in range(attempts):
            time.sleep(PAUSE)
            blocks.append(self.watched_block(steps))
            if blocks[-1][1] <= FOREIGN_LIMIT:
                break
        return min(blocks, key=lambda block: block[1])[0]

    def block(self, steps):
        """Runs `steps` steps; returns milliseconds a step."""
        try:
            self.process.stdin.write(f"block {steps}\n")
        except BrokenPipeError:
            pass  # it has ended; what it said is reported below
        line = self._expect(lambda line: re.fullmatch(r"\d+(\.\d+)?([eE]-?\d+)?", line), "a time")
        return float(line) / steps

    def peak_megabytes(self):
        """The largest resident size so far, as the kernel counted it for this process alone."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) / 1024

    def processor_seconds(self):
        """User and system time of all threads so far."""
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text()
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def finish(self):
        """Ends the input; returns the program's summary."""
        self.process.stdin.close()
        line = self._expect(lambda line: line.startswith("{"), "a summary")
        self.process.wait(timeout=self.patience)
        return json.loads(line)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def machine_seconds():
    """Busy and stolen time of all cores so far."""
    line = pathlib.Path("/proc/stat").read_text().splitlines()[0].split()
    user, nice, system, _idle, _wait, interrupt, soft_interrupt, stolen = map(int, line[1:9])
    ticks = user + nice + system + interrupt + soft_interrupt + stolen
    return ticks / os.sysconf("SC_CLK_TCK")


def steps_a_block(program, seconds):
    """How many steps fill a block of about so many seconds."""
    program.block(1)
    milliseconds = program.block(2)
    if milliseconds * 10 < seconds * 1000:
        milliseconds = program.block(max(2, int(seconds * 200 / milliseconds)))
    return max(1, round(seconds * 1000 / milliseconds))


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


def machine():
    """The facts that a time depends on."""
    information = pathlib.Path("/proc/cpuinfo").read_text()
    field = lambda name: next(iter(re.findall(rf"^{name}\s*: (.*)$", information, re.M)), "")
    return {
        "cpu": field("model name"),
        "family": f"{field('cpu family')}.{field('model')}",
        "cores": os.cpu_count(),
        "avx512": " avx512f " in field("flags"),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
        "kernel": platform.release(),
        "python": platform.python_version(),
    }


def print_variants(results):
    print(
        f"\n{'benchmark':<10} {'PyTorch variant':<28} {'ms a step':>10} {'min':>10} {'peak MB':>8}"
    )
    for result in results:
        for row in sorted(result["peer_variants"], key=lambda row: row["median_ms"]):
            print(
                f"{result['benchmark']:<10} {row['variant']:<28} {row['median_ms']:>10.3f} "
                f"{row['min_ms']:>10.3f} {row['peak_rss_mb']:>8.0f}"
            )


def print_duels(results):
    print(
        f"\n{'benchmark':<10} {'Tandem ms':>10} {'PyTorch ms':>10}  {'variant':<28} "
        f"{'ratio':>6} {'spread':>14} {'wanted':>7} {'our MB':>7} {'its MB':>7}"
    )
    for result in results:
        ours, peer, ratio = result["ours"], result["peer"], result["ratio"]
        spread = f"{ratio['min']:.2f} - {ratio['max']:.2f}"
        print(
            f"{result['benchmark']:<10} {ours['median_ms']:>10.3f} {peer['median_ms']:>10.3f}  "
            f"{result['best_variant']:<28} {ratio['of_medians']:>5.2f}x {spread:>14} "
            f"{ratio['wanted']:>6.2f}x {ours['peak_rss_mb']:>7.0f} {peer['peak_rss_mb']:>7.0f}"
        )


def say(text):
    print(text, file=sys.stderr, flush=True)


def options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "benchmarks", nargs="*", help=f"any of {', '.join(BENCHMARKS)} (default: all)"
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
            chosen.results.mkdir(parents=True, exist_ok=True)
            path = chosen.results / f"{name}.json"
            path.write_text(json.dumps(result, indent=2) + "\n")
    facts = results[0]["machine"]
    print(
        f"{facts['cpu']} (family {facts['family']}), {facts['cores']} cores, {facts['system']}, "
        f"torch {results[0]['torch']}, {THREADS} threads, float32"
    )
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
