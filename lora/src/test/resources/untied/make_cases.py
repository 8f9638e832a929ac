"""Writes tiny models whose head is no copy of the token embedding (LLaMA: whose head is), as transformers saves them,
with the logits, loss and gradients that PyTorch computes in double precision.

Run by hand after changing a case: python3 make_cases.py (needs torch, transformers, safetensors)."""
import pathlib, shutil
import torch
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM

HERE = pathlib.Path(__file__).parent
CASES = {
    "gpt2": dict(model_type="gpt2", vocab_size=37, n_embd=24, n_layer=2, n_head=3, n_positions=20),
    "opt": dict(model_type="opt", vocab_size=37, hidden_size=24, ffn_dim=40, num_hidden_layers=2, num_attention_heads=3,
                max_position_embeddings=20, word_embed_proj_dim=24),
    "opt_350m": dict(model_type="opt", vocab_size=37, hidden_size=24, ffn_dim=40, num_hidden_layers=2, num_attention_heads=3,
                     max_position_embeddings=20, word_embed_proj_dim=16, do_layer_norm_before=False, activation_function="gelu"),
    "bloom": dict(model_type="bloom", vocab_size=37, hidden_size=24, n_layer=2, n_head=3),
    "llama_tied": dict(model_type="llama", vocab_size=37, hidden_size=24, intermediate_size=40, num_hidden_layers=2,
                       num_attention_heads=3, num_key_value_heads=1, max_position_embeddings=20),
}

for name, settings in CASES.items():
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    torch.manual_seed(len(name))
    settings = settings | dict(tie_word_embeddings=name.endswith("_tied"), bos_token_id=1, eos_token_id=2, pad_token_id=0,
                               attn_implementation="eager")
    config = AutoConfig.for_model(**settings)
    model = AutoModelForCausalLM.from_config(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    model.save_pretrained(folder)
    model = model.double()
    ids = torch.randint(3, 37, (3, 14))
    out = model(input_ids=ids, labels=ids)
    out.loss.backward()
    tensors = {"ids": ids, "logits": out.logits.detach(), "loss": out.loss.detach().reshape(1)}
    tensors |= {"grad." + n: p.grad for n, p in model.named_parameters()}
    save_file({k: (v if v.dtype == torch.int64 else v.float()).contiguous() for k, v in tensors.items()}, folder / "expected.safetensors")
    (folder / "generation_config.json").unlink(missing_ok=True)
    print(name, config.tie_word_embeddings, out.loss.item())
