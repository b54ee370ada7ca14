"""Element-wise functions, reductions, products of matrices and the moving of elements."""

import torch
from torch.nn import functional as F

from collection import Collection


def unary():
    cases = Collection("unary", seed=1)
    anywhere = {
        "abs": torch.abs,
        "cos": torch.cos,
        "erf": torch.erf,
        "exp": torch.exp,
        "gelu": F.gelu,
        "leakyRelu": lambda x: F.leaky_relu(x, 0.2),
        "negate": torch.neg,
        "relu": F.relu,
        "sigmoid": torch.sigmoid,
        "silu": F.silu,
        "sin": torch.sin,
        "softplus": lambda x: F.softplus(x, threshold=1e9),
        "square": torch.square,
        "tanh": torch.tanh,
    }
    positive = {
        "log": torch.log,
        "reciprocal": torch.reciprocal,
        "rsqrt": torch.rsqrt,
        "sqrt": torch.sqrt,
    }
    slope = {"leakyRelu": {"slope": 0.2}}
    for op, function in anywhere.items():
        cases.add(op, "normal", function, {"x": 1.5 * cases.normal(3, 37)}, slope.get(op))
    for op, function in positive.items():
        cases.add(op, "positive", function, {"x": cases.uniform(3, 37, low=0.1, high=4)})
    far = torch.tensor([-90.0, -50.0, -20.0, -5.0, 5.0, 20.0, 50.0, 90.0], dtype=torch.float64)
    for op in ("sigmoid", "tanh", "softplus", "gelu", "silu", "erf", "leakyRelu"):
        cases.add(op, "far", anywhere[op], {"x": far}, slope.get(op))
    cases.write()


def binary():
    cases = Collection("binary", seed=2)
    functions = {
        "add": torch.add,
        "subtract": torch.sub,
        "multiply": torch.mul,
        "divide": torch.div,
        "maximum": torch.maximum,
        "minimum": torch.minimum,
        "power": torch.pow,
    }
    shapes = {
        "same": ((3, 5), (3, 5)),
        "row": ((3, 5), (5,)),
        "column": ((3, 5), (3, 1)),
        "outer": ((4, 1), (1, 3)),
        "scalar": ((2, 3), ()),
        "scalar-left": ((), (2, 3)),
        "channels": ((2, 3, 3, 4), (4,)),
        "middle": ((2, 1, 3, 4), (2, 5, 1, 4)),
    }
    for op, function in functions.items():
        for case, (left, right) in shapes.items():
            a, b = cases.normal(*left, 1)[..., 0], cases.normal(*right, 1)[..., 0]
            if op == "power":
                a = a.abs() + 0.2
            if op == "divide":
                b = b.sign() * (b.abs() + 0.2)
            cases.add(op, case, function, {"a": a, "b": b})
    cases.write()


def reductions():
    cases = Collection("reductions", seed=3)
    functions = {
        "sum": lambda x, axes, keep: x.sum(axes, keepdim=keep),
        "mean": lambda x, axes, keep: x.mean(axes, keepdim=keep),
        "max": lambda x, axes, keep: x.amax(axes, keepdim=keep),
        "logSumExp": lambda x, axes, keep: x.logsumexp(axes, keepdim=keep),
        "variance": lambda x, axes, keep: x.var(axes, correction=0, keepdim=keep),
    }
    arrangements = {
        "last": ((3, 7), (1,)),
        "first": ((3, 7), (0,)),
        "all": ((3, 7), (0, 1)),
        "vector": ((11,), (0,)),
        "batch-space": ((2, 3, 4, 5), (0, 1, 2)),
        "space": ((2, 3, 4, 5), (1, 2)),
        "middle": ((2, 5, 3), (1,)),
        "apart": ((2, 3, 4, 5), (0, 2)),
    }
    for op, function in functions.items():
        for case, (shape, axes) in arrangements.items():
            for keep in (False, True):
                cases.add(
                    op,
                    f"{case}-keep" if keep else case,
                    lambda x: function(x, axes, keep),
                    {"x": cases.normal(*shape)},
                    {"axes": list(axes), "keepAxes": keep},
                )
    for case, axis in (("last", 1), ("first", 0)):
        for op, function in (("softmax", F.softmax), ("logSoftmax", F.log_softmax)):
            cases.add(
                op, case, lambda x: function(x, axis), {"x": 2 * cases.normal(5, 7)}, {"axis": axis}
            )
    x = cases.normal(2, 3, 4)
    cases.add("softmax", "middle", lambda x: F.softmax(x, 1), {"x": x}, {"axis": 1})
    cases.add("logSoftmax", "middle", lambda x: F.log_softmax(x, 1), {"x": x}, {"axis": 1})
    cases.write()


