/// LoRA adapters in PEFT's vocabulary: settings, tensors, folders, merging.
@NullMarked
package dev.gantry.lora.adapter;

import org.jspecify.annotations.NullMarked;
