package dev.gantry.installers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeModulesTest {
    @TempDir
    Path folder;

    @Test
    void linkedModules_areThoseThatTheProgramNames_butForTheOnesThatAreExplained() throws IOException {
        List<Path> jars = new ArrayList<>();
        for (Path entry : ProgramClassPath.entries()) {
            boolean isJar = Files.isRegularFile(entry);
            jars.add(isJar ? entry : folder.resolve(jar(entry)));
        }
        Set<String> accounted = new TreeSet<>(RuntimeModules.LINKED);
        accounted.addAll(RuntimeModules.LEFT_OUT.keySet());

        assertThat(RuntimeModules.namedBy(jars)).isEqualTo(accounted);
        assertThat(jars).hasSizeGreaterThan(30).allMatch(Files::isRegularFile);
    }

    private String jar(Path classes) throws IOException {
        return new PackagedJar(classes, Platform.LINUX_X64, Instant.EPOCH).writeTo(folder);
    }
}
