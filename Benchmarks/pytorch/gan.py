"""One training step of a GAN with the non-saturating loss, as both benchmarks take it."""

import torch
from torch import nn
from torch.nn import functional as F

LEARNING_RATE = 2e-4
BETAS = (0.5, 0.999)


def training_step(generator: nn.Module, discriminator: nn.Module, variant: str):
    """The step as a callable that takes real samples and latents and returns both losses."""
    if variant == "compile_step":
        return whole_step(generator, discriminator)
    return GANStep(generator, discriminator, compiled=variant.startswith("compile"))


class GANStep:
    """Trains the discriminator once on real and generated samples, then the generator once.

    The generated batch is made once, with gradient: the discriminator sees it detached, the
    generator's turn sends it through the updated discriminator, whose parameters are frozen, so
    that no gradient of theirs is computed. Real and generated samples pass separately, each
    with batch statistics of its own.
    """

    def __init__(self, generator: nn.Module, discriminator: nn.Module, compiled: bool):
        self.discriminator_parameters = list(discriminator.parameters())
        self.generator_optimizer = adam(generator)
        self.discriminator_optimizer = adam(discriminator)

        def discriminator_loss(real, fake):
            on_real, on_fake = discriminator(real), discriminator(fake)
            return (
                F.binary_cross_entropy_with_logits(on_real, torch.ones_like(on_real))
                + F.binary_cross_entropy_with_logits(on_fake, torch.zeros_like(on_fake))
            )

        def generator_loss(fake):
            on_fake = discriminator(fake)
            return F.binary_cross_entropy_with_logits(on_fake, torch.ones_like(on_fake))

        # Each compiled function is one graph forward and one backward. Freezing does not
        # recompile: either function sees the discriminator's parameters in one state only.
        compile = torch.compile if compiled else (lambda function: function)
        self.generate = compile(generator)
        self.discriminator_loss = compile(discriminator_loss)
        self.generator_loss = compile(generator_loss)

    def __call__(self, real: torch.Tensor, latents: torch.Tensor):
        fake = self.generate(latents)

        self.discriminator_optimizer.zero_grad(set_to_none=True)
        loss_d = self.discriminator_loss(real, fake.detach())
        loss_d.backward()
        self.discriminator_optimizer.step()

        for parameter in self.discriminator_parameters:
            parameter.requires_grad_(False)
        self.generator_optimizer.zero_grad(set_to_none=True)
        loss_g = self.generator_loss(fake)
        loss_g.backward()
        self.generator_optimizer.step()
        for parameter in self.discriminator_parameters:
            parameter.requires_grad_(True)
        return loss_d, loss_g


def adam(network: nn.Module) -> torch.optim.Optimizer:
    return torch.optim.Adam(
        network.parameters(), lr=LEARNING_RATE, betas=BETAS, fused=True
    )


class TracedAdam:
    """Adam of plain operations, which the compiler fuses: one loop for all of a network."""

    def __init__(self, network: nn.Module):
        self.parameters = list(network.parameters())
        self.first = [torch.zeros_like(parameter) for parameter in self.parameters]
        self.second = [torch.zeros_like(parameter) for parameter in self.parameters]
        self.steps = torch.zeros(())  # a tensor: a Python number would recompile every step

    def step(self, gradients, epsilon=1e-8):
        with torch.no_grad():
            self.steps += 1
            first_correction = 1 - BETAS[0] ** self.steps
            second_correction = 1 - BETAS[1] ** self.steps
            for parameter, gradient, first, second in zip(
                self.parameters, gradients, self.first, self.second
            ):
                first.lerp_(gradient, 1 - BETAS[0])
                second.mul_(BETAS[1]).addcmul_(gradient, gradient, value=1 - BETAS[1])
                root = (second / second_correction).sqrt() + epsilon
                parameter.sub_(LEARNING_RATE / first_correction * first / root)


def whole_step(generator: nn.Module, discriminator: nn.Module):
    """The step of `GANStep` as one compiled graph: forward, backward and both optimizers.

    Gradients are asked for by `torch.autograd.grad`, of the trained network's parameters only.
    It pays where the time goes to overhead. Convolutional networks lose by it (torch 2.15 took
    1.05 to 4 times as long for DCGAN), so only the small perceptrons have this variant.
    """
    torch._dynamo.config.trace_autograd_ops = True
    generator_adam, discriminator_adam = TracedAdam(generator), TracedAdam(discriminator)
    cross_entropy = F.binary_cross_entropy_with_logits

    @torch.compile(fullgraph=True)
    def step(real, latents):
        fake = generator(latents)
        on_real, on_fake = discriminator(real), discriminator(fake.detach())
        loss_d = cross_entropy(on_real, torch.ones_like(on_real)) + cross_entropy(
            on_fake, torch.zeros_like(on_fake)
        )
        discriminator_adam.step(
            torch.autograd.grad(loss_d, discriminator_adam.parameters)
        )

        on_fake = discriminator(fake)
        loss_g = cross_entropy(on_fake, torch.ones_like(on_fake))
        generator_adam.step(torch.autograd.grad(loss_g, generator_adam.parameters))
        return loss_d.detach(), loss_g.detach()

    return step
