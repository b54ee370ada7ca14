"""Programs in serve mode that take turns: one runs a block of steps while the others wait."""

import json
import os
import pathlib
import queue
import re
import subprocess
import threading
import time

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
