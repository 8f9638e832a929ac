package dev.gantry.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeFolderTest {
    @TempDir
    Path user;

    @Test
    void home_isWhereEachSystemKeepsTheFilesOfPrograms() {
        assertThat(HomeFolder.of(Map.of(), "Linux", user)).isEqualTo(user.resolve(".local/share/gantry"));
        assertThat(HomeFolder.of(Map.of(), "Mac OS X", user))
                .isEqualTo(user.resolve("Library/Application Support/Gantry"));
        assertThat(HomeFolder.of(Map.of(), "Windows 11", user)).isEqualTo(user.resolve("AppData/Local/Gantry"));
    }

    @Test
    void home_followsTheSystemsVariables_whenTheyAreAbsolute() {
        Path elsewhere = user.resolve("elsewhere");

        assertThat(HomeFolder.of(Map.of("XDG_DATA_HOME", elsewhere.toString()), "Linux", user))
                .isEqualTo(elsewhere.resolve("gantry"));
        assertThat(HomeFolder.of(Map.of("LOCALAPPDATA", elsewhere.toString()), "Windows 11", user))
                .isEqualTo(elsewhere.resolve("Gantry"));
        assertThat(HomeFolder.of(Map.of("XDG_DATA_HOME", "relative"), "Linux", user))
                .isEqualTo(user.resolve(".local/share/gantry"));
    }

    @Test
    void home_staysWhereAnEarlierVersionMadeIt() throws IOException {
        Path former = Files.createDirectories(user.resolve(".gantry"));

        assertThat(HomeFolder.of(Map.of(), "Linux", user)).isEqualTo(former);
    }

    @Test
    void home_isTheOneThatWasChosen_beforeAllOthers() throws IOException {
        Files.createDirectories(user.resolve(".gantry"));
        Path chosen = user.resolve("chosen");

        assertThat(HomeFolder.of(Map.of("GANTRY_HOME", chosen.toString()), "Linux", user))
                .isEqualTo(chosen);
        assertThat(HomeFolder.of(Map.of("GANTRY_HOME", " "), "Linux", user)).isEqualTo(user.resolve(".gantry"));
    }
}
