package dev.gantry.lora.data;

import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.data.check.FaultCollector;
import dev.gantry.lora.data.check.ValidationReport;
import dev.gantry.lora.data.source.DataException;
import dev.gantry.lora.data.source.Fault;
import dev.gantry.lora.data.source.FaultKind;
import dev.gantry.lora.data.source.SourcePosition;
import dev.gantry.lora.data.tokens.EncodedScan;
import dev.gantry.lora.data.tokens.EncodingJob;
import dev.gantry.lora.data.tokens.EvalSplit;
import dev.gantry.lora.data.tokens.LengthHistogram;
import dev.gantry.lora.data.tokens.OverLong;
import dev.gantry.lora.data.tokens.RowAssembly;
import dev.gantry.lora.data.tokens.StoredTokens;
import dev.gantry.lora.data.tokens.TargetModel;
import dev.gantry.lora.data.tokens.TokenCache;
import dev.gantry.lora.data.tokens.TokenFile;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Turns a data file into rows for one model: encode (or take from the cache), apply the length rule, hold rows back.
public final class DatasetPreparer {
    private static final int EXCERPT_TOKENS = 48;

    private final TargetModel target;
    private final TokenCache cache;

    /// @param cacheFolder where tokens are kept between starts; null to keep none
    public DatasetPreparer(TargetModel target, @Nullable Path cacheFolder) {
        this.target = target;
        this.cache = new TokenCache(cacheFolder);
    }

    /// Prepares the data of a run; the caller closes the result.
    ///
    /// @throws DataException when the data cannot be used as asked, or nothing of it would be learned
    @SuppressWarnings("MustBeClosed") // the result owns the tokens
    public PreparedDataset prepare(DataRequest request, Progress progress) throws IOException {
        DataOptions options = request.options();
        options.check(target.maxTokens());
        EncodingJob job = new EncodingJob(
                request.source(),
                request.mapping(),
                options.faultPolicy(),
                options.trainOn(),
                options.promptStyle(),
                target,
                DataDefaults.LISTED_FAULTS);
        StoredTokens tokens = cache.open(job, progress);
        try {
            return assemble(request, tokens);
        } catch (RuntimeException e) {
            tokens.close();
            throw e;
        }
    }

    private PreparedDataset assemble(DataRequest request, StoredTokens tokens) throws DataException {
        DataOptions options = request.options();
        TokenFile file = tokens.file();
        LengthHistogram histogram = histogram(file);
        boolean text = tokens.scan().runningText();
        int maxTokens = maxTokens(options, histogram, text);
        RowAssembly rows =
                text ? RowAssembly.ofText(file, maxTokens) : RowAssembly.ofRows(file, maxTokens, options.overLong());
        if (rows.rows().size() == 0) {
            throw nothingToLearn(request, file, rows, maxTokens);
        }
        EvalSplit split = EvalSplit.of(rows.rows(), options.splitRule(), options.seed());
        boolean dropped = options.overLong() == OverLong.DROP;
        DataSummary summary = new DataSummary(
                tokens.scan().format(),
                tokens.scan().parts(),
                report(tokens, rows, maxTokens),
                histogram,
                maxTokens,
                dropped ? rows.overLong().length : 0,
                dropped ? 0 : rows.overLong().length,
                rows.masked().length,
                split.train().size(),
                split.eval().size(),
                split.train().tokenCount(),
                split.train().learnedTokenCount(),
                tokens.use());
        return new PreparedDataset(split.train(), split.eval(), summary, tokens);
    }

    private static LengthHistogram histogram(TokenFile file) {
        LengthHistogram.Builder lengths = new LengthHistogram.Builder();
        for (int row = 0; row < file.rowCount(); row++) {
            lengths.add(file.length(row));
        }
        return lengths.build();
    }

    private int maxTokens(DataOptions options, LengthHistogram histogram, boolean text) {
        if (options.maxTokens() != DataDefaults.MAX_TOKENS_FROM_DATA) {
            return options.maxTokens();
        }
        return text
                ? Math.min(DataDefaults.TEXT_PIECE_TOKENS, target.maxTokens())
                : histogram.suggestedMaxTokens(DataDefaults.LENGTH_MULTIPLE, target.maxTokens());
    }

    /// The report of the pass, with the faults that only the length rule brings out.
    private ValidationReport report(StoredTokens tokens, RowAssembly rows, int maxTokens) {
        EncodedScan scan = tokens.scan();
        FaultCollector faults = FaultCollector.continuing(scan.report(), DataDefaults.LISTED_FAULTS);
        for (int row : rows.overLong()) {
            faults.add(FaultKind.OVER_LONG, () -> {
                String message = tokens.file().length(row) + " tokens, at most " + maxTokens + " are allowed";
                return fault(FaultKind.OVER_LONG, tokens, row, message);
            });
        }
        for (int row : rows.masked()) {
            String message = "none of its tokens would be learned";
            faults.add(FaultKind.ALL_MASKED, () -> fault(FaultKind.ALL_MASKED, tokens, row, message));
        }
        return faults.report(scan.report().rows(), scan.report().examples());
    }

    private Fault fault(FaultKind kind, StoredTokens tokens, int row, String message) {
        TokenFile file = tokens.file();
        var at = new SourcePosition(tokens.scan().file(), tokens.scan().unit(), file.sourceNumber(row), 0);
        int[] start = file.read(file.start(row), Math.min(EXCERPT_TOKENS, file.length(row)))
                .ids();
        return new Fault(kind, at, message, target.tokenizer().decode(start));
    }

    private DataException nothingToLearn(DataRequest request, TokenFile file, RowAssembly rows, int maxTokens) {
        int all = file.rowCount();
        int overLong = rows.overLong().length;
        if (all == 0) {
            return nothing(request, "no row of it is an example", "See what is wrong with each: gantry data check.");
        }
        if (overLong == all && request.options().overLong() == OverLong.DROP) {
            String why = "all " + all + " rows are longer than " + maxTokens + " tokens";
            return nothing(request, why, "Allow longer rows, or choose to cut them.");
        }
        if (overLong > 0) {
            String why = overLong + " of " + all + " rows are longer than " + maxTokens
                    + " tokens, and no answer is left of the rest or in the part that is kept";
            return nothing(request, why, "Allow longer rows.");
        }
        String why = "the chat template \"" + target.template().name() + "\" marks no part of any row as the"
                + " assistant's";
        return nothing(request, why, "Choose another template, or train on everything.");
    }

    private static DataException nothing(DataRequest request, String why, String nextStep) {
        String what = "nothing in " + request.fileName() + " would be learned";
        return new DataException("DATA-NOTHING-TO-LEARN", what, why, nextStep);
    }
}
