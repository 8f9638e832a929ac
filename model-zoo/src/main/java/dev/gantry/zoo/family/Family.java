package dev.gantry.zoo.family;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// A family of models, as data: how its config.json reads and what its checkpoints call each parameter.
///
/// @param modelType value of `model_type` in config.json
/// @param title what people call it
/// @param classPrefix what its class names in `architectures` begin with
/// @param languageModelClass name of the class that predicts the next token
/// @param reader turns a config.json into a spec
/// @param defaultTargets modules that PEFT adapts when it is not told which
public record Family(
        String modelType,
        String title,
        String classPrefix,
        String languageModelClass,
        Function<ModelConfig, DecoderSpec> reader,
        ParameterNames names,
        List<Module> defaultTargets) {

    public Family {
        defaultTargets = List.copyOf(defaultTargets);
    }

    /// What `config` describes.
    ///
    /// @throws dev.gantry.engine.GantryException when it asks for something the engine does not do
    public DecoderSpec spec(ModelConfig config) {
        for (String key : List.of("quantization_config", "num_local_experts", "num_experts", "add_cross_attention")) {
            if (config.has(key) && !config.node(key).toString().equals("false")) {
                throw config.unsupported(key, "the weights or layers are of another kind");
            }
        }
        return reader.apply(config);
    }

    /// Path of a module as PEFT writes it, such as `transformer.h.3.attn.c_attn`.
    public String modulePath(int layer, Module module) {
        return names.modulePath(layer, module);
    }

    /// The module at such a path; empty when there is none.
    public Optional<ParameterNames.Place> place(String modulePath) {
        return names.place(modulePath);
    }

    /// Last component of a module's path, which is what PEFT's `target_modules` lists.
    public String targetName(Module module) {
        String path = names.modulePath(module.isInLayer() ? 0 : -1, module);
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /// PEFT's targets when it is not told which, such as `[q_proj, v_proj]`.
    public List<String> defaultTargetNames() {
        return defaultTargets.stream().map(this::targetName).toList();
    }

    /// Targets that adapt every linear module of a block.
    public List<String> allLinearTargetNames(DecoderSpec spec) {
        Set<String> targets = new LinkedHashSet<>();
        DecoderParameters.linearModules(spec).forEach(m -> targets.add(targetName(m)));
        return List.copyOf(targets);
    }
}
