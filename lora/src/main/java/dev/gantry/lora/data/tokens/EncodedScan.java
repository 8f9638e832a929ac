package dev.gantry.lora.data.tokens;

import dev.gantry.lora.data.check.ValidationReport;
import dev.gantry.lora.data.example.DataFormat;
import dev.gantry.lora.data.source.SourcePosition;
import java.util.Map;

/// What the pass that made a {@link TokenFile} found; kept in the file so that a cached start reports the same.
///
/// @param file name of the data file
/// @param unit what source numbers of rows count
/// @param parts which field plays which part
/// @param runningText whether rows are documents to be joined and cut, not examples of their own
public record EncodedScan(
        String file,
        SourcePosition.Unit unit,
        DataFormat format,
        Map<String, String> parts,
        boolean runningText,
        ValidationReport report) {}
