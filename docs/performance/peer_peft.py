#!/usr/bin/env python3
"""The peer of the bundle's benches on a card: the same shapes in PyTorch with transformers and PEFT.

A LLaMA of random weights in bf16, LoRA of PEFT's default targets for it (q_proj and v_proj; f32, as PEFT makes them),
scaled dot product attention, no checkpointing: forward, cross-entropy over every token, backward, clip_grad_norm_ and
AdamW; then a prompt through the model, and tokens one by one after it. Prints one JSON object as its last line.
It has not been run on a card yet.
"""

import argparse
import json
import statistics
import time

import peft
import torch
import transformers

SHAPES = {
    "llama-1b": {"hidden_size": 2048, "intermediate_size": 5632, "num_hidden_layers": 22, "num_key_value_heads": 4},
    "llama-7b": {"hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 32, "num_key_value_heads": 32},
}


def arguments():
    parser = argparse.ArgumentParser(description="Times LoRA training, prefill and decoding with PEFT on a card.")
    parser.add_argument("--model", choices=SHAPES, default="llama-1b")
    parser.add_argument("--tokens", type=int, default=2048)
    parser.add_argument("--new-tokens", type=int, default=128)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5, help="measured, after two that warm up")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--device", default="cuda")
    return parser.parse_args()


def config(args):
    return transformers.LlamaConfig(
        vocab_size=32000, num_attention_heads=32, max_position_embeddings=4096, rms_norm_eps=1e-5,
        tie_word_embeddings=False, attn_implementation="sdpa", **SHAPES[args.model])


class Clock:
    """Seconds of rounds, and the peak of the card's memory over them."""

    def __init__(self, args):
        self.args = args
        self.on_card = args.device.startswith("cuda")

    def wait(self):
        if self.on_card:
            torch.cuda.synchronize()

    def rounds(self, tokens, work, before=lambda: None):
        seconds = []
        if self.on_card:
            torch.cuda.reset_peak_memory_stats()
        for _ in range(self.args.rounds + 2):
            before()
            self.wait()
            start = time.perf_counter()
            work()
            self.wait()
            seconds.append(time.perf_counter() - start)
        measured = seconds[2:]
        return {
            "medianTokensPerSecond": tokens / statistics.median(measured),
            "bestTokensPerSecond": tokens / min(measured),
            "peakBytes": torch.cuda.max_memory_allocated() if self.on_card else -1,
        }


def train(model, ids, clock):
    lora = peft.LoraConfig(r=clock.args.rank, lora_alpha=2 * clock.args.rank, lora_dropout=0.0,
                           target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
    tuned = peft.get_peft_model(model, lora)
    parameters = [p for p in tuned.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, weight_decay=0.01)

    def step():
        optimizer.zero_grad(set_to_none=True)
        tuned(input_ids=ids, labels=ids, use_cache=False).loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()

    result = clock.rounds(ids.numel(), step)
    tuned.unload()
    return result


@torch.no_grad()
def prefill(model, ids, clock):
    return clock.rounds(ids.numel(), lambda: model(input_ids=ids, use_cache=True))


@torch.no_grad()
def decode(model, ids, clock):
    state = {}

    def prompt():
        state["past"] = model(input_ids=ids, use_cache=True).past_key_values

    def tokens():
        token = ids[:, -1:]
        for _ in range(clock.args.new_tokens):
            out = model(input_ids=token, past_key_values=state["past"], use_cache=True)
            state["past"] = out.past_key_values
            token = out.logits[:, -1:].argmax(-1)
            clock.wait()

    return clock.rounds(clock.args.new_tokens, tokens, prompt)


def main():
    args = arguments()
    torch.manual_seed(args.seed)
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    with torch.device(args.device):
        model = transformers.LlamaForCausalLM(config(args))
    torch.set_default_dtype(default)
    model.requires_grad_(False)
    ids = torch.randint(32000, (1, args.tokens), device=args.device)
    clock = Clock(args)
    model.train()
    result = {"peer": "transformers + peft", "torch": torch.__version__, "transformers": transformers.__version__,
              "peft": peft.__version__, **vars(args)}
    result["train"] = train(model, ids, clock)
    model.eval()
    result["prefill"] = prefill(model, ids, clock)
    result["decode"] = decode(model, ids, clock)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
