"""What Tandem writes, read by the programs that it is written for.

    interop.py PROGRAM

Small experiments are run by the program in a folder of their own. TensorBoard's EventAccumulator
and its server, NumPy and safetensors read the files; what they find must equal the run's own
metrics.jsonl, pictures, texts, configuration and checkpoints. `make interop` installs what is
needed and calls this script.
"""

import csv
import json
import os
import pathlib
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

import numpy
import safetensors.numpy
from tensorboard.backend.event_processing import event_accumulator, plugin_event_accumulator
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.plugins.hparams import api_pb2, metadata

PROGRAM = None
FOLDER = None
RUNS = {}
RESUMED_STEPS = 3000

RING = """
title: A ring of a moment
seed: 3
data: {kind: ring, sigma: 0.1}
latent: {size: 2}
generator:
  network: {kind: mlp, hidden: [8, 8], batchNorm: true}
  average: {decay: 0.9}
discriminator:
  network: {kind: mlp, hidden: [8]}
training: {steps: 60, batchSize: 16}
metrics: {every: 2}
samples: {every: 20, count: 50}
checkpoints: {every: 20}
tensorboard: {histograms: 30}
"""

TEXT = """
kind: languageModel
title: A text of a moment
seed: 4
data: {path: text.txt, level: characters, validation: 0.1, test: 0.1}
network: {cell: gru, size: 16, embedding: 8}
optimizer: {kind: adam, learningRate: 2e-3, clipNorm: 1}
training: {steps: 400, batchSize: 4, window: 16}
metrics: {every: 5}
validation: {every: 100}
samples: {every: 100, length: 60, prime: "th"}
checkpoints: {every: 50, keep: 20}
"""


