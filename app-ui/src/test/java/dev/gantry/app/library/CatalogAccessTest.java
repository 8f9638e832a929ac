package dev.gantry.app.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.zoo.catalog.Catalog;
import dev.gantry.zoo.catalog.GantryHome;
import dev.gantry.zoo.catalog.ModelEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogAccessTest {
    @TempDir
    Path folder;

    @Test
    void catalog_isLetGoOf_soThatACommandFindsIt() {
        GantryHome home = new GantryHome(folder);
        ModelEntry model = new ModelEntry("m", folder, "gpt2", 1, "f32", 4, Instant.EPOCH);
        try (CatalogAccess access = new CatalogAccess(home, repair -> {})) {
            access.call(catalog -> {
                catalog.models().put(model);
                return true;
            });
            // as patient as a command is, while the access stays open
            try (Catalog command = Catalog.open(home, Duration.ofSeconds(20))) {
                assertThat(command.models().all()).containsExactly(model);
                command.models().remove("m");
            }
            List<ModelEntry> left = access.call(catalog -> catalog.models().all());
            assertThat(left).isEmpty();
        }
    }
}
