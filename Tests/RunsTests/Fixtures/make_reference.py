"""Writes reference.safetensors with the reference package (safetensors, torch from PyPI).

Run beside the file it writes: python make_reference.py
"""

import torch
from safetensors.torch import save_file

tensors = {
    "lstm.weight_ih_l0": torch.arange(6, dtype=torch.float32).reshape(2, 3) / 4 - 0.5,
    "0.bias": torch.tensor([1.5, -2.25], dtype=torch.float32),
    "scalar": torch.tensor(3.141592653589793, dtype=torch.float64),
    "step": torch.tensor([1000], dtype=torch.int64),
    "counter": torch.tensor([2**64 - 1, 1], dtype=torch.uint64),
    "index": torch.tensor([-1, 2**31 - 1, 7], dtype=torch.int32),
    "half": torch.tensor([[1.0, -0.5, 3.140625]], dtype=torch.bfloat16),
    "pixels": torch.tensor([0, 127, 255], dtype=torch.uint8),
    "empty": torch.zeros((0, 4), dtype=torch.float32),
    'quote"ü\\': torch.tensor([9.0], dtype=torch.float32),
}
save_file(tensors, "reference.safetensors", metadata={"format": "pt"})