def tandem(*arguments, code=0):
    """Runs the program and returns its output."""
    done = subprocess.run(
        [PROGRAM, *map(str, arguments)], cwd=FOLDER, capture_output=True, text=True, timeout=600
    )
    if done.returncode != code:
        raise AssertionError(f"{arguments}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout if code == 0 else done.stderr


def experiment(name, text):
    folder = FOLDER / name
    folder.mkdir()
    (folder / "experiment.yaml").write_text(text)
    words = "the quick brown fox jumps over the lazy dog and then the other way round\n"
    (folder / "text.txt").write_text(words * 100)


def run(name, *arguments):
    return pathlib.Path(tandem("run", name, "--quiet", *arguments).splitlines()[-1])


def killed_and_resumed(name):
    """Kills a run that has told of steps behind its last checkpoint, and resumes it."""
    process = subprocess.Popen(
        [PROGRAM, "run", name, "--quiet"], cwd=FOLDER, stdout=subprocess.DEVNULL
    )
    folder = FOLDER / name / "runs"
    wait_for(lambda: list(folder.glob("2*/checkpoints/step-*")))
    (events,) = folder.glob("2*/tensorboard/events*")

    def is_ahead():
        saved = max(int(it.name[5:]) for it in folder.glob("2*/checkpoints/step-????????"))
        return max(event.step for event in EventFileLoader(str(events)).Load()) > saved

    wait_for(is_ahead)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.returncode == -signal.SIGKILL, "the run was over before it could be killed"
    (path,) = folder.glob("2*")
    tandem("resume", path, "--quiet")
    return path


def wait_for(condition):
    deadline = time.time() + 300
    while not condition():
        assert time.time() < deadline, "nothing came in five minutes"
        time.sleep(0.01)


def setUpModule():
    experiment("ring", RING)
    experiment("text", TEXT)
    RUNS["ring"] = run("ring")
    RUNS["again"] = run("ring", "--seed", 5, "--set", "tensorboard=off")
    RUNS["text"] = run("text")
    # Of some seconds, so that there is time to kill it.
    text = TEXT.replace("steps: 400", f"steps: {RESUMED_STEPS}").replace("every: 50", "every: 400")
    # Each best validation is a checkpoint, too.
    text = text.replace("validation: {every: 100}", "validation: {every: 1000}")
    larger = [("size: 16", "size: 128"), ("Size: 4", "Size: 32"), ("window: 16", "window: 32")]
    for small, large in larger:
        text = text.replace(small, large)
    experiment("resumed", text)
    RUNS["resumed"] = killed_and_resumed("resumed")
    tandem("export", "tensorboard", RUNS["again"])
    for name in ["ring", "text"]:
        tandem("export", "tensorboard", RUNS[name], "-o", FOLDER / "exported" / name)


def rows(path):
    """The rows of metrics; those of a later session replace earlier ones from its first on."""
    found = {}
    session = 0
    for line in (path / "metrics.jsonl").read_text().splitlines():
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            continue
        if row["n"] > session:
            session = row["n"]
            found = {step: old for step, old in found.items() if step < row["s"]}
        found[row["s"]] = row
    return [found[step] for step in sorted(found)]


def series(path):
    """The steps and values of each metric, as float32."""
    found = {}
    for row in rows(path):
        for name, value in row["m"].items():
            steps, values = found.setdefault(name, ([], []))
            steps.append(row["s"])
            values.append(numpy.float32(float(value)))
    return found


def samples(path, suffix):
    """The bytes of each sample by tag and step."""
    index = [json.loads(line) for line in (path / "samples/index.jsonl").read_text().splitlines()]
    files = sorted({row["file"]: row for row in index}.values(), key=lambda row: row["step"])
    found = {}
    for row in files:
        if row["file"].endswith(suffix):
            bytes = (path / "samples" / row["file"]).read_bytes()
            found.setdefault("samples/" + row["tag"], {})[row["step"]] = bytes
    return found


def accumulate(folder):
    guidance = {"scalars": 0, "images": 0, "tensors": 0, "histograms": 0}
    found = event_accumulator.EventAccumulator(str(folder), size_guidance=guidance)
    found.Reload()
    return found


def accumulate_tensors(folder):
    """As TensorBoard's server does: the other reader keeps texts that a resumed run tells again."""
    found = plugin_event_accumulator.EventAccumulator(
        str(folder), size_guidance={"tensors": 0}, tensor_size_guidance={"text": 0}
    )
    found.Reload()
    return found


def event_folders():
    """Every folder of event files with the run that it shows."""
    found = [(path / "tensorboard", path) for path in RUNS.values()]
    return found + [(FOLDER / "exported" / name, RUNS[name]) for name in ["ring", "text"]]


def code_of(markdown):
    """The text that stands as code in Markdown."""
    return re.sub(r"^    ", "", markdown, flags=re.MULTILINE)


class Accumulated(unittest.TestCase):
    """What TensorBoard's own reader finds."""

    def test_scalars(self):
        for folder, path in event_folders():
            found, expected = accumulate(folder), series(path)
            self.assertEqual(sorted(found.Tags()["scalars"]), sorted(expected))
            for tag, (steps, values) in expected.items():
                events = found.Scalars(tag)
                with self.subTest(folder=folder, tag=tag):
                    self.assertEqual([event.step for event in events], steps)
                    numpy.testing.assert_array_equal(
                        numpy.array([event.value for event in events], numpy.float32), values
                    )
                    times = [event.wall_time for event in events]
                    self.assertEqual(times, sorted(times))

    def test_images(self):
        count = 0
        for folder, path in event_folders():
            found, expected = accumulate(folder), samples(path, ".png")
            self.assertEqual(sorted(found.Tags()["images"]), sorted(expected))
            for tag, pictures in expected.items():
                events = found.Images(tag)
                self.assertEqual([event.step for event in events], list(pictures))
                for event in events:
                    bytes = pictures[event.step]
                    self.assertEqual(event.encoded_image_string, bytes)
                    self.assertEqual((event.width, event.height), struct.unpack(">II", bytes[16:24]))
                    count += 1
        self.assertGreater(count, 10)

    def test_texts(self):
        count = 0
        for folder, path in event_folders():
            found = accumulate_tensors(folder)
            tensors = found.Tags()["tensors"]
            texts = samples(path, ".txt")
            texts["configuration"] = {0: (path / "config.source.yaml").read_bytes()}
            for tag, expected in texts.items():
                self.assertIn(tag, tensors)
                plugin = found.SummaryMetadata(tag).plugin_data.plugin_name
                self.assertEqual(plugin, "text")
                events = found.Tensors(tag)
                self.assertEqual([event.step for event in events], list(expected))
                for event in events:
                    self.assertEqual(len(event.tensor_proto.tensor_shape.dim), 0)
                    text = event.tensor_proto.string_val[0].decode()
                    self.assertEqual(code_of(text).encode(), expected[event.step])
                    count += 1
        self.assertGreater(count, 10)

    def test_histograms(self):
        found = accumulate(RUNS["ring"] / "tensorboard")
        tags = found.Tags()["histograms"]
        weights = safetensors.numpy.load_file(
            RUNS["ring"] / "checkpoints/step-00000060/generator.safetensors"
        )
        names = [name for name in weights if name.endswith(("weight", "bias"))]
        for name in names:
            self.assertIn(f"gradients/generator/{name}", tags)
            events = found.Histograms(f"weights/generator/{name}")
            self.assertEqual([event.step for event in events], [30, 60])
            values, histogram = weights[name].astype(numpy.float64), events[1].histogram_value
            self.assertEqual(histogram.min, values.min())
            self.assertEqual(histogram.max, values.max())
            self.assertEqual(histogram.num, values.size)
            self.assertEqual(sum(histogram.bucket), values.size)
            self.assertEqual(histogram.bucket_limit[-1], values.max())
            numpy.testing.assert_allclose(histogram.sum, values.sum(), atol=1e-9)
            numpy.testing.assert_allclose(histogram.sum_squares, (values**2).sum())
        self.assertFalse(accumulate(RUNS["text"] / "tensorboard").Tags()["histograms"])

    def test_hyperparameters(self):
        groups = set()
        for folder, path in event_folders():
            found = accumulate(folder)
            content = found.SummaryMetadata(metadata.SESSION_START_INFO_TAG).plugin_data.content
            start = metadata.parse_session_start_info_plugin_data(content)
            record = json.loads((path / "run.json").read_text())
            self.assertEqual(start.hparams["seed"].number_value, record["seed"])
            self.assertEqual(start.group_name, record["configuration"])
            if "text" in str(folder) or "resumed" in str(folder):
                self.assertEqual(start.hparams["network.cell"].string_value, "gru")
                self.assertEqual(start.hparams["optimizer.learningRate"].number_value, 2e-3)
            else:
                self.assertTrue(start.hparams["generator.network.batchNorm"].bool_value)
                groups.add(start.group_name)
            self.assertFalse([name for name in start.hparams if name.startswith("samples")])
            self.assertEqual(len(found.Tensors(metadata.SESSION_START_INFO_TAG)), 1)
            content = found.SummaryMetadata(metadata.SESSION_END_INFO_TAG).plugin_data.content
            end = metadata.parse_session_end_info_plugin_data(content)
            self.assertEqual(end.status, api_pb2.STATUS_SUCCESS)
            self.assertGreaterEqual(end.end_time_secs, start.start_time_secs)
        self.assertEqual(len(groups), 1, "runs that differ in the seed alone are one group")

    def test_a_resumed_run_is_one_course(self):
        path = RUNS["resumed"]
        files = sorted(p.name for p in (path / "tensorboard").iterdir())
        self.assertEqual(len([name for name in files if not name.endswith(".end")]), 2)
        self.assertEqual(len([name for name in files if name.endswith(".end")]), 1)
        events = accumulate(path / "tensorboard").Scalars("loss/train")
        self.assertEqual([event.step for event in events], list(range(5, RESUMED_STEPS + 1, 5)))
        sessions = {row["n"] for row in rows(path)}
        self.assertEqual(sessions, {1, 2})
        # What the killed session wrote behind the checkpoint is still there, and not shown.
        first = accumulate(path / "tensorboard" / files[0]).Scalars("loss/train")
        record = json.loads((path / "run.json").read_text())
        self.assertGreater(first[-1].step, record["sessions"][1]["firstStep"])

    def test_an_export_has_the_same_bytes_each_time(self):
        for name in ["ring", "text"]:
            files = sorted((FOLDER / "exported" / name).iterdir())
            tandem("export", "tensorboard", RUNS[name], "-o", FOLDER / "exported" / "again" / name)
            again = sorted((FOLDER / "exported" / "again" / name).iterdir())
            # The course and, as of a run that was followed live, how it has ended.
            self.assertEqual([file.suffix == ".end" for file in files], [False, True])
            for first, second in zip(files, again, strict=True):
                self.assertEqual(first.name, second.name)
                self.assertEqual(first.read_bytes(), second.read_bytes())


class Served(unittest.TestCase):
    """What TensorBoard's server gives to a browser, by both of its readers."""

    def serve(self, *arguments):
        log = open(FOLDER / "server.log", "w+")
        command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(FOLDER)]
        command += ["--host", "127.0.0.1", "--port", "0", "--samples_per_plugin"]
        command += ["images=1000,scalars=100000", *arguments]
        server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        self.addCleanup(log.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        for _ in range(600):
            time.sleep(0.1)
            self.assertIsNone(server.poll(), (FOLDER / "server.log").read_text())
            place = re.search(r"http://127\.0\.0\.1:\d+", (FOLDER / "server.log").read_text())
            if place:
                return place.group() + "/data/"
        self.fail("the server did not start")

    def get(self, place, query=None, body=None):
        query = "?" + urllib.parse.urlencode(query) if query else ""
        data = json.dumps(body).encode() if body else None
        headers = {"Content-Type": "application/json"} if body else {}
        request = urllib.request.Request(place + query, data, headers)
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.read()

    def check(self, place):
        path = RUNS["resumed"]
        name = str((path / "tensorboard").relative_to(FOLDER))
        expected = series(path)
        # The server reads in the background.
        for _ in range(600):
            tags = json.loads(self.get(place + "plugin/scalars/tags"))
            groups = self.groups(place)
            runs = {str((p / "tensorboard").relative_to(FOLDER)) for p in RUNS.values()}
            if runs <= set(tags) and len(groups) >= 2 and self.counts(place, name) == len(
                expected["loss/train"][0]
            ):
                break
            time.sleep(0.2)
        self.assertEqual(sorted(tags[name]), sorted(expected))
        for tag, (steps, values) in expected.items():
            points = self.points(place, name, tag)
            self.assertEqual([point[1] for point in points], steps, tag)
            numpy.testing.assert_array_equal(
                numpy.array([float(point[2]) for point in points], numpy.float32), values
            )
        self.check_images(place)
        texts = json.loads(self.get(place + "plugin/text/tags"))
        self.assertIn("configuration", texts[name])
        text = self.get(place + "plugin/text/text", {"run": name, "tag": "configuration"})
        self.assertIn("<code>", json.loads(text)[0]["text"])
        self.assertIn("languageModel", json.loads(text)[0]["text"])

    def points(self, place, run, tag):
        query = {"run": run, "tag": tag}
        return json.loads(self.get(place + "plugin/scalars/scalars", query))

    def counts(self, place, run):
        try:
            return len(self.points(place, run, "loss/train"))
        except urllib.error.HTTPError:
            return 0

    def groups(self, place):
        """The groups of runs that the page of hyperparameters shows."""
        body = {
            "allowedStatuses": ["STATUS_UNKNOWN", "STATUS_SUCCESS", "STATUS_FAILURE"],
            "startIndex": 0,
            "sliceSize": 100,
        }
        answer = json.loads(self.get(place + "plugin/hparams/session_groups", body=body))
        return answer.get("sessionGroups", [])

    def check_images(self, place):
        path = RUNS["ring"]
        name = str((path / "tensorboard").relative_to(FOLDER))
        expected = samples(path, ".png")["samples/fixed"]
        query = {"run": name, "tag": "samples/fixed", "sample": 0}
        listed = json.loads(self.get(place + "plugin/images/images", query))
        self.assertEqual([image["step"] for image in listed], list(expected))
        for image in listed:
            query = urllib.parse.parse_qs(image["query"])
            bytes = self.get(
                place + "plugin/images/individualImage", {k: v[0] for k, v in query.items()}
            )
            self.assertEqual(bytes, expected[image["step"]])

    def test_by_the_reader_in_python(self):
        self.check(self.serve("--load_fast=false"))

    def test_by_the_reader_in_rust(self):
        self.check(self.serve("--load_fast=true"))


class Exported(unittest.TestCase):
    """Metrics and weights for other programs."""

    def test_csv(self):
        for name in ["ring", "text"]:
            file = FOLDER / f"{name}.csv"
            tandem("export", "csv", RUNS[name], "-o", file)
            with open(file, newline="") as lines:
                table = list(csv.DictReader(lines))
            expected = rows(RUNS[name])
            self.assertEqual([int(row["step"]) for row in table], [row["s"] for row in expected])
            for found, row in zip(table, expected):
                values = {
                    key: float(value)
                    for key, value in found.items()
                    if value and key not in ["step", "epoch", "seconds", "session"]
                }
                self.assertEqual(values, {key: float(value) for key, value in row["m"].items()})

    def test_jsonl(self):
        for name in ["ring", "text", "resumed"]:
            lines = tandem("export", "jsonl", RUNS[name], "-o", "-").splitlines()
            self.assertEqual([json.loads(line) for line in lines], rows(RUNS[name]))

    def test_weights(self):
        for name, step in [("ring", 60), ("text", 400)]:
            files = {}
            for form in ["safetensors", "npz"]:
                files[form] = FOLDER / f"{name}.{form}"
                tandem("export", form, RUNS[name], "-o", files[form])
            safe = safetensors.numpy.load_file(files["safetensors"])
            with numpy.load(files["npz"]) as archive:
                loose = {key: archive[key] for key in archive.files}
            self.assertEqual(sorted(safe), sorted(loose))
            for key, values in safe.items():
                self.assertEqual((values.dtype, values.shape), (loose[key].dtype, loose[key].shape))
                numpy.testing.assert_array_equal(values, loose[key])
            checkpoint = RUNS[name] / f"checkpoints/step-{step:08d}"
            for part in ["generator", "discriminator"] if name == "ring" else ["model"]:
                prefix = f"{part}." if name == "ring" else ""
                whole = safetensors.numpy.load_file(checkpoint / f"{part}.safetensors")
                self.assertTrue(whole)
                for key, values in whole.items():
                    numpy.testing.assert_array_equal(safe.pop(prefix + key), values)
            self.assertFalse(safe)

    def test_averaged_weights(self):
        file = FOLDER / "averaged.npz"
        tandem("export", "npz", RUNS["ring"], "--averaged", "--network", "generator", "-o", file)
        expected = safetensors.numpy.load_file(
            RUNS["ring"] / "checkpoints/step-00000060/average.safetensors"
        )
        with numpy.load(file) as archive:
            self.assertEqual(sorted(archive.files), sorted(expected))
            for key, values in expected.items():
                numpy.testing.assert_array_equal(archive[key], values)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    os.environ.setdefault("OMP_NUM_THREADS", "2")
    with tempfile.TemporaryDirectory(prefix="tandem-interop-") as folder:
        FOLDER = pathlib.Path(folder).resolve()
        unittest.main(verbosity=2)