def linear(x, weight, bias=None):
    return F.linear(x, weight, bias)


def matrices():
    cases = Collection("matrices", seed=4)
    batches = {
        "plain": ((), ()),
        "batch": ((3,), (3,)),
        "batch2": ((2, 3), (2, 3)),
        "shared-right": ((3,), ()),
        "broadcast": ((2, 1), (3,)),
    }
    for case, (left, right) in batches.items():
        for transpose_a in (False, True):
            for transpose_b in (False, True):
                a = cases.normal(*left, *((5, 4) if transpose_a else (4, 5)))
                b = cases.normal(*right, *((6, 5) if transpose_b else (5, 6)))

                def product(a, b):
                    return (a.mT if transpose_a else a) @ (b.mT if transpose_b else b)

                letters = ("t" if transpose_a else "n") + ("t" if transpose_b else "n")
                parameters = {"transposeA": transpose_a, "transposeB": transpose_b}
                cases.add("matmul", f"{case}-{letters}", product, {"a": a, "b": b}, parameters)
    for case, shape in (("batch", (7, 5)), ("sequence", (2, 3, 5))):
        inputs = {"x": cases.normal(*shape), "weight": cases.normal(4, 5)}
        cases.add("linear", f"{case}-no-bias", linear, inputs)
        cases.add("linear", case, linear, inputs | {"bias": cases.normal(4)})
    cases.write()


def movement():
    cases = Collection("movement", seed=5)
    table = cases.normal(6, 4)
    for case, shape in (("vector", (5,)), ("matrix", (3, 4))):
        indices = cases.integers(*shape, below=6)
        cases.add(
            "embedding",
            case,
            lambda weight, indices: F.embedding(indices, weight),
            {"weight": table},
            extra={"indices": indices},
        )
    for axis in (0, 1, 2):
        x = cases.normal(3, 4, 5)
        indices = torch.tensor([2, 0, 2, 1])
        cases.add(
            "gather",
            f"axis{axis}",
            lambda x, indices: x.index_select(axis, indices),
            {"x": x},
            {"axis": axis},
            {"indices": indices},
        )
        shape = [3, 4, 5]
        shape[axis] = 4
        cases.add(
            "scatterAdd",
            f"axis{axis}",
            lambda x, source, indices: x.index_add(axis, indices, source),
            {"x": x, "source": cases.normal(*shape)},
            {"axis": axis},
            {"indices": indices},
        )
    pads = {
        "last": ((3, 4), [[0, 0], [1, 2]]),
        "both": ((3, 4), [[2, 0], [0, 1]]),
        "image": ((2, 3, 3, 2), [[0, 0], [1, 1], [2, 0], [0, 0]]),
    }
    for case, (shape, amounts) in pads.items():
        flat = [amount for pair in reversed(amounts) for amount in pair]
        for value in (0.0, -1.5):
            cases.add(
                "pad",
                case if value == 0 else f"{case}-value",
                lambda x: F.pad(x, flat, value=value),
                {"x": cases.normal(*shape)},
                {
                    "before": [pair[0] for pair in amounts],
                    "after": [pair[1] for pair in amounts],
                    "value": value,
                },
            )
    for axis in (0, 1):
        cases.add(
            "concatenate",
            f"axis{axis}",
            lambda a, b: torch.cat((a, b), axis),
            {"a": cases.normal(3, 4), "b": cases.normal(*((2, 4) if axis == 0 else (3, 2)))},
            {"axis": axis},
        )
    for axis in (0, 1, 2):
        cases.add(
            "stack",
            f"axis{axis}",
            lambda a, b: torch.stack((a, b), axis),
            {"a": cases.normal(3, 4), "b": cases.normal(3, 4)},
            {"axis": axis},
        )
    cases.add(
        "slice",
        "middle",
        lambda x: x[1:3, :, 2:5],
        {"x": cases.normal(4, 3, 6)},
        {"start": [1, 0, 2], "end": [3, 3, 5]},
    )
    cases.add(
        "transpose",
        "permutation",
        lambda x: x.permute(2, 0, 3, 1),
        {"x": cases.normal(2, 3, 4, 5)},
        {"permutation": [2, 0, 3, 1]},
    )
    for case, units, pieces in (("two", 6, 2), ("five", 3, 5)):
        cases.add(
            "maxout",
            case,
            lambda x: x.unflatten(-1, (units, pieces)).amax(-1),
            {"x": cases.normal(4, units * pieces)},
            {"pieces": pieces},
        )
    cases.write()


if __name__ == "__main__":
    unary()
    binary()
    reductions()
    matrices()
    movement()
