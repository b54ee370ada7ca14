"""A word language model trained from the first step to the last: TensorFlow's small PTB model.

The configuration of `tutorials/rnn/ptb/ptb_word_lm.py --model=small` (Zaremba and others, 2014).
What a program that shall give the same perplexities has to repeat:

Text
  - A folder holds train, valid and test files (`train.txt` or `ptb.train.txt`, and so on), or a
    single file is split by its lines: of n lines the first floor(n * 0.8) are for training, those
    up to floor(n * 0.9) for validation, the others for the test (`--fractions 0.8,0.1,0.1`).
  - Read as UTF-8. A line ends at "\\n"; a last line without one counts, nothing behind a last "\\n"
    does. A line's tokens are its parts between runs of white space (Unicode's, and "\\r"), then one
    `<eos>`: an empty line is `<eos>` alone. Letters' case and punctuation stay as they are.
Vocabulary
  - The 10,000 most frequent tokens of the training part, `<eos>` among them, by falling count and
    at equal counts by code points, ascending; a token's number is its place in that order. Where
    `<unk>` is not among them it comes last: behind them if they are fewer than 10,000, else in the
    place of the last one, number 9,999. Every other token, in all three parts, is `<unk>`.
Batches
  - A part of n tokens is cut into 20 rows of floor(n / 20) tokens, one after another; the rest is
    left out. Window i holds the columns 20 i to 20 i + 19 of each row as inputs and those one
    further as targets; there are floor((floor(n / 20) - 1) / 20) windows, in this order.
  - The test part is read with a batch of 1 and windows of 1 step, as there: it counts every token
    but the first. The valid part is read with batches and windows as in training.
Model
  - Embedding 10,000 x 200; two layers of LSTM with 200 units; a linear output 200 -> 10,000 with
    bias. Gates i, f, g, o: c' = sigmoid(f) c + sigmoid(i) tanh(g), h' = sigmoid(o) tanh(c'), without
    a bonus on the forget gate (forget bias 0.0). No dropout.
  - Weights (embedding, both matrices of each layer, output, and the output's bias) are uniform
    in [-0.1, 0.1). TensorFlow's cell has one bias a gate and starts it at zero, whatever the
    initializer of its scope: so does this one; `nn.LSTM`'s second bias is fixed at zero.
Training
  - Loss of a window: cross-entropy in nats, summed over the 20 steps, averaged over the 20 rows.
    Its gradient is clipped to a global norm of 5 over all parameters: g * 5 / max(norm, 5). The
    embedding's part of the norm is that of its summed gradient (TensorFlow's is taken before the
    occurrences of a token are summed).
  - Plain gradient descent. Epochs count from 0; the rate is 1.0 * 0.5 ^ max(epoch + 1 - 4, 0): 1.0
    in the first four epochs, 0.5 in the fifth. 13 epochs.
  - The state is zero at the start of every epoch and of every evaluation, and carried, detached,
    from one window to the next.
Perplexity
  - exp(sum of the windows' losses / (windows * steps)). That of the training part is what the
    windows had while they were trained on.

Prints one line of JSON an epoch and one for the test at the end.
"""

import argparse
import collections
import json
import math
import pathlib
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

BATCH = 20
STEPS = 20
HIDDEN = 200
LAYERS = 2
EPOCHS = 13
FULL_RATE_EPOCHS = 4
DECAY = 0.5
RATE = 1.0
MAXIMUM_NORM = 5.0
INITIAL = 0.1
VOCABULARY = 10_000
EOS, UNKNOWN = "<eos>", "<unk>"
PARTS = ("train", "valid", "test")


def lines(path):
    text = path.read_text(encoding="utf-8")
    parts = text.split("\n")
    return parts[:-1] if parts[-1] == "" else parts


def tokens(text_lines):
    return [token for line in text_lines for token in [*line.split(), EOS]]


def read_parts(path, fractions):
    """The tokens of the three parts of a folder or of a file."""
    if path.is_dir():
        found = []
        for part in PARTS:
            names = [path / f"{part}.txt", path / f"ptb.{part}.txt"]
            file = next((name for name in names if name.exists()), None)
            if file is None:
                sys.exit(f"wordlm_twin: {path}: no {part}.txt or ptb.{part}.txt")
            found.append(tokens(lines(file)))
        return found
    everything = lines(path)
    first = math.floor(len(everything) * fractions[0])
    second = math.floor(len(everything) * (fractions[0] + fractions[1]))
    split = (everything[:first], everything[first:second], everything[second:])
    return [tokens(part) for part in split]


def vocabulary(train, size):
    """Numbers by token: the most frequent tokens of the training part."""
    counts = collections.Counter(train)
    ordered = sorted(counts, key=lambda token: (-counts[token], token))
    kept = ordered[:size]
    if UNKNOWN not in kept:
        kept = kept[: size - 1] + [UNKNOWN]
    return {token: number for number, token in enumerate(kept)}


def encode(part, numbers):
    unknown = numbers[UNKNOWN]
    return torch.tensor([numbers.get(token, unknown) for token in part])


