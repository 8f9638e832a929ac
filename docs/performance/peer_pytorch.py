#!/usr/bin/env python3
"""The peer of `gantry bench train`: the same LoRA training step in PyTorch, as transformers and PEFT compute it.

One step is forward, cross-entropy over every token, backward, clip_grad_norm_ and AdamW. The base weights are random,
frozen and f32 or bf16; LoRA has r = 8, alpha = 16, no dropout, sits on PEFT's default targets (GPT-2: c_attn; LLaMA:
q_proj and v_proj) and stays f32. Nothing but PyTorch 1.13 or newer is needed. Prints one JSON object.

It is written to be fast, not to look like transformers; options that offer a choice exist to find out what is fastest
on a machine, and the defaults are what was, within noise, where this was written. Closest to what transformers and PEFT
do: --loss autograd --projections separate --norm autograd --layout in-out.

The environment matters as much (Debian bookworm's python3-torch, n threads, a machine with nothing else to do):

    apt-get install python3-torch libopenblas0-openmp libtcmalloc-minimal4
    lib=/usr/lib/x86_64-linux-gnu
    env -u OPENBLAS_L2_SIZE OPENBLAS_CORETYPE=SKYLAKEX ATEN_CPU_CAPABILITY=avx512 OMP_WAIT_POLICY=ACTIVE \\
        OMP_NUM_THREADS=n OPENBLAS_NUM_THREADS=n LD_LIBRARY_PATH=$lib/openblas-openmp \\
        LD_PRELOAD=$lib/libtcmalloc_minimal.so.4 /usr/bin/python3 docs/performance/peer_pytorch.py --threads n

- Debian's PyTorch calls whatever libblas.so.3 is: without OpenBLAS the slow reference BLAS, with OpenBLAS' pthread
  build a second pool of threads beside OpenMP's.
- SKYLAKEX undoes an environment that pins OpenBLAS to AVX2; PyTorch 1.13 uses its own AVX-512 kernels only when asked
  to (leave both out on a processor without AVX-512).
- Spinning OpenMP threads are faster by 10 to 30% on two idle cores and much slower on busy ones: then PASSIVE.
- tcmalloc keeps freed pages: 2 to 15% faster, and less memory.
"""

import argparse
import json
import resource
import statistics
import time

import torch
import torch.nn.functional as F

SHAPES = {
    "gpt2-124m": {"vocabulary": 50257, "hidden": 768, "inner": 3072, "layers": 12, "heads": 12, "positions": 1024},
    "llama-160m": {"vocabulary": 32000, "hidden": 768, "inner": 3072, "layers": 12, "heads": 12},
}
RANK = 8
LORA_SCALE = 2.0  # alpha / r


def arguments():
    parser = argparse.ArgumentParser(description="Times LoRA training steps in PyTorch.")
    parser.add_argument("--model", choices=SHAPES, default="gpt2-124m")
    parser.add_argument("--compute", choices=["f32", "bf16"], default="f32")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--tokens", type=int, default=256, help="of each sequence")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5, help="measured, after two that warm up")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--lora-product", choices=["f32", "bf16"], default="f32",
                        help="type of the adapter's products in bf16 runs: f32 as PEFT, bf16 as autocast")
    parser.add_argument("--projections", choices=["fused", "separate"], default="fused",
                        help="LLaMA: q, k, v and gate, up as one product each, or as transformers does")
    parser.add_argument("--norm", choices=["custom", "autograd"], default="custom", help="LLaMA: backward of RMSNorm")
    parser.add_argument("--loss", choices=["in-place", "autograd"], default="in-place",
                        help="head and cross-entropy: one buffer of logits with its own backward, or F.cross_entropy")
    parser.add_argument("--layout", choices=["out-in", "in-out"], default="out-in",
                        help="GPT-2: matrices as nn.Linear or as transformers' Conv1D stores them")
    parser.add_argument("--profile", action="store_true", help="print PyTorch's profile of one step")
    return parser.parse_args()


class RmsNorm(torch.autograd.Function):
    """LlamaRMSNorm with a backward that keeps only its input and one number a row."""

    @staticmethod
    def forward(ctx, x, weight):
        wide = x.float()
        scale = torch.rsqrt(wide.pow(2).mean(-1, keepdim=True).add_(1e-6))
        ctx.save_for_backward(x, weight, scale)
        return (wide * scale).mul_(weight).to(x.dtype)

    @staticmethod
    def backward(ctx, upstream):
        x, weight, scale = ctx.saved_tensors
        normed = x.float() * scale
        grad = upstream.float() * weight
        dot = (grad * normed).mean(-1, keepdim=True)
        return grad.addcmul_(normed, dot, value=-1).mul_(scale).to(x.dtype), None


