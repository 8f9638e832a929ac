package dev.gantry.lora.data.source;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Reads a file row by row, holding one row (Parquet: one row group) at a time.
public sealed interface RowReader extends Closeable
        permits JsonlReader, JsonDocumentReader, TableReader, ParquetRowReader, TextReader {

    /// The next row or fault, null at the end of the file.
    ///
    /// @throws IOException when the device fails; faults of the content are results, not exceptions
    @Nullable
    RowResult next() throws IOException;

    /// About how many bytes of the file have been read; for progress.
    long bytesRead();
}