def windows(stream, batch, steps):
    """Pairs of inputs and targets, [steps, batch] each."""
    length = len(stream) // batch
    count = (length - 1) // steps
    if count < 1:
        sys.exit(f"wordlm_twin: {len(stream)} tokens are too few for batch {batch}, {steps} steps")
    columns = stream[: length * batch].view(batch, length).t().contiguous()
    return [
        (columns[at : at + steps], columns[at + 1 : at + steps + 1])
        for at in range(0, count * steps, steps)
    ]


class Model(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.embedding = nn.Embedding(size, HIDDEN)
        self.lstm = nn.LSTM(HIDDEN, HIDDEN, LAYERS)
        self.output = nn.Linear(HIDDEN, size)
        for name, parameter in self.named_parameters():
            if name.startswith("lstm.bias"):
                nn.init.zeros_(parameter)
                parameter.requires_grad_("_ih_" in name)
            else:
                nn.init.uniform_(parameter, -INITIAL, INITIAL)

    def forward(self, inputs, targets, state):
        """The summed cross-entropy over all steps, averaged over the batch, and the new state."""
        hidden, state = self.lstm(self.embedding(inputs), state)
        logits = self.output(hidden.flatten(0, 1))
        loss = F.cross_entropy(logits, targets.flatten(), reduction="sum")
        return loss / inputs.shape[1], state

    def zero_state(self, batch):
        return tuple(torch.zeros(LAYERS, batch, HIDDEN) for _ in range(2))


def train_epoch(model, pairs, rate):
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.SGD(parameters, lr=rate, foreach=True)
    state = model.zero_state(BATCH)
    total = 0.0
    for inputs, targets in pairs:
        optimizer.zero_grad(set_to_none=True)
        loss, state = model(inputs, targets, state)
        loss.backward()
        # Not clip_grad_norm_, which divides by norm + 1e-6.
        gradients = [parameter.grad for parameter in parameters]
        norm = torch.nn.utils.get_total_norm(gradients, foreach=True)
        torch._foreach_mul_(gradients, MAXIMUM_NORM / norm.clamp(min=MAXIMUM_NORM))
        optimizer.step()
        state = tuple(part.detach() for part in state)
        total += loss.item()
    return math.exp(total / (len(pairs) * STEPS))


@torch.no_grad()
def evaluate(model, stream, batch, steps):
    """The perplexity of a part. With a batch of 1 the window's length does not change it, so long
    windows are taken, and the rest in a last one."""
    state = model.zero_state(batch)
    total, count = 0.0, 0
    if batch == 1 and steps == 1:
        column = stream.view(-1, 1)
        pairs = [
            (column[at : at + 1000][: len(column) - 1 - at], column[at + 1 : at + 1001])
            for at in range(0, len(column) - 1, 1000)
        ]
    else:
        pairs = windows(stream, batch, steps)
    for inputs, targets in pairs:
        loss, state = model(inputs, targets, state)
        total += loss.item()
        count += len(inputs)
    return math.exp(total / count)


def options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", type=pathlib.Path, help="a folder of three files, or one file")
    parser.add_argument("--fractions", default="0.8,0.1,0.1", help="of one file's lines")
    parser.add_argument("--vocabulary", type=int, default=VOCABULARY)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args()
    try:
        chosen.fractions = [float(part) for part in chosen.fractions.split(",")]
    except ValueError:
        parser.error("--fractions takes three numbers, such as 0.8,0.1,0.1")
    if len(chosen.fractions) != 3 or abs(sum(chosen.fractions) - 1) > 1e-9:
        parser.error("--fractions takes three numbers whose sum is 1")
    return chosen


def main():
    chosen = options()
    torch.set_num_threads(chosen.threads)
    torch.manual_seed(chosen.seed)
    parts = read_parts(chosen.text, chosen.fractions)
    numbers = vocabulary(parts[0], chosen.vocabulary)
    train, valid, test = (encode(part, numbers) for part in parts)
    pairs = windows(train, BATCH, STEPS)
    facts = {
        "tokens": {name: len(part) for name, part in zip(PARTS, parts)},
        "vocabulary": len(numbers),
        "windows": len(pairs),
        "seed": chosen.seed,
        "torch": torch.__version__,
    }
    print(json.dumps(facts), flush=True)
    model = Model(len(numbers))
    for epoch in range(chosen.epochs):
        rate = RATE * DECAY ** max(epoch + 1 - FULL_RATE_EPOCHS, 0)
        start = time.perf_counter()
        perplexity = train_epoch(model, pairs, rate)
        row = {
            "epoch": epoch + 1,
            "rate": rate,
            "train": perplexity,
            "valid": evaluate(model, valid, BATCH, STEPS),
            "seconds": time.perf_counter() - start,
        }
        print(json.dumps(row), flush=True)
    print(json.dumps({"test": evaluate(model, test, 1, 1)}), flush=True)


if __name__ == "__main__":
    main()