def rms_norm_autograd(x, weight):
    wide = x.float()
    return (wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + 1e-6) * weight).to(x.dtype)


class HeadLoss(torch.autograd.Function):
    """Mean cross-entropy of a frozen head. The logits become their own gradient in place."""

    @staticmethod
    def forward(ctx, hidden, head, labels):
        logits = hidden @ head.t()
        rows = torch.arange(labels.numel())
        torch.log_softmax(logits, -1, out=logits)
        loss = -logits[rows, labels].float().mean()
        logits.exp_()
        logits[rows, labels] -= 1
        ctx.save_for_backward(logits @ head)
        return loss

    @staticmethod
    def backward(ctx, upstream):
        (grad,) = ctx.saved_tensors
        return grad * (upstream / grad.shape[0]), None, None


class Lora:
    """The pair of one adapted projection; A random, B zero."""

    def __init__(self, width, out, product_type):
        self.a = torch.empty(RANK, width).uniform_(-0.03, 0.03).requires_grad_()
        self.b = torch.zeros(out, RANK).requires_grad_()
        self.product_type = product_type

    def parameters(self):
        return [self.a, self.b]

    def add_to(self, base, x):
        """base + LORA_SCALE * x A^T B^T."""
        t = self.product_type
        low = x.to(t) @ self.a.to(t).t()
        if base.dtype == t:
            return torch.addmm(base, low, self.b.to(t).t(), alpha=LORA_SCALE)
        return torch.add(base, (low @ self.b.to(t).t()).to(base.dtype), alpha=LORA_SCALE)


class Model:
    """What both families share. Activations are (batch * tokens, width)."""

    def __init__(self, args):
        self.shape = SHAPES[args.model]
        self.batch, self.tokens, self.options = args.batch, args.tokens, args
        self.type = torch.float32 if args.compute == "f32" else torch.bfloat16
        self.product_type = torch.bfloat16 if args.compute == args.lora_product == "bf16" else torch.float32
        self.heads = self.shape["heads"]
        self.width = self.shape["hidden"] // self.heads
        self.embedding = self.matrix(self.shape["vocabulary"], self.shape["hidden"])
        later = torch.full((args.tokens, args.tokens), float("-inf"), dtype=self.type).triu_(1)
        self.mask = later.expand(args.batch * self.heads, -1, -1)
        self.layers = [self.layer() for _ in range(self.shape["layers"])]

    def matrix(self, *extents):
        return torch.empty(*extents, dtype=self.type).uniform_(-0.035, 0.035)

    def lora(self, width, out):
        return Lora(width, out, self.product_type)

    def split_heads(self, x):
        """(batch * tokens, hidden) as (batch, heads, tokens, width)."""
        return x.view(self.batch, self.tokens, self.heads, self.width).transpose(1, 2)

    def attend(self, q, k, v):
        """Causal attention over (batch, heads, tokens, width), merged to (batch * tokens, hidden)."""
        if hasattr(F, "scaled_dot_product_attention"):
            context = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            q, k, v = (x.reshape(-1, self.tokens, self.width) for x in (q, k, v))
            scores = torch.baddbmm(self.mask, q, k.transpose(1, 2), alpha=self.width**-0.5)
            context = torch.bmm(torch.softmax(scores, -1), v).view(self.batch, self.heads, self.tokens, self.width)
        return context.transpose(1, 2).reshape(self.batch * self.tokens, -1)

    def head_loss(self, hidden, head, labels):
        if self.options.loss == "in-place":
            return HeadLoss.apply(hidden, head, labels)
        return F.cross_entropy((hidden @ head.t()).float(), labels)

    def loss(self, ids, labels):
        x = self.embed(ids)
        for layer in self.layers:
            x = self.block(layer, x)
        return self.head_loss(self.last_norm(x), self.head, labels)


