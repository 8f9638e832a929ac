package dev.gantry.lora.adapter;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.decoder.DecoderSpec.LinearLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `adapter_config.json` as PEFT writes and reads it.
public final class AdapterConfigJson {
    /// Name of the file in an adapter's folder.
    public static final String FILE_NAME = "adapter_config.json";

    private static final long MAX_BYTES = 4 << 20;
    private static final JsonMapper JSON = new JsonMapper();

    /// What the file says beyond the settings themselves.
    ///
    /// @param baseModel name or path of the model the adapter was made for; may be empty
    public record Contents(LoraConfig config, String baseModel) {}

    private AdapterConfigJson() {}

    /// Reads the file of an adapter's folder.
    ///
    /// @throws GantryException when it is missing, is not an adapter's, or asks for what is not built
    /// here
    public static Contents read(Path folder) throws IOException {
        Path file = folder.resolve(FILE_NAME);
        if (!Files.isRegularFile(file)) {
            throw refused(file, "there is no such file", "point at a PEFT adapter's folder");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw refused(file, "it has " + Files.size(file) + " bytes, over " + MAX_BYTES, "check the folder");
        }
        try {
            JsonNode root = JSON.readTree(Files.readAllBytes(file));
            if (!root.isObject()) {
                throw new IllegalArgumentException("it holds no JSON object");
            }
            UnsupportedPeftKeys.requireNone(root);
            return new Contents(
                    AdapterConfigReader.read(root),
                    root.path("base_model_name_or_path").asString(""));
        } catch (JacksonException e) {
            throw refused(file, "it is not JSON: " + e.getOriginalMessage(), "fetch the adapter again")
                    .causedBy(e);
        } catch (IllegalArgumentException e) {
            throw refused(file, String.valueOf(e.getMessage()), "use an adapter of plain LoRA type")
                    .causedBy(e);
        }
    }

    /// The file's text.
    ///
    /// @param layout of the base model's matrices: PEFT wants to know whether they are stored transposed
    public static String write(LoraConfig config, LinearLayout layout, String baseModel) {
        ObjectNode root = JSON.createObjectNode();
        root.put("peft_type", "LORA").put("task_type", "CAUSAL_LM");
        root.put("base_model_name_or_path", baseModel).putNull("revision").put("inference_mode", true);
        root.put("r", config.r());
        putNumber(root, "lora_alpha", config.loraAlpha());
        root.put("lora_dropout", config.loraDropout());
        putTargets(root, config.targetModules());
        root.put("fan_in_fan_out", layout == LinearLayout.IN_OUT);
        root.put("bias", config.bias().peftName());
        putStrings(root, "modules_to_save", config.modulesToSave());
        root.put("use_rslora", config.useRslora()).put("use_dora", false);
        if (config.layersToTransform().isEmpty()) {
            root.putNull("layers_to_transform");
        } else {
            ArrayNode layers = root.putArray("layers_to_transform");
            config.layersToTransform().forEach(layers::add);
        }
        root.putNull("layers_pattern");
        ObjectNode ranks = root.putObject("rank_pattern");
        config.rankPattern().forEach(ranks::put);
        ObjectNode alphas = root.putObject("alpha_pattern");
        config.alphaPattern().forEach((key, alpha) -> putNumber(alphas, key, alpha));
        root.put("init_lora_weights", true);
        return root.toPrettyString() + "\n";
    }

    private static void putTargets(ObjectNode root, TargetModules targets) {
        switch (targets) {
            case TargetModules.AllLinear _ -> root.put("target_modules", AdapterConfigReader.ALL_LINEAR);
            case TargetModules.Names names -> putStrings(root, "target_modules", names.names());
            case TargetModules.Expression expression -> root.put("target_modules", expression.regex());
        }
    }

    private static void putStrings(ObjectNode root, String key, List<String> values) {
        if (values.isEmpty()) {
            root.putNull(key);
            return;
        }
        ArrayNode array = root.putArray(key);
        values.forEach(array::add);
    }

    /// Whole numbers as integers: PEFT declares alpha an int.
    private static void putNumber(ObjectNode root, String key, double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e9) {
            root.put(key, (long) value);
        } else {
            root.put(key, value);
        }
    }

    private static GantryException refused(Path file, String why, String nextStep) {
        return GantryException.badInput("ADAPTER-CONFIG", "cannot read the adapter", file + ": " + why, nextStep);
    }
}
