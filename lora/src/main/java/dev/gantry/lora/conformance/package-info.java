/// Compares what Gantry computes with reference cases made by PyTorch, transformers and PEFT.
@NullMarked
package dev.gantry.lora.conformance;

import org.jspecify.annotations.NullMarked;
