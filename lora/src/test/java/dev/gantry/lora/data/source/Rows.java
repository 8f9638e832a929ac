package dev.gantry.lora.data.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Writes small files and reads all their rows.
final class Rows {
    static final ReadLimits SMALL = new ReadLimits(1000, 300, 20);

    private Rows() {}

    static Path file(Path folder, String name, String text) throws IOException {
        return Files.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
    }

    static List<RowResult> read(Path file) throws IOException {
        return read(RowSource.of(file, null, TextDocuments.WHOLE_FILE, SMALL));
    }

    static List<RowResult> read(RowSource source) throws IOException {
        List<RowResult> all = new ArrayList<>();
        try (RowReader reader = source.open()) {
            for (RowResult row = reader.next(); row != null; row = reader.next()) {
                all.add(row);
            }
        }
        return all;
    }

    static RowResult.Row row(RowResult result) {
        return (RowResult.Row) result;
    }

    static Fault fault(RowResult result) {
        return ((RowResult.Unreadable) result).fault();
    }
}
