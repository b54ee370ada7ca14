"""Losses, averaged over all elements (softmax cross-entropy: over rows)."""

import torch
from torch.nn import functional as F

from collection import Collection


def main():
    cases = Collection("losses", seed=31)
    shape = (5, 3)

    for case, targets in (
        ("ones", torch.ones(shape, dtype=torch.float64)),
        ("zeros", torch.zeros(shape, dtype=torch.float64)),
        ("smoothed", torch.full(shape, 0.9, dtype=torch.float64)),
        ("mixed", cases.uniform(*shape)),
    ):
        cases.add(
            "binaryCrossEntropy",
            case,
            F.binary_cross_entropy_with_logits,
            {"logits": 3 * cases.normal(*shape)},
            extra={"targets": targets},
        )
    far = torch.tensor([-200.0, -40.0, 40.0, 200.0], dtype=torch.float64)
    cases.add(
        "binaryCrossEntropy",
        "far",
        F.binary_cross_entropy_with_logits,
        {"logits": far},
        extra={"targets": torch.tensor([1.0, 0.0, 1.0, 0.0], dtype=torch.float64)},
    )

    for case, rows, classes, scale in (("ten", 7, 10, 2), ("two", 4, 2, 2), ("far", 5, 6, 60)):
        cases.add(
            "softmaxCrossEntropy",
            case,
            F.cross_entropy,
            {"logits": scale * cases.normal(rows, classes)},
            extra={"labels": cases.integers(rows, below=classes)},
        )

    regression = {
        "meanSquared": (F.mse_loss, {}),
        "l1": (F.l1_loss, {}),
        "huber": (F.huber_loss, {"delta": 1.0}),
        "huber-delta": (lambda x, y: F.huber_loss(x, y, delta=0.5), {"delta": 0.5}),
    }
    for name, (function, parameters) in regression.items():
        op, _, case = name.partition("-")
        inputs = {"predictions": 1.5 * cases.normal(4, 6), "targets": 1.5 * cases.normal(4, 6)}
        cases.add(op, case or "normal", function, inputs, parameters)

    cases.add(
        "hingeDiscriminator",
        "normal",
        lambda real, fake: F.relu(1 - real).mean() + F.relu(1 + fake).mean(),
        {"real": 1.5 * cases.normal(9), "fake": 1.5 * cases.normal(9)},
    )
    cases.add("hingeGenerator", "normal", lambda fake: -fake.mean(), {"fake": cases.normal(9)})

    # The GAN losses on logits of D, as Goodfellow et al. (2014) define them.
    cases.add(
        "ganDiscriminator",
        "normal",
        lambda real, fake: F.softplus(-real).mean() + F.softplus(fake).mean(),
        {"real": 2 * cases.normal(9), "fake": 2 * cases.normal(9)},
    )
    cases.add(
        "ganGeneratorNonSaturating",
        "normal",
        lambda fake: F.softplus(-fake).mean(),
        {"fake": 2 * cases.normal(9)},
    )
    cases.add(
        "ganGeneratorMinimax",
        "normal",
        lambda fake: F.logsigmoid(-fake).mean(),
        {"fake": 2 * cases.normal(9)},
    )
    cases.write()


if __name__ == "__main__":
    main()
