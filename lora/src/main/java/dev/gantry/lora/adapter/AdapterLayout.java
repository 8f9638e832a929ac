package dev.gantry.lora.adapter;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/// What a {@link LoraConfig} means on one model: its slots, and the parameters trained in full beside them.
///
/// @param slots in the order data flows through the model
/// @param parameters names of modules_to_save and of trained biases, in the model's order
public record AdapterLayout(List<AdapterSlot> slots, List<ParameterSpec> parameters) {

    public AdapterLayout {
        slots = List.copyOf(slots);
        parameters = List.copyOf(parameters);
    }

    /// @throws IllegalArgumentException when the settings name nothing, or something that cannot be trained
    public static AdapterLayout of(LoraConfig config, DecoderSpec spec, ModulePaths paths) {
        List<AdapterSlot> slots = slots(config, spec, paths);
        if (slots.isEmpty()) {
            throw new IllegalArgumentException("target_modules " + config.targetModules()
                    + " fits no linear module of this model; it has " + names(spec, paths));
        }
        return new AdapterLayout(slots, parameters(config, spec, paths, slots));
    }

    /// Names, as PEFT gives them, and shapes of all tensors, in the order of a file.
    ///
    /// @param paths the model's naming
    public SequencedMap<String, Shape> tensorShapes(ModulePaths paths) {
        SequencedMap<String, Shape> shapes = new LinkedHashMap<>();
        for (AdapterSlot slot : slots) {
            shapes.put(slot.nameOfA(), Shape.of(slot.rank(), slot.inputs()));
            shapes.put(slot.nameOfB(), Shape.of(slot.outputs(), slot.rank()));
        }
        for (ParameterSpec parameter : parameters) {
            shapes.put(PeftNames.parameter(parameter.id(), paths, this), parameter.shape());
        }
        return shapes;
    }

    boolean carriesAdapter(ParameterId id) {
        return slots.stream()
                .map(AdapterSlot::site)
                .anyMatch(site -> site.layer() == id.layer() && site.module() == id.module());
    }

    private static List<AdapterSlot> slots(LoraConfig config, DecoderSpec spec, ModulePaths paths) {
        List<AdapterSlot> slots = new ArrayList<>();
        for (int layer = 0; layer < spec.layers(); layer++) {
            for (Module module : DecoderParameters.linearModules(spec)) {
                String path = paths.path(layer, module);
                if (config.targets(layer, path)) {
                    slots.add(new AdapterSlot(
                            new AdapterSite(layer, module),
                            path,
                            DecoderParameters.inputWidth(spec, module),
                            DecoderParameters.outputWidth(spec, module),
                            config.rank(path),
                            (float) config.scale(path)));
                }
            }
        }
        return slots;
    }

    private static List<ParameterSpec> parameters(
            LoraConfig config, DecoderSpec spec, ModulePaths paths, List<AdapterSlot> slots) {
        Set<ParameterSpec> trained = new LinkedHashSet<>();
        Set<String> unmatched = new LinkedHashSet<>(config.modulesToSave());
        Set<String> adapted = slots.stream().map(AdapterSlot::path).collect(Collectors.toSet());
        for (ParameterSpec parameter : DecoderParameters.of(spec)) {
            ParameterId id = parameter.id();
            String path = paths.path(id.layer(), id.module());
            for (String name : config.modulesToSave()) {
                if (path.endsWith(name)) {
                    requireTrainable(id, path, spec, adapted.contains(path));
                    unmatched.remove(name);
                    trained.add(parameter);
                }
            }
            if (id.part() == ParameterId.Part.BIAS && trainsBias(config.bias(), adapted.contains(path))) {
                trained.add(parameter);
            }
        }
        if (!unmatched.isEmpty()) {
            throw new IllegalArgumentException("modules_to_save names " + unmatched + ", which this model does not have"
                    + (spec.head() == DecoderSpec.Head.TIED ? " (its head is its token embedding)" : ""));
        }
        return List.copyOf(trained);
    }

    private static boolean trainsBias(BiasTraining bias, boolean onAdaptedModule) {
        return switch (bias) {
            case NONE -> false;
            case ALL -> true;
            case LORA_ONLY -> onAdaptedModule;
        };
    }

    private static void requireTrainable(ParameterId id, String path, DecoderSpec spec, boolean adapted) {
        if (adapted) {
            throw new IllegalArgumentException(
                    "modules_to_save and target_modules both name " + path + ": train it one way or the other");
        }
        if (id.module() == Module.TOKEN_EMBEDDING && spec.head() == DecoderSpec.Head.TIED) {
            // PEFT would train a copy for the input and leave the head as it was: another model than the one trained
            throw new IllegalArgumentException("modules_to_save names " + path
                    + ", which is also the head of this model; loaders would untie the two");
        }
    }

    private static String names(DecoderSpec spec, ModulePaths paths) {
        return DecoderParameters.linearModules(spec).stream()
                .map(module -> paths.path(0, module))
                .map(path -> path.substring(path.lastIndexOf('.') + 1))
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
