package dev.gantry.lora.data.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// CSV and its relatives: first row is the header, every further row becomes an object of strings.
final class TableReader implements RowReader {
    private final String file;
    private final LineReader text;
    private final CSVParser parser;
    private final Iterator<CSVRecord> records;
    private List<String> header = List.of();
    private boolean restOfBadLine;
    private boolean ended;

    TableReader(Path path, char delimiter, ReadLimits limits) throws IOException {
        this.file = String.valueOf(path.getFileName());
        this.text = new LineReader(new LineSource(path, limits.maxRowBytes()), limits.maxRowBytes());
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setDelimiter(delimiter)
                .setIgnoreEmptyLines(false)
                .get();
        this.parser = CSVParser.builder().setReader(text).setFormat(format).get();
        this.records = parser.iterator();
    }

    @Override
    public @Nullable RowResult next() throws IOException {
        while (!ended) {
            RowResult result = advance();
            Fault encoding = text.pollFault();
            if (encoding != null) {
                return new RowResult.Unreadable(encoding);
            }
            if (result != null) {
                return result;
            }
        }
        return null;
    }

    /// Reads one record; null when it was none to hand out (header, blank line, end).
    private @Nullable RowResult advance() throws IOException {
        long line = parser.getCurrentLineNumber() + 1;
        text.startRow();
        try {
            if (!records.hasNext()) {
                ended = true;
                return null;
            }
            CSVRecord record = records.next();
            if (restOfBadLine) {
                restOfBadLine = false;
                return null;
            }
            boolean blank = record.size() == 1 && record.get(0).isBlank();
            return blank ? null : row(line, record);
        } catch (UncheckedIOException e) {
            return fault(line, e.getCause());
        }
    }

    private @Nullable RowResult row(long line, CSVRecord record) {
        if (header.isEmpty()) {
            return readHeader(line, record);
        }
        SourcePosition at = SourcePosition.line(file, line, 0);
        if (record.size() != header.size()) {
            String message = "expected " + header.size() + " columns as in the header, found " + record.size();
            return new RowResult.Unreadable(
                    new Fault(FaultKind.BAD_TABLE, at, message, String.join(" | ", record.values())));
        }
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < header.size(); i++) {
            row.put(header.get(i), record.get(i));
        }
        return new RowResult.Row(at, row);
    }

    private @Nullable RowResult readHeader(long line, CSVRecord record) {
        List<String> names = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String name : record) {
            String stripped = name.strip();
            if (!seen.add(stripped)) {
                ended = true;
                String message = "the header names the column \"" + stripped + "\" twice; rename one of them";
                return new RowResult.Unreadable(new Fault(
                        FaultKind.BROKEN_FILE, SourcePosition.line(file, line, 0), message, String.join(" | ", names)));
            }
            names.add(stripped);
        }
        header = names;
        return null;
    }

    private RowResult fault(long line, @Nullable IOException cause) throws IOException {
        if (cause instanceof LineReader.RowTooLargeException) {
            ended = true;
            String message = "the row that starts here does not end; is a quote missing? The rest is not read";
            return unreadable(FaultKind.TOO_LARGE, line, message);
        }
        String words = cause == null ? "" : String.valueOf(cause.getMessage());
        if (words.contains("EOF reached before encapsulated token")) {
            ended = true;
            return unreadable(FaultKind.BAD_TABLE, line, "a quote that opens in this row is never closed");
        }
        if (!words.contains("encapsulated token")) {
            throw cause == null ? new IOException(file + ": reading failed") : cause;
        }
        restOfBadLine = true;
        String message = "text follows a closing quote; a quote inside a quoted column is written twice";
        return unreadable(FaultKind.BAD_TABLE, Math.max(line, parser.getCurrentLineNumber()), message);
    }

    private RowResult unreadable(FaultKind kind, long line, String message) {
        return new RowResult.Unreadable(
                new Fault(kind, SourcePosition.line(file, line, 0), message, text.firstLineOfRow()));
    }

    @Override
    public long bytesRead() {
        return text.bytesRead();
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
