package dev.gantry.zoo.family;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Activation;
import dev.gantry.zoo.checkpoint.BadFile;
import dev.gantry.zoo.checkpoint.JsonFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A model's `config.json`, read key by key with the meaning that transformers gives to absent ones.
public final class ModelConfig {
    /// Far above every real size, and low enough that products of two of them with a small number fit an int or long.
    private static final int MAX_COUNT = 1 << 24;

    private final Path file;
    private final ObjectNode root;

    /// @param file where it was read from; named in errors
    public ModelConfig(Path file, ObjectNode root) {
        this.file = file;
        this.root = root.deepCopy();
    }

    /// Reads a `config.json`.
    public static ModelConfig read(Path file) throws IOException {
        return new ModelConfig(file, JsonFile.object(file));
    }

    public Path file() {
        return file;
    }

    /// A copy of all that the file says.
    public ObjectNode json() {
        return root.deepCopy();
    }

    public String modelType() {
        return text("model_type", "");
    }

    /// Class names under `architectures`; empty when there are none.
    public List<String> architectures() {
        return root.path("architectures").valueStream().map(n -> n.asString("")).toList();
    }

    public boolean has(String key) {
        return root.hasNonNull(key);
    }

    JsonNode node(String key) {
        return root.path(key);
    }

    /// A whole number of at least one.
    int count(String key) {
        if (!has(key)) {
            throw wrong(key, "is missing");
        }
        return count(key, 0);
    }

    int count(String key, int absent) {
        JsonNode node = root.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return absent;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.asInt() < 1) {
            throw wrong(key, "is " + shown(node) + ", not a whole number above 0");
        }
        if (node.asInt() > MAX_COUNT) {
            throw wrong(key, "is " + shown(node) + ", more than any model has");
        }
        return node.asInt();
    }

    double number(String key, double absent) {
        return number(root, key, absent);
    }

    /// A number in an object of its own, such as `rope_scaling`.
    double number(JsonNode object, String key, double absent) {
        JsonNode node = object.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return absent;
        }
        if (!node.isNumber() || !Double.isFinite(node.asDouble())) {
            throw wrong(key, "is " + shown(node) + ", not a number");
        }
        return node.asDouble();
    }

    /// Whether `key` is true.
    boolean flag(String key, boolean absent) {
        JsonNode node = root.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return absent;
        }
        if (!node.isBoolean()) {
            throw wrong(key, "is " + shown(node) + ", not true or false");
        }
        return node.asBoolean();
    }

    String text(String key, String absent) {
        JsonNode node = root.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return absent;
        }
        if (!node.isString()) {
            throw wrong(key, "is " + shown(node) + ", not a text");
        }
        return node.asString();
    }

    /// The activation under `key`, by the names transformers knows.
    Activation activation(String key, String absent) {
        String name = text(key, absent);
        return switch (name) {
            case "relu" -> Activation.RELU;
            case "silu", "swish" -> Activation.SILU;
            case "gelu", "gelu_python" -> Activation.GELU_EXACT;
            case "gelu_new", "gelu_fast", "gelu_accurate", "gelu_pytorch_tanh", "gelu_python_tanh" ->
                Activation.GELU_TANH;
            default ->
                throw unsupported(
                        key, "\"" + BadFile.shown(name) + "\" is not relu, silu, gelu or one of gelu's forms");
        };
    }

    /// Refuses a flag that changes the numbers in a way the engine does not offer.
    void refuseTrue(String key) {
        if (flag(key, false)) {
            throw unsupported(key, "true");
        }
    }

    GantryException wrong(String key, String what) {
        return BadFile.refused(
                "MODEL-CONFIG",
                file,
                "its \"" + key + "\" " + what,
                "Fetch config.json again from the model's source.");
    }

    GantryException unsupported(String key, @Nullable Object value) {
        return BadFile.refused(
                "MODEL-UNSUPPORTED",
                file,
                "its \"" + key + "\" asks for something that is not supported: " + value,
                "Choose another model of the GPT-2, OPT, BLOOM, LLaMA, Mistral or Qwen2 family.");
    }

    private static String shown(JsonNode node) {
        return BadFile.shown(node.isContainer() ? "a list or object" : node.toString());
    }
}
