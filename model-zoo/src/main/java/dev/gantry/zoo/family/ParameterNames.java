package dev.gantry.zoo.family;

import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a family's checkpoints call each parameter.
///
/// @param prefixes prefixes of everything but the head, the standard one first
/// @param layers path of the list of blocks, such as `h`
/// @param modules path of each module, within its block or after the prefix
/// @param buffers matches names (without prefix) of tensors that can be computed and are ignored
public record ParameterNames(List<String> prefixes, String layers, Map<Module, String> modules, Pattern buffers) {
    /// Name of the head in every family; never prefixed.
    public static final String HEAD = "lm_head";

    /// Name of a reward model's head in every family.
    public static final String SCORE = "score.weight";

    private static final Pattern INDEX = Pattern.compile("(0|[1-9][0-9]{0,5})\\.(.+)");

    public ParameterNames {
        prefixes = List.copyOf(prefixes);
        modules = Map.copyOf(modules);
    }

    /// A module and the block it stands in ({@link ParameterId#NO_LAYER} outside the blocks).
    public record Place(int layer, Module module) {}

    /// The standard name, as transformers writes it.
    public String standard(ParameterId id) {
        return name(id, prefixes.getFirst());
    }

    /// Name in a checkpoint whose names begin with `prefix`.
    public String name(ParameterId id, String prefix) {
        return path(id.layer(), id.module(), prefix) + "." + id.part().name().toLowerCase(Locale.ROOT);
    }

    /// Path of a module as PEFT writes it, such as `transformer.h.3.attn.c_attn`.
    ///
    /// @throws IllegalArgumentException when the family has no such module
    public String modulePath(int layer, Module module) {
        return path(layer, module, prefixes.getFirst());
    }

    /// The module at a path, with or without prefix; empty when there is none.
    public Optional<Place> place(String path) {
        if (path.equals(HEAD)) {
            return Optional.of(new Place(ParameterId.NO_LAYER, Module.HEAD));
        }
        for (String prefix : prefixes) {
            Optional<Place> place =
                    path.startsWith(prefix) ? inside(path.substring(prefix.length())) : Optional.empty();
            if (place.isPresent()) {
                return place;
            }
        }
        return inside(path);
    }

    private Optional<Place> inside(String path) {
        if (path.startsWith(layers + ".")) {
            Matcher matcher = INDEX.matcher(path.substring(layers.length() + 1));
            return matcher.matches() ? place(Integer.parseInt(matcher.group(1)), matcher.group(2)) : Optional.empty();
        }
        return place(ParameterId.NO_LAYER, path);
    }

    private Optional<Place> place(int layer, String path) {
        return modules.entrySet().stream()
                .filter(m ->
                        m.getKey().isInLayer() == layer >= 0 && m.getValue().equals(path))
                .map(m -> new Place(layer, m.getKey()))
                .findAny();
    }

    private String path(int layer, Module module, String prefix) {
        if (module == Module.HEAD) {
            return HEAD;
        }
        String path = modules.get(module);
        if (path == null) {
            throw new IllegalArgumentException("this family has no " + module);
        }
        return layer >= 0 ? prefix + layers + "." + layer + "." + path : prefix + path;
    }
}
