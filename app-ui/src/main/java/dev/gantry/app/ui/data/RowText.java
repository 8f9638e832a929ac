package dev.gantry.app.ui.data;

import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.data.source.FileKind;
import dev.gantry.lora.data.source.RowReader;
import dev.gantry.lora.data.source.RowResult;
import dev.gantry.lora.data.source.RowSource;
import dev.gantry.lora.data.source.SourcePosition;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/// One row of a file as it stands there, however far behind.
final class RowText {
    private static final int MOST_CHARACTERS = 20_000;
    private static final int LOOK_FOR_STOP = 4096;

    private RowText() {}

    /// The line, or the row as JSON where rows are no lines.
    static String read(RowSource source, SourcePosition at, Progress progress) throws IOException {
        boolean lines =
                source.kind() == FileKind.JSONL || source.kind() == FileKind.CSV || source.kind() == FileKind.TSV;
        String text = lines && at.unit() == SourcePosition.Unit.LINE
                ? line(source, at.number(), progress)
                : row(source, at, progress);
        return text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) + "…" : text;
    }

    private static String line(RowSource source, long number, Progress progress) throws IOException {
        // a decoder that replaces bad bytes: such a line is among those that are looked at
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(Files.newInputStream(source.file()), StandardCharsets.UTF_8))) {
            String line = reader.readLine();
            for (long at = 1; line != null && at < number; at++) {
                if (at % LOOK_FOR_STOP == 0) {
                    progress.throwIfCancelled();
                }
                line = reader.readLine();
            }
            return line == null ? "" : line;
        }
    }

    private static String row(RowSource source, SourcePosition at, Progress progress) throws IOException {
        try (RowReader reader = source.open()) {
            for (RowResult result = reader.next(); result != null; result = reader.next()) {
                progress.throwIfCancelled();
                switch (result) {
                    case RowResult.Row row
                    when row.at().number() == at.number() -> {
                        return row.value().toPrettyString();
                    }
                    case RowResult.Unreadable(var fault)
                    when fault.at().number() == at.number() -> {
                        return fault.excerpt();
                    }
                    case RowResult.Row later -> {}
                    case RowResult.Unreadable later -> {}
                }
            }
        }
        return "";
    }
}
