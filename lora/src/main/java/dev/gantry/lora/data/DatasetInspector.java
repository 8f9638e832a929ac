package dev.gantry.lora.data;

import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.data.check.DatasetScan;
import dev.gantry.lora.data.check.FaultCollector;
import dev.gantry.lora.data.check.ValidationReport;
import dev.gantry.lora.data.example.Example;
import dev.gantry.lora.data.source.FaultKind;
import dev.gantry.lora.data.source.RowResult.Row;
import dev.gantry.lora.data.tokens.ExampleEncoder;
import dev.gantry.lora.data.tokens.LengthHistogram;
import dev.gantry.lora.data.tokens.TargetModel;
import dev.gantry.lora.data.tokens.TokenizedRow;
import dev.gantry.zoo.chat.ChatTemplateException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks through a whole data file and reports, changing and keeping nothing.
public final class DatasetInspector {
    private DatasetInspector() {}

    /// Inspects without a model: format, mapping, faults.
    ///
    /// @throws dev.gantry.lora.data.source.DataException when the file cannot be read or recognised at all
    public static DataInspection inspect(DataRequest request) throws IOException {
        return inspect(request, null, Progress.silent());
    }

    /// Inspects; with a model also token lengths and the loss mask.
    public static DataInspection inspect(DataRequest request, @Nullable TargetModel target, Progress progress)
            throws IOException {
        FaultCollector faults = new FaultCollector(DataDefaults.LISTED_FAULTS);
        DatasetScan scan = DatasetScan.of(request.source(), request.mapping(), faults);
        List<Example> first = new ArrayList<>();
        TokenCount count = target == null ? null : new TokenCount(target, request.options(), faults);
        ValidationReport report = scan.run(
                (example, row) -> {
                    if (first.size() < DataDefaults.PREVIEWED_ROWS) {
                        first.add(example);
                    }
                    if (count != null) {
                        count.add(example, row);
                    }
                },
                progress);
        long refused = count == null ? 0 : count.refused;
        return new DataInspection(
                request.source().file(),
                request.source().kind(),
                scan.format().format(),
                scan.format().parts(),
                faults.report(report.rows(), report.examples() - refused),
                List.copyOf(first),
                count == null ? null : count.view());
    }

    /// Encodes examples to count and show them, and lets them go again.
    private static final class TokenCount {
        private final TargetModel target;
        private final FaultCollector faults;
        private final ExampleEncoder encoder;
        private final LengthHistogram.Builder lengths = new LengthHistogram.Builder();
        private final List<MaskPreview> previews = new ArrayList<>();
        private final int maxTokens;
        private boolean runningText;
        private long learnedTokens;
        private long overLong;
        private long refused;

        TokenCount(TargetModel target, DataOptions options, FaultCollector faults) {
            this.target = target;
            this.faults = faults;
            this.maxTokens =
                    options.maxTokens() == DataDefaults.MAX_TOKENS_FROM_DATA ? target.maxTokens() : options.maxTokens();
            this.encoder = new ExampleEncoder(target, options.trainOn(), options.promptStyle());
        }

        void add(Example example, Row row) {
            TokenizedRow tokens;
            try {
                tokens = encoder.encode(example);
            } catch (ChatTemplateException e) {
                refused++;
                faults.add(
                        FaultKind.TEMPLATE_REFUSED,
                        () -> row.fault(FaultKind.TEMPLATE_REFUSED, String.valueOf(e.getMessage())));
                return;
            }
            runningText |= example instanceof Example.Document;
            lengths.add(tokens.length());
            learnedTokens += tokens.learnedTokens();
            if (previews.size() < DataDefaults.PREVIEWED_ROWS) {
                previews.add(MaskPreview.of(tokens, target.tokenizer()));
            }
            if (!runningText) {
                countFaults(tokens, row);
            }
        }

        private void countFaults(TokenizedRow tokens, Row row) {
            if (tokens.learnedTokens() == 0) {
                String message = "none of its tokens would be learned";
                faults.add(FaultKind.ALL_MASKED, () -> row.fault(FaultKind.ALL_MASKED, message));
            }
            if (tokens.length() > maxTokens) {
                overLong++;
                String message = tokens.length() + " tokens, at most " + maxTokens + " are allowed";
                faults.add(FaultKind.OVER_LONG, () -> row.fault(FaultKind.OVER_LONG, message));
            }
        }

        DataInspection.TokenView view() {
            LengthHistogram histogram = lengths.build();
            int suggested = runningText
                    ? Math.min(DataDefaults.TEXT_PIECE_TOKENS, target.maxTokens())
                    : histogram.suggestedMaxTokens(DataDefaults.LENGTH_MULTIPLE, target.maxTokens());
            return new DataInspection.TokenView(histogram, learnedTokens, suggested, overLong, List.copyOf(previews));
        }
    }
}
