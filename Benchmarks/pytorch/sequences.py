"""Recurrent networks: language models over characters and words, and classifiers of sequences.

A step is a whole one: gradients set to none, the forward pass over a window of tokens from the
state that the last window left (detached), mean cross-entropy, the backward pass, clipping by the
global norm, Adam. A classifier starts from a zero state and reads its class off the last hidden
state. Everything is time-major, [steps, batch, features], as `nn.LSTM` likes it best.

Tokens, features and labels are drawn once from a fixed seed, since loading is not the matter; a
step takes the next window of a ring of them.
"""

import contextlib
import dataclasses

import torch
from torch import nn
from torch.nn import functional as F

import measure

WINDOWS = 8
LEARNING_RATE = 1e-3
MAXIMUM_NORM = 5.0
CLASSES = 10


@dataclasses.dataclass
class LanguageModel:
    """Embedding, layers of LSTM, a linear output over the vocabulary."""

    vocabulary: int
    embedding: int
    hidden: int
    batch: int
    steps: int
    layers: int = 2


@dataclasses.dataclass
class Classifier:
    """One recurrent layer of 128 over sequences of 64 features, ten classes."""

    cell: type
    inputs: int = 64
    hidden: int = 128
    batch: int = 64
    steps: int = 200


CASES = {
    "charlm-2x128": LanguageModel(65, 128, 128, batch=50, steps=50),
    "charlm-2x512": LanguageModel(65, 128, 512, batch=64, steps=128),
    "wordlm-2x200": LanguageModel(10_000, 200, 200, batch=20, steps=20),
    "wordlm-2x650": LanguageModel(10_000, 650, 650, batch=20, steps=35),
    "rnn-128": Classifier(nn.RNN),
    "gru-128": Classifier(nn.GRU),
    "lstm-128": Classifier(nn.LSTM),
}

# PyTorch calls oneDNN for an LSTM over a whole sequence; `native` switches that off, and its own
# cells run step by step, as RNN and GRU always do. `compile` breaks its graph around the recurrent
# network, which then runs as in eager mode; `compile_traced` traces into it (`allow_rnn`), and
# `compile_cells` is given the steps written out, whose gates it fuses: both unroll all steps and
# take minutes to compile.
VARIANTS = ("eager", "eager_native", "compile", "compile_traced", "compile_cells")


class Model(nn.Module):
    """Either kind of network, as a function of inputs, targets and state."""

    def __init__(self, case, recurrent):
        super().__init__()
        self.is_language_model = isinstance(case, LanguageModel)
        if self.is_language_model:
            self.embedding = nn.Embedding(case.vocabulary, case.embedding)
        self.recurrent = recurrent
        self.output = nn.Linear(
            case.hidden, case.vocabulary if self.is_language_model else CLASSES
        )

    def forward(self, inputs, targets, state):
        features = self.embedding(inputs) if self.is_language_model else inputs
        hidden, state = self.recurrent(features, state)
        if self.is_language_model:
            hidden = hidden.flatten(0, 1)
        else:
            hidden = hidden[-1]
        return F.cross_entropy(self.output(hidden), targets.flatten()), state


