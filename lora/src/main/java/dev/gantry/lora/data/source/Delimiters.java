package dev.gantry.lora.data.source;

import java.io.IOException;
import java.nio.file.Path;

/// Finds what parts the columns of a table: spreadsheets in half of Europe write `.csv` with semicolons.
final class Delimiters {
    private static final char[] CANDIDATES = {',', ';', '\t', '|'};

    private Delimiters() {}

    static char of(Path file, FileKind kind, ReadLimits limits) throws IOException {
        return switch (kind) {
            case TSV -> '\t';
            case CSV -> ofHeader(file, limits);
            case JSONL, JSON, PARQUET, TEXT -> ',';
        };
    }

    private static char ofHeader(Path file, ReadLimits limits) throws IOException {
        try (LineSource lines = new LineSource(file, limits.maxRowBytes())) {
            String header = lines.next() instanceof LineSource.Line.Text first ? first.text() : "";
            char best = ',';
            for (char candidate : CANDIDATES) {
                best = count(header, candidate) > count(header, best) ? candidate : best;
            }
            return best;
        }
    }

    private static int count(String header, char wanted) {
        boolean quoted = false;
        int count = 0;
        for (int i = 0; i < header.length(); i++) {
            char c = header.charAt(i);
            quoted ^= c == '"';
            count += !quoted && c == wanted ? 1 : 0;
        }
        return count;
    }
}
