package dev.gantry.lora.data.source;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A data file and how to read it.
///
/// @param textDocuments what a document is, if the file is plain text
/// @param delimiter what parts the columns, if the file is a table
public record RowSource(Path file, FileKind kind, TextDocuments textDocuments, char delimiter, ReadLimits limits) {

    /// Looks at the file and decides how to read it.
    ///
    /// @param kind null to find out
    /// @throws DataException when the file is absent, empty, or of a kind that cannot be read
    public static RowSource of(Path file, @Nullable FileKind kind, TextDocuments textDocuments, ReadLimits limits)
            throws IOException {
        FileKind known = kind != null ? kind : FileKinds.detect(file, limits);
        return new RowSource(file, known, textDocuments, Delimiters.of(file, known, limits), limits);
    }

    public static RowSource of(Path file) throws IOException {
        return of(file, null, TextDocuments.WHOLE_FILE, ReadLimits.DEFAULT);
    }

    public RowReader open() throws IOException {
        return switch (kind) {
            case JSONL -> new JsonlReader(file, limits);
            case JSON -> new JsonDocumentReader(file, limits);
            case CSV, TSV -> new TableReader(file, delimiter, limits);
            case PARQUET -> new ParquetRowReader(file, limits);
            case TEXT -> new TextReader(file, textDocuments, limits);
        };
    }
}