class Cells(nn.Module):
    """What `nn.RNN`, `nn.GRU` or `nn.LSTM` computes, a step at a time in plain operations.

    The products with the inputs of all steps are one. The parameters are those of `network`,
    which has one direction and biases.
    """

    def __init__(self, network):
        super().__init__()
        self.network = network
        self.cell = {nn.RNN: self.rnn, nn.GRU: self.gru, nn.LSTM: self.lstm}[type(network)]

    def forward(self, inputs, state):
        network = self.network
        is_lstm = isinstance(network, nn.LSTM)
        finals = []
        for layer in range(network.num_layers):
            weight, recurrent, bias, recurrent_bias = network.all_weights[layer]
            if state is None:
                zero = inputs.new_zeros(inputs.shape[1], network.hidden_size)
                last = (zero, zero) if is_lstm else (zero,)
            else:
                last = tuple(part[layer] for part in state) if is_lstm else (state[layer],)
            transposed = recurrent.t()
            outputs = []
            for projected in F.linear(inputs, weight, bias).unbind(0):
                product = torch.addmm(recurrent_bias, last[0], transposed)
                last = self.cell(projected, product, *last)
                outputs.append(last[0])
            inputs = torch.stack(outputs)
            finals.append(last)
        state = tuple(torch.stack(part) for part in zip(*finals))
        return inputs, state if is_lstm else state[0]

    @staticmethod
    def rnn(projected, product, h):
        return (torch.tanh(projected + product),)

    @staticmethod
    def gru(projected, product, h):
        input_r, input_z, input_n = projected.chunk(3, 1)
        state_r, state_z, state_n = product.chunk(3, 1)
        reset, update = torch.sigmoid(input_r + state_r), torch.sigmoid(input_z + state_z)
        new = torch.tanh(input_n + reset * state_n)
        return (new + update * (h - new),)

    @staticmethod
    def lstm(projected, product, h, c):
        i, f, g, o = (projected + product).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


def recurrent(case):
    if isinstance(case, LanguageModel):
        return nn.LSTM(case.embedding, case.hidden, case.layers)
    return case.cell(case.inputs, case.hidden)


def data(case):
    """Inputs [steps, batch(, features)] and targets of each window."""
    generator = torch.Generator().manual_seed(1)
    if isinstance(case, LanguageModel):
        stream = torch.randint(
            case.vocabulary, (WINDOWS * case.steps + 1, case.batch), generator=generator
        )
        starts = range(0, WINDOWS * case.steps, case.steps)
        return [
            (stream[at : at + case.steps], stream[at + 1 : at + 1 + case.steps].contiguous())
            for at in starts
        ]
    shape = (case.steps, case.batch, case.inputs)
    return [
        (
            torch.randn(shape, generator=generator),
            torch.randint(CLASSES, (case.batch,), generator=generator),
        )
        for _ in range(WINDOWS)
    ]


def without_onednn():
    # With the second argument left out, PyTorch warns about GPUs of Intel's.
    return torch.backends.mkldnn.flags(enabled=False, allow_tf32=None)


def training_step(case, variant):
    """The step as a callable without arguments that returns the loss."""
    model = Model(case, recurrent(case))
    if variant == "compile_cells":
        model.recurrent = Cells(model.recurrent)
    if variant == "compile_traced":
        torch._dynamo.config.allow_rnn = True
    forward = torch.compile(model) if variant.startswith("compile") else model
    parameters = list(model.parameters())
    optimizer = torch.optim.Adam(parameters, lr=LEARNING_RATE, fused=True)
    windows = data(case)
    carries = isinstance(case, LanguageModel)
    # A state from the first step on: without one, the compiler would make a second graph.
    layers = case.layers if carries else 1
    zero = torch.zeros(layers, case.batch, case.hidden)
    is_lstm = carries or case.cell is nn.LSTM
    start = (zero, zero.clone()) if is_lstm else zero
    native = variant.endswith("native")
    state, count = start, 0

    def step():
        nonlocal state, count
        inputs, targets = windows[count % WINDOWS]
        count += 1
        optimizer.zero_grad(set_to_none=True)
        with without_onednn() if native else contextlib.nullcontext():
            loss, last = forward(inputs, targets, state)
            loss.backward()
        if carries:
            state = tuple(part.detach() for part in last)
        nn.utils.clip_grad_norm_(parameters, MAXIMUM_NORM, foreach=True)
        optimizer.step()
        return loss

    return step


def main():
    chosen = measure.options(
        "Times training steps of recurrent networks.",
        VARIANTS,
        case={"choices": sorted(CASES), "default": "charlm-2x128"},
    )
    measure.run(chosen.case, chosen, training_step(CASES[chosen.case], chosen.variant))


if __name__ == "__main__":
    main()
