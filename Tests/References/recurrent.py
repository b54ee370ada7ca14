"""Recurrent layers over padded and unpadded sequences, with initial and final states."""

import torch
from torch import nn
from torch.nn import functional as F
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
    cases.add(op, case, run, inputs, parameters, extra)


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
    for case in ("one-layer", "two-layers-bidirectional"):
        more = variants[case]
        for lengths in (None, [3, 5, 1]):
            module = nn.LSTM(INPUTS, SIZE, proj_size=2, **more).double()
            parameters = {
                "inputs": INPUTS,
                "size": SIZE,
                "projection": 2,
                "layers": more.get("num_layers", 1),
                "bidirectional": more.get("bidirectional", False),
            }
            name = case if lengths is None else f"{case}-lengths"
            add(cases, "projected", module, name, ["h0", "c0"], parameters, lengths)
    layer_norm_lstm(cases)
    attention(cases)
    cases.write()


def layer_norm_lstm(cases):
    """Ba, Kiros and Hinton, Layer normalization, 2016, equations 20 to 22."""
    sizes = {"i": 4 * SIZE, "h": 4 * SIZE, "c": SIZE}
    inputs = {
        "x": cases.normal(STEPS, BATCH, INPUTS),
        "h0": cases.normal(1, BATCH, SIZE),
        "c0": cases.normal(1, BATCH, SIZE),
        "weight_ih_l0": cases.normal(4 * SIZE, INPUTS),
        "weight_hh_l0": cases.normal(4 * SIZE, SIZE),
    }
    for norm, size in sizes.items():
        inputs[f"layernorm_{norm}_l0.weight"] = 1 + 0.3 * cases.normal(size)
        inputs[f"layernorm_{norm}_l0.bias"] = 0.3 * cases.normal(size)

    def run(x, h, c, weight_ih, weight_hh, *norms):
        def norm(value, index):
            return F.layer_norm(value, value.shape[-1:], *norms[2 * index : 2 * index + 2])

        h, c, outputs = h[0], c[0], []
        for row in x:
            gates = norm(row @ weight_ih.T, 0) + norm(h @ weight_hh.T, 1)
            i, f, g, o = gates.chunk(4, -1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * norm(c, 2).tanh()
            outputs.append(h)
        return torch.cat([part.flatten() for part in (*outputs, h, c)])

    cases.add("layerNorm", "one-layer", run, inputs, {"inputs": INPUTS, "size": SIZE})


def attention(cases):
    """Queries [N, B, Q] over a memory [S, B, K] with lengths: contexts and weights, flat."""
    lengths = torch.tensor([3, 5, 1])
    mask = (torch.arange(STEPS) < lengths[:, None])[:, None]

    def result(scores, memory):
        weights = scores.masked_fill(~mask, -torch.inf).softmax(-1)
        context = weights @ memory.transpose(0, 1)
        return torch.cat([part.transpose(0, 1).flatten() for part in (context, weights)])

    def additive(queries, memory, query_weight, key_weight, score_weight):
        queries = queries.transpose(0, 1) @ query_weight.T
        keys = memory.transpose(0, 1) @ key_weight.T
        hidden = (queries[:, :, None] + keys[:, None]).tanh()
        return result((hidden * score_weight).sum(-1), memory)

    inputs = {"queries": cases.normal(2, BATCH, 2), "memory": cases.normal(STEPS, BATCH, INPUTS)}
    weights = {
        "query_weight": cases.normal(SIZE, 2),
        "key_weight": cases.normal(SIZE, INPUTS),
        "score_weight": cases.normal(SIZE),
    }
    extra = {"lengths": lengths}
    cases.add(
        "additiveAttention",
        "lengths",
        lambda *tensors: additive(*tensors[:5]),
        inputs | weights,
        extra=extra,
    )

    def general(queries, memory, weight):
        return result(queries.transpose(0, 1) @ weight @ memory.permute(1, 2, 0), memory)

    cases.add(
        "dotAttention",
        "general",
        lambda *tensors: general(*tensors[:3]),
        inputs | {"weight": cases.normal(2, INPUTS)},
        {"scaled": False},
        extra,
    )

    def scaled(queries, memory):
        queries, memory = queries.transpose(0, 1), memory.transpose(0, 1)
        context = F.scaled_dot_product_attention(queries, memory, memory, attn_mask=mask)
        values = torch.eye(STEPS, dtype=torch.float64).expand(BATCH, STEPS, STEPS)
        weights = F.scaled_dot_product_attention(queries, memory, values, attn_mask=mask)
        return torch.cat([part.transpose(0, 1).flatten() for part in (context, weights)])

    same = {"queries": cases.normal(2, BATCH, INPUTS), "memory": inputs["memory"]}
    cases.add(
        "dotAttention",
        "scaled",
        lambda *tensors: scaled(*tensors[:2]),
        same,
        {"scaled": True},
        extra,
    )


if __name__ == "__main__":
    recurrent()
