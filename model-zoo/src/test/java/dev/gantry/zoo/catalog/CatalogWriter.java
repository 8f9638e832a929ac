package dev.gantry.zoo.catalog;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The child process of [CatalogKillTest]: writes until it is killed and says each row it was told is safe.
final class CatalogWriter {
    private CatalogWriter() {}

    public static void main(String[] args) {
        try (var catalog = Catalog.open(new GantryHome(Path.of(args[0])), Duration.ofSeconds(10))) {
            for (int i = 0; ; i++) {
                if (i % 2 == 0) {
                    catalog.models().put(Entries.model("m" + i));
                } else {
                    catalog.metrics().add("run", List.of(new MetricPoint(i, "loss", i)));
                }
                System.out.println(i);
                System.out.flush();
            }
        }
    }
}
