package dev.gantry.lora.data.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

/// Tells how a file is laid out from its first bytes and, where they do not decide, from its name.
final class FileKinds {
    private static final int SAMPLE_BYTES = 1 << 16;

    private FileKinds() {}

    static FileKind detect(Path path, ReadLimits limits) throws IOException {
        byte[] sample = sample(path);
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        if (startsWith(sample, 'P', 'A', 'R', '1')) {
            return FileKind.PARQUET;
        }
        refuseForeign(path, sample);
        if (name.endsWith(".parquet")) {
            throw unreadable(
                    path,
                    "it is named .parquet but does not begin as a Parquet file does",
                    "It is damaged or of another kind: export or download it again.");
        }
        if (name.endsWith(".csv")) {
            return FileKind.CSV;
        }
        if (name.endsWith(".tsv") || name.endsWith(".tab")) {
            return FileKind.TSV;
        }
        if (name.endsWith(".txt") || name.endsWith(".md")) {
            return FileKind.TEXT;
        }
        return byContent(new String(sample, StandardCharsets.UTF_8), name, limits);
    }

    private static FileKind byContent(String text, String name, ReadLimits limits) {
        String start = text.replace("\uFEFF", "").stripLeading();
        boolean lines = name.endsWith(".jsonl") || name.endsWith(".ndjson");
        if (start.startsWith("[") || start.startsWith("{")) {
            return severalValues(start, limits) || (lines && !start.startsWith("[\n")) ? FileKind.JSONL : FileKind.JSON;
        }
        if (lines) {
            return FileKind.JSONL;
        }
        if (name.endsWith(".json")) {
            return start.startsWith("\"") ? FileKind.JSONL : FileKind.JSON;
        }
        return FileKind.TEXT;
    }

    /// True when the first line is a complete JSON value and another line follows: one value a line, whatever the name.
    private static boolean severalValues(String start, ReadLimits limits) {
        int end = start.indexOf('\n');
        if (end < 0 || start.substring(end).isBlank()) {
            return false;
        }
        try (JsonParser parser = JsonParsing.documentMapper(limits).createParser(start.substring(0, end))) {
            parser.nextToken();
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JacksonException _) {
            return false;
        }
    }

    private static void refuseForeign(Path path, byte[] sample) throws DataException {
        var foreign = ForeignFile.in(sample);
        if (foreign.isPresent()) {
            throw unreadable(path, foreign.get().why(), foreign.get().nextStep());
        }
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        for (String ending : new String[] {".yml", ".yaml", ".xml", ".html", ".xlsx", ".xls", ".pdf", ".arrow"}) {
            if (name.endsWith(ending)) {
                throw unreadable(
                        path,
                        "files ending in " + ending + " are not training data",
                        "Use JSONL, JSON, CSV, TSV, Parquet or TXT.");
            }
        }
    }

    private static byte[] sample(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw unreadable(path, "there is no such file", "Check the path.");
        }
        if (Files.isDirectory(path)) {
            throw unreadable(path, "it is a folder", "Choose one data file inside it.");
        }
        if (!Files.isRegularFile(path)) {
            throw unreadable(
                    path,
                    "it is a pipe or a device, and a data file is read more than once",
                    "Save what comes out of it in a file and choose that.");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] sample = in.readNBytes(SAMPLE_BYTES);
            if (sample.length == 0) {
                throw unreadable(path, "it is empty", "Choose a file with at least one row.");
            }
            return sample;
        }
    }

    private static DataException unreadable(Path path, String why, String nextStep) {
        return new DataException("DATA-FILE", "cannot read " + path, why, nextStep);
    }

    private static boolean startsWith(byte[] bytes, int... expected) {
        if (bytes.length < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (bytes[i] != (byte) expected[i]) {
                return false;
            }
        }
        return true;
    }
}
