"""Optimizers, clipping and learning-rate schedules, as traces over a few steps."""

import torch

from collection import Collection

STEPS = 8


def optimizers():
    cases = Collection("optimizers", seed=41)
    initial = cases.normal(3, 4)
    centre, stiffness = cases.normal(3, 4), cases.uniform(3, 4, low=0.1, high=3)
    noise = 0.3 * cases.normal(STEPS, 3, 4)

    def trace(op, case, build, parameters):
        """Stores the parameter before, the gradient of each step and the parameter after it."""
        parameter = initial.clone().requires_grad_()
        optimizer = build([parameter])
        gradients, after = [], []
        for step in range(STEPS):
            # A noisy quadratic bowl: signs change on the way, as in training.
            parameter.grad = (stiffness * (parameter - centre) + noise[step]).detach()
            gradients.append(parameter.grad.clone())
            optimizer.step()
            after.append(parameter.detach().clone())
        cases.store(
            op,
            case,
            parameters,
            {"initial": initial, "gradients": torch.stack(gradients), "after": torch.stack(after)},
        )

    for case, settings in (
        ("plain", {}),
        ("weight-decay", {"weight_decay": 0.05}),
        ("momentum", {"momentum": 0.9}),
        ("momentum-weight-decay", {"momentum": 0.9, "weight_decay": 0.05}),
        ("nesterov", {"momentum": 0.9, "nesterov": True}),
        ("nesterov-weight-decay", {"momentum": 0.8, "nesterov": True, "weight_decay": 0.05}),
    ):
        trace(
            "sgd",
            case,
            lambda parameters: torch.optim.SGD(parameters, lr=0.1, **settings),
            {
                "learningRate": 0.1,
                "momentum": settings.get("momentum", 0.0),
                "nesterov": settings.get("nesterov", False),
                "weightDecay": settings.get("weight_decay", 0.0),
            },
        )

    for case, settings in (
        ("plain", {}),
        ("fast-decay", {"alpha": 0.9, "eps": 1e-6}),
        ("weight-decay", {"weight_decay": 0.05}),
        ("momentum", {"momentum": 0.9}),
        ("centered", {"centered": True}),
    ):
        trace(
            "rmsprop",
            case,
            lambda parameters: torch.optim.RMSprop(parameters, lr=0.01, **settings),
            {
                "learningRate": 0.01,
                "decay": settings.get("alpha", 0.99),
                "epsilon": settings.get("eps", 1e-8),
                "momentum": settings.get("momentum", 0.0),
                "centered": settings.get("centered", False),
                "weightDecay": settings.get("weight_decay", 0.0),
            },
        )

    for op, build, decays in (
        ("adam", torch.optim.Adam, (0.0, 0.05)),
        ("adamw", torch.optim.AdamW, (0.0, 0.01, 0.2)),
    ):
        for betas in ((0.9, 0.999), (0.5, 0.999), (0.0, 0.9)):
            for decay in decays:
                trace(
                    op,
                    f"beta{betas[0]}-{betas[1]}-decay{decay}",
                    lambda parameters: build(parameters, lr=0.05, betas=betas, weight_decay=decay),
                    {
                        "learningRate": 0.05,
                        "beta1": betas[0],
                        "beta2": betas[1],
                        "epsilon": 1e-8,
                        "weightDecay": decay,
                    },
                )

    gradients = [2 * cases.normal(3, 4), cases.normal(5)]
    for case, limit in (("clipped", 1.5), ("untouched", 100.0)):
        leaves = [torch.zeros_like(gradient).requires_grad_() for gradient in gradients]
        for leaf, gradient in zip(leaves, gradients):
            leaf.grad = gradient.clone()
        norm = torch.nn.utils.clip_grad_norm_(leaves, limit)
        tensors = {f"gradient{index}": gradient for index, gradient in enumerate(gradients)}
        tensors |= {f"clipped{index}": leaf.grad for index, leaf in enumerate(leaves)}
        cases.store("clipByGlobalNorm", case, {"limit": limit}, tensors | {"norm": norm})
    cases.store(
        "clipByValue",
        "clipped",
        {"limit": 0.7},
        {"gradient0": gradients[0], "clipped0": gradients[0].clamp(-0.7, 0.7)},
    )
    cases.write()


def schedules():
    cases = Collection("schedules", seed=42)
    schedulers = torch.optim.lr_scheduler
    base = 0.2

    def trace(op, case, build, parameters, steps=24, metrics=None):
        """Stores the rates that steps 0, 1, ... use (plateau: metric i precedes rate i + 1)."""
        leaf = torch.zeros(1, dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.SGD([leaf], lr=base)
        schedule = build(optimizer)
        rates = []
        for step in range(steps):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step(*([metrics[step].item()] if metrics is not None else []))
        tensors = {"rates": torch.tensor(rates, dtype=torch.float64)}
        if metrics is not None:
            tensors["metrics"] = metrics
        cases.store(op, case, {"learningRate": base} | parameters, tensors)

    trace(
        "step",
        "every5",
        lambda optimizer: schedulers.StepLR(optimizer, 5, 0.5),
        {"interval": 5, "factor": 0.5},
    )
    trace(
        "exponential",
        "0.9",
        lambda optimizer: schedulers.ExponentialLR(optimizer, 0.9),
        {"factor": 0.9},
    )
    for case, floor in (("to-zero", 0.0), ("to-floor", 0.02)):
        trace(
            "cosine",
            case,
            lambda optimizer: schedulers.CosineAnnealingLR(optimizer, 23, floor),
            {"steps": 23, "minimum": floor},
        )
    for case, start in (("from-tenth", 0.1), ("from-quarter", 0.25)):
        trace(
            "linearWarmUp",
            case,
            lambda optimizer: schedulers.LinearLR(optimizer, start, 1.0, 8),
            {"steps": 8, "startFactor": start},
        )
    falling = torch.cat(
        (
            torch.linspace(2, 1, 6),
            torch.full((9,), 1.0),
            torch.linspace(0.9, 0.85, 5),
            torch.full((12,), 0.85),
        )
    ).double()
    for case, settings in (
        ("patience2", {"factor": 0.5, "patience": 2}),
        ("cooldown", {"factor": 0.1, "patience": 1, "cooldown": 3}),
        ("floor", {"factor": 0.3, "patience": 0, "min_lr": 0.01}),
        ("threshold", {"factor": 0.5, "patience": 1, "threshold": 0.05}),
    ):
        parameters = {
            "factor": settings["factor"],
            "patience": settings["patience"],
            "cooldown": settings.get("cooldown", 0),
            "minimum": settings.get("min_lr", 0.0),
            "threshold": settings.get("threshold", 1e-4),
            "mode": "min",
        }
        trace(
            "reduceOnPlateau",
            case,
            lambda optimizer: schedulers.ReduceLROnPlateau(optimizer, **settings),
            parameters,
            len(falling),
            falling,
        )
    trace(
        "reduceOnPlateau",
        "rising",
        lambda optimizer: schedulers.ReduceLROnPlateau(
            optimizer, mode="max", factor=0.5, patience=2
        ),
        {
            "factor": 0.5,
            "patience": 2,
            "cooldown": 0,
            "minimum": 0.0,
            "threshold": 1e-4,
            "mode": "max",
        },
        len(falling),
        3 - falling,
    )
    cases.write()


if __name__ == "__main__":
    optimizers()
    schedules()
