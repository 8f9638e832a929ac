"""Writes the cases beside this file with PEFT itself: adapters with trained biases, modules_to_save, rank and alpha
patterns and rsLoRA, and what four training steps computed.

Run by hand after changing a case: python3 make_cases.py FIXTURES (needs torch, transformers, peft, safetensors).
FIXTURES is a folder of reference cases (see docs/conformance.md) that holds the base models named below."""
import json, pathlib, shutil, sys, warnings
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent
FIXTURES = pathlib.Path(sys.argv[1])
STEPS, RATE, DECAY, CLIP = 4, 1e-3, 0.01, 1.0

CASES = {
    "gpt2_bias_all": ("gpt2", dict(target_modules=["c_attn", "c_fc"], bias="all", use_rslora=True)),
    "gpt2_bias_lora_only": ("gpt2", dict(target_modules=["c_proj", "c_attn"], bias="lora_only")),
    "gpt2_modules_to_save": ("gpt2", dict(target_modules=["c_attn"], modules_to_save=["wpe", "ln_f", "ln_1"])),
    "llama_modules_to_save": ("llama_gqa", dict(target_modules=["q_proj", "v_proj"],
                                                modules_to_save=["lm_head", "norm", "embed_tokens"])),
    # several keys fit layer 1's q_proj: the first in the file counts, and PEFT sorts them when it saves
    "llama_patterns": ("llama_gqa", dict(target_modules=["q_proj", "k_proj", "v_proj", "down_proj"], use_rslora=True,
                                         rank_pattern={"0.mlp.down_proj": 7, "layers.1.self_attn.[a-z]+_proj": 5, "q_proj": 2},
                                         alpha_pattern={"layers.1.self_attn.q_proj": 10, "v_proj|k_proj": 3})),
    "opt_bias_all": ("opt", dict(target_modules=["q_proj", "fc1"], bias="all", modules_to_save=["embed_positions"])),
    "opt_350m_bias_all": ("opt_350m", dict(target_modules=["k_proj", "fc2"], bias="all", modules_to_save=["project_in"])),
    "bloom_bias_all": ("bloom", dict(target_modules=["query_key_value", "dense"], bias="all")),
    "bloom_modules_to_save": ("bloom", dict(target_modules=["dense_4h_to_h"], modules_to_save=["word_embeddings_layernorm", "ln_f"])),
}


def base(name, dtype):
    model = AutoModelForCausalLM.from_pretrained(FIXTURES / name, attn_implementation="eager", dtype=torch.float32)
    return model.to(dtype).eval()


def saved_name(parameter):
    return parameter.replace(".lora_A.default", ".lora_A").replace(".lora_B.default", ".lora_B").replace(".modules_to_save.default", "")


def run(name, adapter, dtype):
    """Logits before, losses, norms and first gradients of the training steps, logits after; and what is not padding."""
    model = PeftModel.from_pretrained(base(name, dtype), adapter, is_trainable=True, autocast_adapter_dtype=False).to(dtype)
    trained = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    batches = load_file(FIXTURES / name / "train_batches.safetensors")
    inputs = load_file(FIXTURES / name / "inputs.safetensors")
    optimizer = torch.optim.AdamW([p for _, p in trained], lr=RATE, weight_decay=DECAY, eps=1e-8)
    out = {"loss": [], "grad_norm": []}
    with torch.no_grad():
        out["logits_init"] = model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"]).logits
    for step in range(STEPS):
        batch = {k: batches[f"batch.{step % 4}.{k}"] for k in ("input_ids", "attention_mask", "labels")}
        loss = model(**batch).loss
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            out |= {"grad." + saved_name(n): p.grad.clone() for n, p in trained}
        out["loss"].append(loss.detach())
        out["grad_norm"].append(torch.nn.utils.clip_grad_norm_([p for _, p in trained], CLIP))
        optimizer.step()
    with torch.no_grad():
        out["logits_final"] = model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"]).logits
    out["loss"], out["grad_norm"] = torch.stack(out["loss"]), torch.stack(out["grad_norm"])
    return out, inputs["attention_mask"].bool()


def main():
    for case, (name, settings) in CASES.items():
        folder = HERE / case
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        torch.manual_seed(sum(map(ord, case)))
        config = LoraConfig(task_type="CAUSAL_LM", r=4, lora_alpha=6, init_lora_weights=False, **settings)
        model = get_peft_model(base(name, torch.float32), config)
        model.peft_config["default"].base_model_name_or_path = name
        model.save_pretrained(folder / "adapter_init")
        exact, real = run(name, folder / "adapter_init", torch.float64)
        rough, _ = run(name, folder / "adapter_init", torch.float32)
        tensors, about = {}, {}
        for key, value in exact.items():
            if key.startswith("logits"):  # only what is not padding
                value, other = value[real], rough[key][real]
            else:
                other = rough[key]
            error = (value - other).abs().max().item()
            tensors[key] = value.to(torch.float32).contiguous()
            about[key] = {"tol_abs": max(20 * error, 1e-5 * value.abs().max().item(), 1e-8)}
        save_file(tensors, folder / "expected.safetensors")
        readme = {"base": name, "steps": STEPS, "rate": RATE, "weight_decay": DECAY, "max_grad_norm": CLIP,
                  "files": {"expected.safetensors": {"tensors": about}}}
        (folder / "README.json").write_text(json.dumps(readme, indent=1) + "\n")
        (folder / "adapter_init" / "README.md").unlink()
        print(case, "worst share", max(v["tol_abs"] for v in about.values()))


main()
