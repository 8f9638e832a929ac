package dev.gantry.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {
    @TempDir
    Path folder;

    @Test
    void alone_isTheOneFileThatWasNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("my run.gantry"), "{}");
        String named = file.toString();

        assertThat(SettingsFile.alone(List.of(named))).contains(file);
        assertThat(SettingsFile.alone(List.of())).isEmpty();
        assertThat(SettingsFile.alone(List.of("train", named))).isEmpty();
        assertThat(SettingsFile.alone(List.of(named, "--debug"))).isEmpty();
        assertThat(SettingsFile.alone(List.of(folder.resolve("none.gantry").toString())))
                .isEmpty();
        assertThat(SettingsFile.alone(List.of("models"))).isEmpty();
    }
}
