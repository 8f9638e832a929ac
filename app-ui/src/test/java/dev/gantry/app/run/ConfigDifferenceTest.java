package dev.gantry.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigDifferenceTest {
    @TempDir
    private Path folder;

    private Path run(String name, String file, String json) throws IOException {
        Path run = Files.createDirectories(folder.resolve(name));
        Files.writeString(run.resolve(file), json);
        return run;
    }

    @Test
    void rows_areTheSettingsThatDiffer_inWhicheverFileTheyStand() throws IOException {
        Path a = run("a", "config.json", """
                {"format":1,"app_version":"1","stage":"sft","model_fingerprint":"x","data_hash":"1","train":
                 {"stage":"sft","optimizer":{"learning_rate":1e-4,"beta1":0.9},"lora":{"target_modules":["q"]}}}""");
        Path b = run("b", "config.json", """
                {"format":1,"app_version":"1","stage":"sft","model_fingerprint":"x","data_hash":"2","train":
                 {"stage":"sft","optimizer":{"learning_rate":2e-4,"beta1":0.9},"lora":{"target_modules":["q"]}}}""");
        Path waiting = run("c", "settings.json", """
                {"stage":"sft","optimizer":{"learning_rate":1e-4,"beta1":null},"lora":{"target_modules":["q","v"]}}""");

        assertThat(ConfigDifference.of(List.of(a, b)).rows())
                .containsExactly(
                        new ConfigDifference.Row("data_hash", List.of("1", "2")),
                        new ConfigDifference.Row("optimizer.learning_rate", List.of("1.0E-4", "2.0E-4")));
        assertThat(ConfigDifference.of(List.of(a, waiting)).rows())
                .extracting(ConfigDifference.Row::setting)
                .containsExactly(
                        "app_version", "data_hash", "lora.target_modules", "model_fingerprint", "optimizer.beta1");
    }
}
