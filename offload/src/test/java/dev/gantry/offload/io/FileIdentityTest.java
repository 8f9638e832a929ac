package dev.gantry.offload.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileIdentityTest {
    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("weights"), "0123456789");
    }

    private static void assertChanged(FileIdentity identity, String how) {
        assertThatThrownBy(identity::check)
                .asInstanceOf(type(GantryException.class))
                .satisfies(fault -> assertThat(fault.code()).isEqualTo("FILE-CHANGED"))
                .satisfies(fault -> assertThat(fault.getMessage()).contains("weights", how));
    }

    @Test
    void sameFile_passes_alsoWhenItWasRead() throws IOException {
        FileIdentity identity = FileIdentity.of(file);
        assertThat(Files.readString(file)).hasSize(10);

        assertThatCode(identity::check).doesNotThrowAnyException();
    }

    @Test
    void cutOffFile_isNoticed() throws IOException {
        FileIdentity identity = FileIdentity.of(file);
        Files.writeString(file, "0123");

        assertChanged(identity, "from 10 to 4 bytes");
    }

    @Test
    void replacedFile_isNoticed_alsoWithSameSizeAndTime() throws IOException {
        FileIdentity identity = FileIdentity.of(file);
        Path other = Files.writeString(folder.resolve("other"), "9876543210");
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);

        assertChanged(identity, "replaced");
    }

    @Test
    void writtenFile_isNoticed() throws IOException {
        FileIdentity identity = FileIdentity.of(file);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));

        assertChanged(identity, "written to");
    }

    @Test
    void deletedFile_isNoticed() throws IOException {
        FileIdentity identity = FileIdentity.of(file);
        Files.delete(file);

        assertChanged(identity, "deleted");
    }
}
