"""Collects reference cases and writes them as safetensors with a JSON list beside."""

import json
import pathlib

import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).resolve().parent


class Collection:
    """The cases of one file.

    A case's tensors are named `op/case/tensor`. Floating-point tensors are float64, indices
    int32. Images are [N, H, W, C]; weights have PyTorch's layouts.
    """

    def __init__(self, name, seed):
        self.name = name
        self.cases = []
        self.tensors = {}
        self.random = torch.Generator().manual_seed(seed)

    def normal(self, *shape):
        return torch.randn(*shape, generator=self.random, dtype=torch.float64)

    def uniform(self, *shape, low=0.0, high=1.0):
        values = torch.rand(*shape, generator=self.random, dtype=torch.float64)
        return low + (high - low) * values

    def integers(self, *shape, below):
        return torch.randint(below, shape, generator=self.random)

    def store(self, op, case, parameters, tensors):
        """Adds a case whose tensors are at hand."""
        if any(row["op"] == op and row["case"] == case for row in self.cases):
            raise ValueError(f"{op}/{case} is there already")
        self.cases.append(
            {"op": op, "case": case, "parameters": parameters, "tensors": list(tensors)}
        )
        for name, tensor in tensors.items():
            tensor = tensor.detach()
            if not tensor.is_floating_point():
                tensor = tensor.to(torch.int32)
            self.tensors[f"{op}/{case}/{name}"] = tensor.contiguous().clone()

    def add(self, op, case, function, inputs, parameters=None, extra=None):
        """Adds `function(*inputs, *extra)` with the gradients of its floating-point inputs.

        `extra` holds further inputs that carry no gradient (running statistics, targets); they
        are stored as they are before the call. `function` may return a tuple of the output and
        a dictionary of further results.
        """
        extra = extra or {}
        leaves = {
            name: value.clone().requires_grad_(value.is_floating_point())
            for name, value in inputs.items()
        }
        before = {name: value.clone() for name, value in (inputs | extra).items()}
        output = function(*leaves.values(), *extra.values())
        output, more = output if isinstance(output, tuple) else (output, {})
        upstream = self.normal(*output.shape) if output.dim() else self.normal(1)[0]
        wanted = {name: leaf for name, leaf in leaves.items() if leaf.requires_grad}
        gradients = torch.autograd.grad(output, list(wanted.values()), upstream)
        results = {"upstream": upstream, "output": output} | more
        results |= {f"grad_{name}": value for name, value in zip(wanted, gradients)}
        self.store(op, case, parameters or {}, before | results)

    def write(self):
        path = HERE / f"{self.name}.safetensors"
        save_file(self.tensors, path)
        path.chmod(0o644)
        description = {"torch": torch.__version__.split("+")[0], "cases": self.cases}
        lines = ",\n    ".join(json.dumps(case) for case in description["cases"])
        (HERE / f"{self.name}.json").write_text(
            f'{{\n  "torch": "{description["torch"]}",\n  "cases": [\n    {lines}\n  ]\n}}\n'
        )


def channels_first(image):
    """[N, H, W, C] to PyTorch's [N, C, H, W]."""
    return image.permute(0, 3, 1, 2)


def channels_last(image):
    """[N, C, H, W] to our [N, H, W, C]."""
    return image.permute(0, 2, 3, 1)


def on_images(function):
    """`function` of images in PyTorch's layout as one of images in ours."""
    return lambda x, *rest: channels_last(function(channels_first(x), *rest))
