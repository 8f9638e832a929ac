package dev.gantry.zoo.export;

import dev.gantry.engine.tensor.DType;
import dev.gantry.zoo.family.Families;
import dev.gantry.zoo.family.Family;
import dev.gantry.zoo.family.ModelConfig;
import dev.gantry.zoo.family.ModelTask;
import tools.jackson.databind.node.ObjectNode;

/// The config.json of an exported model: every key of the original, and what loaders need beside them.
final class ExportedConfig {
    private ExportedConfig() {}

    static ObjectNode of(Family family, ModelConfig config, DType dtype) {
        ObjectNode root = config.json();
        if (Families.task(family, config) == ModelTask.CAUSAL_LM) {
            root.putArray("architectures").add(family.languageModelClass());
        }
        root.put("model_type", family.modelType());
        // transformers 5 writes "dtype"; older versions only know the other
        root.put("torch_dtype", torchName(dtype));
        if (root.has("dtype")) {
            root.put("dtype", torchName(dtype));
        }
        // llama.cpp's converter reads it, transformers no longer writes it
        if (family.equals(Families.GPT2) && !root.hasNonNull("n_ctx")) {
            root.put("n_ctx", family.spec(config).maxPositions());
        }
        return root;
    }

    private static String torchName(DType dtype) {
        return switch (dtype) {
            case F32 -> "float32";
            case BF16 -> "bfloat16";
            case F16 -> "float16";
            case F64, I64, I32, I16, I8, U8, BOOL ->
                throw new IllegalArgumentException("no model is exported in " + dtype);
        };
    }
}
