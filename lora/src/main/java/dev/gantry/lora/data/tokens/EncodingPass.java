package dev.gantry.lora.data.tokens;

import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.data.check.DatasetScan;
import dev.gantry.lora.data.check.FaultCollector;
import dev.gantry.lora.data.check.FaultPolicy;
import dev.gantry.lora.data.check.ValidationReport;
import dev.gantry.lora.data.example.Example;
import dev.gantry.lora.data.source.DataException;
import dev.gantry.lora.data.source.Fault;
import dev.gantry.lora.data.source.FaultKind;
import dev.gantry.lora.data.source.RowResult.Row;
import dev.gantry.lora.data.source.SourcePosition;
import dev.gantry.zoo.chat.ChatTemplateException;
import java.io.IOException;

/// One pass that encodes a data file into a {@link TokenFile}.
final class EncodingPass {
    private final DatasetScan scan;
    private final FaultCollector faults;
    private final FaultPolicy policy;
    private final ExampleEncoder encoder;
    private boolean runningText;
    private SourcePosition.Unit unit = SourcePosition.Unit.LINE;
    private long refused;

    EncodingPass(DatasetScan scan, FaultCollector faults, FaultPolicy policy, ExampleEncoder encoder) {
        this.scan = scan;
        this.faults = faults;
        this.policy = policy;
        this.encoder = encoder;
    }

    /// @throws DataException when rows cannot be used and the policy is to stop
    EncodedScan run(String file, TokenFileWriter writer, Progress progress) throws IOException {
        ValidationReport report = scan.run((example, row) -> accept(example, row, writer), progress);
        Fault first = faults.firstUnusable();
        if (policy == FaultPolicy.STOP && first != null) {
            ValidationReport all = faults.report(report.rows(), report.examples());
            throw new DataException(
                    "DATA-ROWS",
                    "some rows of " + file + " cannot be used",
                    all.summary() + "; the first: " + first,
                    "Mend them, or choose to skip such rows.");
        }
        ValidationReport complete = faults.report(report.rows(), report.examples() - refused);
        return new EncodedScan(file, unit, scan.format().format(), scan.format().parts(), runningText, complete);
    }

    private void accept(Example example, Row row, TokenFileWriter writer) throws IOException {
        unit = row.at().unit();
        runningText |= example instanceof Example.Document;
        // the run will be refused, so only the report is still of use
        if (policy == FaultPolicy.STOP && faults.firstUnusable() != null) {
            return;
        }
        try {
            writer.append(encoder.encode(example));
        } catch (ChatTemplateException e) {
            refused++;
            faults.add(
                    FaultKind.TEMPLATE_REFUSED,
                    () -> row.fault(FaultKind.TEMPLATE_REFUSED, String.valueOf(e.getMessage())));
            return;
        }
        if (!(example instanceof Example.Document document) || document.extent() == Example.Extent.COMPLETE) {
            writer.endRow(row.at().number());
        }
    }
}
