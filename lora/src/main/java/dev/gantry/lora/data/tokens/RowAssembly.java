package dev.gantry.lora.data.tokens;

import java.util.Arrays;

/// Applies the length rule to a file of tokens: which pieces of it become rows.
///
/// @param rows what is left
/// @param overLong numbers of the file's rows that were longer than allowed
/// @param masked numbers of the file's rows left out because nothing of them would be learned
@SuppressWarnings("ArrayRecordComponent") // lists of row numbers, compared by nobody
public record RowAssembly(TokenRows rows, int[] overLong, int[] masked) {

    /// One file row, one row: for conversations and completions.
    public static RowAssembly ofRows(TokenFile file, int maxTokens, OverLong rule) {
        int count = file.rowCount();
        long[] starts = new long[count];
        int[] lengths = new int[count];
        int[] overLong = new int[count];
        int[] masked = new int[count];
        int kept = 0;
        int tooLong = 0;
        int empty = 0;
        for (int row = 0; row < count; row++) {
            long start = file.start(row);
            int length = file.length(row);
            if (length > maxTokens) {
                overLong[tooLong++] = row;
                if (rule == OverLong.DROP) {
                    continue;
                }
                start += rule == OverLong.CUT_START ? length - maxTokens : 0;
                length = maxTokens;
            }
            if (file.read(start, length).learnedTokens() == 0) {
                masked[empty++] = row;
                continue;
            }
            starts[kept] = start;
            lengths[kept++] = length;
        }
        TokenRows rows = new TokenRows(file, Arrays.copyOf(starts, kept), Arrays.copyOf(lengths, kept));
        return new RowAssembly(rows, Arrays.copyOf(overLong, tooLong), Arrays.copyOf(masked, empty));
    }

    /// All tokens of the file in pieces of `maxTokens`: for running text. A last single token teaches nothing.
    public static RowAssembly ofText(TokenFile file, int maxTokens) {
        long tokens = file.tokenCount();
        long remainder = tokens % maxTokens;
        int count = Math.toIntExact(tokens / maxTokens + (remainder >= 2 ? 1 : 0));
        long[] starts = new long[count];
        int[] lengths = new int[count];
        for (int i = 0; i < count; i++) {
            starts[i] = (long) i * maxTokens;
            lengths[i] = (int) Math.min(maxTokens, tokens - starts[i]);
        }
        return new RowAssembly(new TokenRows(file, starts, lengths), new int[0], new int[0]);
    }
}
