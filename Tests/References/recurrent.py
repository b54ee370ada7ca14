"""Recurrent layers over padded and unpadded sequences, with initial and final states."""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from collection import Collection

STEPS, BATCH, INPUTS, SIZE = 5, 3, 4, 3


def add(cases, op, module, case, states, parameters, lengths=None):
    """Stores the outputs and the final states, flat and one after the other, so that the upstream
    gradient enters at all of them."""
    names = module._flat_weights_names
    size = module.proj_size or SIZE
    rows = module.num_layers * (2 if module.bidirectional else 1)
    widths = {"h0": size, "c0": SIZE}
    inputs = {"x": cases.normal(STEPS, BATCH, INPUTS)}
    inputs |= {state: cases.normal(rows, BATCH, widths[state]) for state in states}
    inputs |= {name: 0.5 * cases.normal(*getattr(module, name).shape) for name in names}

    def run(x, *rest):
        module._flat_weights = list(rest[len(states) : len(states) + len(names)])
        if lengths is not None:
            x = pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)
        state = rest[: len(states)]
        output, final = module(x, state if len(states) == 2 else state[0])
        if lengths is not None:
            output, _ = pad_packed_sequence(output, total_length=STEPS)
        final = final if len(states) == 2 else (final,)
        return torch.cat([part.flatten() for part in (output, *final)])

    extra = {} if lengths is None else {"lengths": torch.tensor(lengths)}
    cases.add(op, case, lambda *tensors: run(*tensors), inputs, parameters, extra)


def recurrent():
    cases = Collection("recurrent", seed=51)
    kinds = {
        "tanh": (nn.RNN, {}, ["h0"]),
        "relu": (nn.RNN, {"nonlinearity": "relu"}, ["h0"]),
        "gru": (nn.GRU, {}, ["h0"]),
        "lstm": (nn.LSTM, {}, ["h0", "c0"]),
    }
    variants = {
        "one-layer": {},
        "no-bias": {"bias": False},
        "two-layers": {"num_layers": 2},
        "bidirectional": {"bidirectional": True},
        "two-layers-bidirectional": {"num_layers": 2, "bidirectional": True},
    }
    for op, (kind, settings, states) in kinds.items():
        for case, more in variants.items():
            for lengths in (None, [3, 5, 1]):
                module = kind(INPUTS, SIZE, **settings, **more).double()
                parameters = {
                    "inputs": INPUTS,
                    "size": SIZE,
                    "layers": more.get("num_layers", 1),
                    "bidirectional": more.get("bidirectional", False),
                    "bias": more.get("bias", True),
                }
                name = case if lengths is None else f"{case}-lengths"
                add(cases, op, module, name, states, parameters, lengths)
    cases.write()


if __name__ == "__main__":
    recurrent()
