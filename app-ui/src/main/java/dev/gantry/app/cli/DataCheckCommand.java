package dev.gantry.app.cli;

import dev.gantry.app.library.ModelText;
import dev.gantry.lora.data.DataInspection;
import dev.gantry.lora.data.DataInspection.TokenView;
import dev.gantry.lora.data.DataOptions;
import dev.gantry.lora.data.DataRequest;
import dev.gantry.lora.data.DatasetInspector;
import dev.gantry.lora.data.MaskPreview;
import dev.gantry.lora.data.tokens.LengthHistogram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `gantry data check`: what is in a file, what is wrong with it, and what a model would learn from it.
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Detects the format of a data file (JSONL, JSON, CSV, Parquet, text), checks every row and, with a model,"
                    + " counts tokens and shows what is learned.",
            "Exit code 1 when rows cannot be used."
        })
final class DataCheckCommand implements Callable<Integer> {
    private static final int BAR_CELLS = 40;

    private final CliContext context;

    @Parameters(paramLabel = "FILE", description = "the data file")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Option(names = "--model", defaultValue = "", description = "name or path of a model, for token lengths")
    private String model = "";

    @Option(names = "--template", defaultValue = "", description = "chat template to use in place of the model's own")
    private String template = "";

    @Option(names = "--max-tokens", defaultValue = "0", description = "longest row; 0 takes it from the data")
    private int maxTokens;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    DataCheckCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        var inspection = inspect();
        if (json) {
            context.printJson(inspection);
        } else {
            print(inspection);
        }
        boolean usable =
                inspection.report().unusable() == 0 && inspection.report().examples() > 0;
        return (usable ? ExitCode.OK : ExitCode.FAILED_CHECK).value();
    }

    private DataInspection inspect() throws IOException {
        var request = DataRequest.of(file).withOptions(DataOptions.DEFAULT.withMaxTokens(maxTokens));
        if (model.isEmpty()) {
            return DatasetInspector.inspect(request);
        }
        try (var text = ModelText.open(new ModelReference(context.home()).folder(model), template)) {
            return DatasetInspector.inspect(request, text.target(), context.progress());
        }
    }

    private void print(DataInspection inspection) {
        var out = context.out();
        var report = inspection.report();
        out.println(inspection.file() + ": " + inspection.format().label() + " in "
                + inspection.kind().name());
        inspection.parts().forEach((part, field) -> out.println("  " + part + " is read from \"" + field + "\""));
        out.println(Quantity.count(report.rows()) + " rows, " + Quantity.count(report.examples()) + " examples"
                + (report.summary().isEmpty() ? "" : "; found: " + report.summary()));
        report.firstFaults().forEach(fault -> {
            out.println("  " + fault);
            if (!fault.excerpt().isBlank()) {
                out.println("      " + fault.excerpt());
            }
        });
        var tokens = inspection.tokens();
        if (tokens != null) {
            print(tokens);
        }
    }

    private void print(TokenView tokens) {
        var out = context.out();
        var histogram = tokens.histogram();
        out.println(Quantity.count(histogram.totalTokens()) + " tokens, " + Quantity.count(tokens.learnedTokens())
                + " of them learned; half of the rows have at most " + histogram.p50() + ", 99 in 100 at most "
                + histogram.p99() + ", the longest " + histogram.max());
        out.println("suggested longest row: " + tokens.suggestedMaxTokens() + " tokens; "
                + Quantity.count(tokens.overLongRows()) + " rows are longer than allowed");
        print(histogram);
        tokens.previews().forEach(this::print);
    }

    private void print(LengthHistogram histogram) {
        long most = 1;
        for (long count : histogram.counts()) {
            most = Math.max(most, count);
        }
        for (int i = 0; i < histogram.counts().length; i++) {
            long count = histogram.counts()[i];
            int cells = (int) Math.ceilDiv(count * BAR_CELLS, most);
            context.out()
                    .printf(
                            "  %6d to %-6d %-40s %s%n",
                            histogram.edges()[i],
                            histogram.edges()[i + 1] - 1,
                            "#".repeat(cells),
                            Quantity.count(count));
        }
    }

    private void print(MaskPreview preview) {
        var out = context.out();
        out.println("what is learned stands in [[ ]]:");
        var text = new StringBuilder();
        for (var segment : preview.segments()) {
            switch (segment.learning()) {
                case LEARNED -> text.append("[[").append(segment.text()).append("]]");
                case READ_ONLY -> text.append(segment.text());
            }
        }
        text.toString().lines().forEach(line -> out.println("  | " + line));
    }
}
