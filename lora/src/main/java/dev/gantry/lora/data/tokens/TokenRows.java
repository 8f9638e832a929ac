package dev.gantry.lora.data.tokens;

/// Rows to train on or to evaluate with: pieces of a {@link TokenFile}, which must stay open.
public final class TokenRows {
    private final TokenFile file;
    private final long[] starts;
    private final int[] lengths;

    TokenRows(TokenFile file, long[] starts, int[] lengths) {
        this.file = file;
        this.starts = starts;
        this.lengths = lengths;
    }

    public int size() {
        return starts.length;
    }

    /// Tokens of row `index`.
    public int length(int index) {
        return lengths[index];
    }

    public TokenizedRow row(int index) {
        return file.read(starts[index], lengths[index]);
    }

    public long tokenCount() {
        long total = 0;
        for (int length : lengths) {
            total += length;
        }
        return total;
    }

    /// Tokens that count in the loss of one epoch.
    public long learnedTokenCount() {
        long total = 0;
        for (int i = 0; i < size(); i++) {
            total += row(i).learnedTokens();
        }
        return total;
    }

    TokenRows select(int[] indices) {
        long[] chosenStarts = new long[indices.length];
        int[] chosenLengths = new int[indices.length];
        for (int i = 0; i < indices.length; i++) {
            chosenStarts[i] = starts[indices[i]];
            chosenLengths[i] = lengths[indices[i]];
        }
        return new TokenRows(file, chosenStarts, chosenLengths);
    }

    /// A number of the tokens and mask of a row, equal for equal rows.
    long fingerprint(int index) {
        TokenizedRow row = row(index);
        long hash = row.length();
        for (int i = 0; i < row.length(); i++) {
            long word = row.ids()[i] * 2L + (row.trained().get(i) ? 1 : 0);
            hash = (hash ^ word) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 32;
        }
        return hash;
    }
}