class Gpt2(Model):
    def __init__(self, args):
        super().__init__(args)
        self.position = self.matrix(self.shape["positions"], self.shape["hidden"])
        self.norm = self.new_norm()
        self.head = self.embedding

    def new_norm(self):
        hidden = self.shape["hidden"]
        return torch.ones(hidden, dtype=self.type), torch.zeros(hidden, dtype=self.type)

    def conv(self, width, out):
        """Weight and bias of a Conv1D, the weight as (out, in)."""
        stored = self.matrix(out, width) if self.options.layout == "out-in" else self.matrix(width, out).t()
        return stored, self.matrix(out)

    def layer(self):
        h, inner = self.shape["hidden"], self.shape["inner"]
        return {
            "ln_1": self.new_norm(), "ln_2": self.new_norm(), "lora": self.lora(h, 3 * h),
            "c_attn": self.conv(h, 3 * h), "attn_c_proj": self.conv(h, h),
            "c_fc": self.conv(h, inner), "mlp_c_proj": self.conv(inner, h),
        }

    def parameters(self):
        return [p for layer in self.layers for p in layer["lora"].parameters()]

    def embed(self, ids):
        return (self.embedding[ids].view(self.batch, self.tokens, -1) + self.position[: self.tokens]).flatten(0, 1)

    def layer_norm(self, x, norm):
        return F.layer_norm(x, x.shape[-1:], norm[0], norm[1], 1e-5)

    def last_norm(self, x):
        return self.layer_norm(x, self.norm)

    def block(self, layer, x):
        normed = self.layer_norm(x, layer["ln_1"])
        qkv = layer["lora"].add_to(F.linear(normed, *layer["c_attn"]), normed)
        q, k, v = (self.split_heads(part) for part in qkv.split(self.shape["hidden"], 1))
        x = x + F.linear(self.attend(q, k, v), *layer["attn_c_proj"])
        wide = F.linear(self.layer_norm(x, layer["ln_2"]), *layer["c_fc"])
        return x + F.linear(F.gelu(wide, approximate="tanh"), *layer["mlp_c_proj"])


class Llama(Model):
    def __init__(self, args):
        super().__init__(args)
        self.rms_norm = RmsNorm.apply if args.norm == "custom" else rms_norm_autograd
        self.norm = torch.ones(self.shape["hidden"])
        self.head = self.matrix(self.shape["vocabulary"], self.shape["hidden"])
        frequencies = 10000.0 ** (-torch.arange(0, self.width, 2) / self.width)
        angles = torch.outer(torch.arange(self.tokens), torch.cat((frequencies, frequencies)))
        self.cos, self.sin = angles.cos().to(self.type), angles.sin().to(self.type)

    def layer(self):
        h, inner = self.shape["hidden"], self.shape["inner"]
        return {
            "norm_1": torch.ones(h), "norm_2": torch.ones(h), "q_lora": self.lora(h, h), "v_lora": self.lora(h, h),
            "qkv": self.matrix(3 * h, h), "o_proj": self.matrix(h, h),
            "gate_up": self.matrix(2 * inner, h), "down_proj": self.matrix(h, inner),
        }

    def parameters(self):
        return [p for layer in self.layers for name in ("q_lora", "v_lora") for p in layer[name].parameters()]

    def embed(self, ids):
        return self.embedding[ids]

    def last_norm(self, x):
        return self.rms_norm(x, self.norm)

    def products(self, x, weight, count):
        if self.options.projections == "fused":
            return (x @ weight.t()).chunk(count, 1)
        return [x @ part.t() for part in weight.chunk(count, 0)]

    def rotary(self, x):
        half = self.width // 2
        return x * self.cos + torch.cat((-x[..., half:], x[..., :half]), -1) * self.sin

    def block(self, layer, x):
        normed = self.rms_norm(x, layer["norm_1"])
        q, k, v = self.products(normed, layer["qkv"], 3)
        q = layer["q_lora"].add_to(q, normed)
        v = layer["v_lora"].add_to(v, normed)
        q, k, v = (self.split_heads(part) for part in (q, k, v))
        x = x + self.attend(self.rotary(q), self.rotary(k), v) @ layer["o_proj"].t()
        gate, up = self.products(self.rms_norm(x, layer["norm_2"]), layer["gate_up"], 2)
        return x + (F.silu(gate) * up) @ layer["down_proj"].t()


def peak_mb():
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000 * 1.024, 1)


def main():
    args = arguments()
    imported = peak_mb()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)
    model = (Gpt2 if args.model.startswith("gpt2") else Llama)(args)
    ids, labels = torch.randint(model.shape["vocabulary"], (2, args.batch * args.tokens))
    parameters = model.parameters()
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, weight_decay=0.01, foreach=True)
    losses = []

    def step():
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        loss = model.loss(ids, labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        losses.append(round(loss.item(), 4))
        return time.perf_counter() - start

    step(), step()
    seconds = [step() for _ in range(args.rounds)]
    peak = peak_mb()
    if args.profile:
        with torch.profiler.profile() as profile:
            step()
        print(profile.key_averages().table(sort_by="self_cpu_time_total", row_limit=30))
    tokens = args.batch * args.tokens
    print(json.dumps({
        "peer": "pytorch", "version": torch.__version__, **vars(args),
        "medianTokensPerSecond": round(tokens / statistics.median(seconds), 1),
        "bestTokensPerSecond": round(tokens / min(seconds), 1),
        "peakResidentMb": peak, "importResidentMb": imported, "losses": losses,
    }))


if __name__ == "__main__":
    main()
