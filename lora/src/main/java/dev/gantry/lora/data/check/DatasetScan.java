package dev.gantry.lora.data.check;

import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.lora.data.example.ColumnMapping;
import dev.gantry.lora.data.example.Example;
import dev.gantry.lora.data.example.ExampleChecks;
import dev.gantry.lora.data.example.ExampleFingerprint;
import dev.gantry.lora.data.example.RowFormat;
import dev.gantry.lora.data.source.DataException;
import dev.gantry.lora.data.source.Fault;
import dev.gantry.lora.data.source.FaultKind;
import dev.gantry.lora.data.source.FaultKind.Severity;
import dev.gantry.lora.data.source.RowReader;
import dev.gantry.lora.data.source.RowResult;
import dev.gantry.lora.data.source.RowResult.Row;
import dev.gantry.lora.data.source.RowSource;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One pass over a file: reads, maps and checks every row, hands usable examples on and counts what is wrong.
public final class DatasetScan {
    private static final int SAMPLE_ROWS = 100;

    private final RowSource source;
    private final RowFormat format;
    private final FaultCollector faults;
    private final FingerprintSet seen = new FingerprintSet();
    private long rows;
    private long examples;

    private DatasetScan(RowSource source, RowFormat format, FaultCollector faults) {
        this.source = source;
        this.format = format;
        this.faults = faults;
    }

    /// Prepares a pass, recognising the format from the first rows unless `mapping` says what the columns are.
    ///
    /// @throws DataException when no row can be read or the rows fit no known format
    public static DatasetScan of(RowSource source, @Nullable ColumnMapping mapping, FaultCollector faults)
            throws IOException {
        String file = String.valueOf(source.file().getFileName());
        List<JsonNode> sample = sample(source);
        RowFormat format =
                mapping == null ? RowFormat.recognise(file, sample) : RowFormat.mapped(file, mapping, sample);
        return new DatasetScan(source, format, faults);
    }

    private static List<JsonNode> sample(RowSource source) throws IOException {
        List<JsonNode> sample = new ArrayList<>();
        Fault firstFault = null;
        try (RowReader reader = source.open()) {
            RowResult result = reader.next();
            while (result != null && sample.size() < SAMPLE_ROWS) {
                switch (result) {
                    case Row row -> sample.add(row.value());
                    case RowResult.Unreadable(Fault fault) -> firstFault = firstFault == null ? fault : firstFault;
                }
                result = reader.next();
            }
        }
        if (sample.isEmpty()) {
            String why = firstFault == null ? "it holds no rows" : "no row can be read; the first fault: " + firstFault;
            throw new DataException(
                    "DATA-NO-ROWS", "cannot use " + source.file(), why, "Mend the file or choose another.");
        }
        return sample;
    }

    public RowFormat format() {
        return format;
    }

    /// Reads the whole file. Faults go to the collector given at the start, to which the sink may add its own.
    public ValidationReport run(ExampleSink sink, Progress progress) throws IOException {
        long bytes = Files.size(source.file());
        try (RowReader reader = source.open();
                ProgressTask task =
                        progress.start("reading " + source.file().getFileName(), bytes, ProgressUnit.BYTES)) {
            for (RowResult result = reader.next(); result != null; result = reader.next()) {
                progress.throwIfCancelled();
                rows++;
                task.update(reader.bytesRead());
                switch (result) {
                    case Row row -> take(row, sink);
                    case RowResult.Unreadable(Fault fault) -> faults.add(fault);
                }
            }
        }
        return faults.report(rows, examples);
    }

    private void take(Row row, ExampleSink sink) throws IOException {
        switch (format.map(row)) {
            case RowFormat.Mapped.Faulty(Fault fault) -> faults.add(fault);
            case RowFormat.Mapped.Examples(List<Example> mapped) -> {
                for (Example example : mapped) {
                    if (usable(example, row)) {
                        examples++;
                        sink.accept(example, row);
                    }
                }
            }
        }
    }

    private boolean usable(Example example, Row row) {
        boolean usable = true;
        for (ExampleChecks.Finding finding : ExampleChecks.check(example)) {
            faults.add(finding.kind(), () -> row.fault(finding.kind(), finding.message()));
            usable &= finding.kind().severity() != Severity.UNUSABLE;
        }
        if (usable && !seen.add(ExampleFingerprint.of(example))) {
            String message = "an earlier row has the same content";
            faults.add(FaultKind.DUPLICATE, () -> row.fault(FaultKind.DUPLICATE, message));
        }
        return usable;
    }
}
