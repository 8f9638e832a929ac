package dev.gantry.app.chat;

import dev.gantry.app.library.CatalogAccess;
import dev.gantry.app.library.DataShelf;
import dev.gantry.lora.data.example.DataFormat;
import dev.gantry.lora.run.DurableFiles;
import dev.gantry.lora.run.RunJson;
import dev.gantry.lora.train.config.DataSection;
import dev.gantry.zoo.catalog.DatasetEntry;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The rows that ratings make, as a data file of preference pairs that the Data screen knows.
///
/// Each row says which question of which chat it is from, so that a changed rating replaces it. Calls wait for the
/// disk.
public final class PreferenceFile {
    /// What the data file is called.
    public static final String NAME = "preferences";

    private static final String FROM = "from";

    private final Path file;
    private final DataShelf shelf;
    private final Clock clock;

    public PreferenceFile(GantryHome home, CatalogAccess catalog, Clock clock) {
        this.file = home.folder().resolve("data").resolve(NAME + ".jsonl");
        this.shelf = new DataShelf(home, catalog);
        this.clock = clock;
    }

    public Path file() {
        return file;
    }

    /// Puts the rows of one question in place of those it had, and enters the file among the data.
    ///
    /// @param chat id of the chat
    /// @return rows in the file
    public synchronized int replace(String chat, int question, List<PreferencePair> pairs) throws IOException {
        if (pairs.isEmpty() && !Files.exists(file)) {
            return 0;
        }
        String from = chat + "/" + question;
        List<String> lines = new ArrayList<>();
        for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
            JsonNode row = RunJson.LINES.readTree(line);
            if (!row.path(FROM).asString("").equals(from)) {
                lines.add(line);
            }
        }
        pairs.forEach(pair -> lines.add(RunJson.LINES.writeValueAsString(pair.row(from))));
        Files.createDirectories(file.resolveSibling("."));
        DurableFiles.write(file, lines.isEmpty() ? "" : String.join("\n", lines) + "\n");
        enter(lines.size());
        return lines.size();
    }

    private void enter(int rows) throws IOException {
        if (rows == 0) {
            shelf.forget(NAME);
        } else {
            shelf.put(
                    new DatasetEntry(NAME, file, DataFormat.PREFERENCE.label(), rows, Instant.now(clock)),
                    DataSection.of(file.toString()));
        }
    }
}
