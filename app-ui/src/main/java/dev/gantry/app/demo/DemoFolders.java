package dev.gantry.app.demo;

import dev.gantry.app.library.Import;
import dev.gantry.lora.starter.PersonaGus;
import dev.gantry.zoo.catalog.GantryHome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Where a demo keeps its things.
///
/// @param model the starter model, kept for later demos
/// @param data the persona's rows, kept for later demos
/// @param run the run of this demo
/// @param export the merged model of this demo
public record DemoFolders(Path model, Path data, Path run, Path export) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    static DemoFolders in(GantryHome home) {
        String base = "demo-" + LocalDateTime.now(ZoneId.systemDefault()).format(TIME);
        String name = base;
        for (int i = 2; Files.exists(home.runs().resolve(name)); i++) {
            name = base + "-" + i;
        }
        return new DemoFolders(
                home.models().resolve(Import.STARTER),
                home.folder().resolve("data").resolve(PersonaGus.FILE_NAME),
                home.runs().resolve(name),
                home.folder().resolve("exports").resolve(name));
    }
}
