package dev.gantry.lora.data.batch;

import dev.gantry.lora.data.Batch;
import dev.gantry.lora.data.tokens.TokenRows;
import dev.gantry.lora.data.tokens.TokenizedRow;

/// Lays rows end to end as one batch.
public final class Collator {
    private Collator() {}

    static Batch collate(TokenRows rows, int[] chosen) {
        TokenizedRow[] picked = new TokenizedRow[chosen.length];
        for (int i = 0; i < chosen.length; i++) {
            picked[i] = rows.row(chosen[i]);
        }
        return collate(picked);
    }

    public static Batch collate(TokenizedRow... rows) {
        int[] lengths = new int[rows.length];
        int total = 0;
        for (int i = 0; i < rows.length; i++) {
            lengths[i] = rows[i].length();
            total = Math.addExact(total, lengths[i]);
        }
        int[] ids = new int[total];
        int[] labels = new int[total];
        int[] positions = new int[total];
        int offset = 0;
        for (TokenizedRow row : rows) {
            System.arraycopy(row.ids(), 0, ids, offset, row.length());
            for (int i = 0; i < row.length(); i++) {
                // what position i predicts is token i + 1, and nothing beyond the sequence
                boolean learned = i + 1 < row.length() && row.trained().get(i + 1);
                labels[offset + i] = learned ? row.ids()[i + 1] : Batch.NO_LABEL;
                positions[offset + i] = i;
            }
            offset += row.length();
        }
        return new Batch(ids, labels, positions, lengths);
    }
}
