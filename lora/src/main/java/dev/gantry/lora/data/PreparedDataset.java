package dev.gantry.lora.data;

import dev.gantry.lora.data.tokens.TokenRows;
import java.io.Closeable;
import java.io.IOException;

/// Rows ready for training and those held back; open as long as they are read.
public final class PreparedDataset implements Closeable {
    private final TokenRows train;
    private final TokenRows eval;
    private final DataSummary summary;
    private final Closeable tokens;

    PreparedDataset(TokenRows train, TokenRows eval, DataSummary summary, Closeable tokens) {
        this.train = train;
        this.eval = eval;
        this.summary = summary;
        this.tokens = tokens;
    }

    public TokenRows train() {
        return train;
    }

    /// Rows held back; none when the request asked for none or the data is too small.
    public TokenRows eval() {
        return eval;
    }

    public DataSummary summary() {
        return summary;
    }

    @Override
    public void close() throws IOException {
        tokens.close();
    }
}
