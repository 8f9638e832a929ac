package dev.gantry.lora.data;

import dev.gantry.lora.data.example.ColumnMapping;
import dev.gantry.lora.data.source.RowSource;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A data file, how to read it, and what to make of it.
///
/// @param mapping which column holds what; null to find out
public record DataRequest(RowSource source, @Nullable ColumnMapping mapping, DataOptions options) {

    /// The file with everything found out and all defaults.
    public static DataRequest of(Path file) throws IOException {
        return new DataRequest(RowSource.of(file), null, DataOptions.DEFAULT);
    }

    public DataRequest withMapping(ColumnMapping value) {
        return new DataRequest(source, value, options);
    }

    public DataRequest withOptions(DataOptions value) {
        return new DataRequest(source, mapping, value);
    }

    String fileName() {
        return String.valueOf(source.file().getFileName());
    }
}
