package dev.gantry.zoo.chat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// The templates this program brings along, for models that have none.
enum NamedTemplate {
    CHATML("chatml", "<|im_end|>"),
    ALPACA("alpaca", "\n\n### Instruction:", "\n\n### Input:"),
    PLAIN("plain", "\nUser:", "\nBot:"),
    LLAMA_2("llama-2", "[INST]"),
    LLAMA_3("llama-3", "<|eot_id|>"),
    ZEPHYR("zephyr", "<|user|>", "<|system|>");

    private final String templateName;
    private final String stopStrings;

    NamedTemplate(String templateName, String... stopStrings) {
        this.templateName = templateName;
        this.stopStrings = String.join("\0", stopStrings);
    }

    String templateName() {
        return templateName;
    }

    List<String> stopStrings() {
        return List.of(stopStrings.split("\0"));
    }

    String source() {
        String resource = templateName + ".jinja";
        try (InputStream in = Objects.requireNonNull(NamedTemplate.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
