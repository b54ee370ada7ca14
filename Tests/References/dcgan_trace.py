"""Ten training steps of a narrow DCGAN, in float32 and in float64 from the same numbers.

Generator 16-32-16-8-1 from latents of 16, discriminator 1-8-16-32-1, images 32x32, batch 8.
A step trains the discriminator on a real and a generated batch, which pass it separately, then
the generator through the updated discriminator, on the same generated batch.

    inputs/real [10, 8, 32, 32, 1], inputs/latents [10, 8, 16]    float32
    initial/<network>/<parameter>                                 float32
    <type>/loss_d_real, loss_d_fake, loss_d, loss_g  [10]         binary cross-entropy, mean
    <type>/norm_d, norm_g  [10]                                   global norm of the gradients
    <type>/<network>/<parameter>                                  after step 10

<network> is generator or discriminator, <type> float32 or float64; parameters are named as in
the `nn.Sequential` below and keep PyTorch's layouts.
"""

import json

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

from collection import HERE

STEPS, BATCH, LATENT = 10, 8, 16
LEARNING_RATE, BETAS = 2e-4, (0.5, 0.999)


def networks():
    generator = nn.Sequential(
        nn.ConvTranspose2d(LATENT, 32, 4, 1, 0, bias=False),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.ConvTranspose2d(32, 16, 4, 2, 1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.ConvTranspose2d(16, 8, 4, 2, 1, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.ConvTranspose2d(8, 1, 4, 2, 1, bias=False),
        nn.Tanh(),
    )
    discriminator = nn.Sequential(
        nn.Conv2d(1, 8, 4, 2, 1, bias=False),
        nn.LeakyReLU(0.2),
        nn.Conv2d(8, 16, 4, 2, 1, bias=False),
        nn.BatchNorm2d(16),
        nn.LeakyReLU(0.2),
        nn.Conv2d(16, 32, 4, 2, 1, bias=False),
        nn.BatchNorm2d(32),
        nn.LeakyReLU(0.2),
        nn.Conv2d(32, 1, 4, 1, 0, bias=False),
    )
    return {"generator": generator, "discriminator": discriminator}


def state(network):
    """The state dictionary without PyTorch's count of batches."""
    return {
        name: tensor.clone()
        for name, tensor in network.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }


def gradient_norm(network):
    return torch.sqrt(sum((p.grad.double() ** 2).sum() for p in network.parameters())).item()


def train(initial, real, latents):
    """Trains from `initial` in the type of `real`; returns the traces and the final networks."""
    trained = networks()
    for name, network in trained.items():
        network.load_state_dict(initial[name], strict=False)
        network.to(real.dtype)
    generator, discriminator = trained["generator"], trained["discriminator"]
    adam = {
        name: torch.optim.Adam(network.parameters(), lr=LEARNING_RATE, betas=BETAS)
        for name, network in trained.items()
    }

    def loss(images, target):
        logits = discriminator(images)
        return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))

    traces = {}
    for step in range(STEPS):
        fake = generator(latents[step].reshape(BATCH, LATENT, 1, 1))

        discriminator.zero_grad()
        loss_real = loss(real[step].permute(0, 3, 1, 2), 1.0)
        loss_fake = loss(fake.detach(), 0.0)
        (loss_real + loss_fake).backward()
        norm_d = gradient_norm(discriminator)
        adam["discriminator"].step()

        generator.zero_grad()
        loss_g = loss(fake, 1.0)
        loss_g.backward()
        norm_g = gradient_norm(generator)
        adam["generator"].step()

        row = {
            "loss_d_real": loss_real.item(),
            "loss_d_fake": loss_fake.item(),
            "loss_d": (loss_real + loss_fake).item(),
            "loss_g": loss_g.item(),
            "norm_d": norm_d,
            "norm_g": norm_g,
        }
        for name, value in row.items():
            traces.setdefault(name, []).append(value)
    return traces, trained


def main():
    torch.manual_seed(51)
    torch.set_num_threads(1)
    initial = {}
    for name, network in networks().items():
        for layer in network:
            if isinstance(layer, nn.BatchNorm2d):
                nn.init.uniform_(layer.weight, 0.5, 1.5)
                nn.init.normal_(layer.bias, 0.0, 0.2)
        initial[name] = state(network)
    # Multiples of 1/128 in (-1, 1): every float type holds them exactly.
    real = torch.randint(-127, 128, (STEPS, BATCH, 32, 32, 1)) / 128
    latents = torch.randn(STEPS, BATCH, LATENT)

    tensors = {"inputs/real": real, "inputs/latents": latents}
    for name, values in initial.items():
        tensors |= {f"initial/{name}/{key}": value for key, value in values.items()}
    for label, dtype in (("float32", torch.float32), ("float64", torch.float64)):
        traces, trained = train(initial, real.to(dtype), latents.to(dtype))
        for name, values in traces.items():
            tensors[f"{label}/{name}"] = torch.tensor(values, dtype=dtype)
        for name, network in trained.items():
            tensors |= {f"{label}/{name}/{key}": value for key, value in state(network).items()}
    tensors = {name: tensor.contiguous() for name, tensor in tensors.items()}

    settings = {
        "steps": STEPS,
        "batch": BATCH,
        "latent": LATENT,
        "learningRate": LEARNING_RATE,
        "beta1": BETAS[0],
        "beta2": BETAS[1],
        "epsilon": 1e-8,
        "torch": torch.__version__.split("+")[0],
    }
    path = HERE / "dcgan-trace.safetensors"
    save_file(tensors, path, {"settings": json.dumps(settings)})
    path.chmod(0o644)


if __name__ == "__main__":
    main()
