package dev.gantry.lora.data.batch;

import static dev.gantry.lora.data.Batch.NO_LABEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.lora.data.Batch;
import dev.gantry.lora.data.tokens.TokenizedRow;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class CollatorTest {
    @Test
    void labelsAreTheNextTokens_andStayInsideTheirSequence() {
        Batch batch =
                Collator.collate(row(new int[] {10, 11, 12}, 1, 2), row(new int[] {20, 21}, 0), row(new int[] {30}, 0));
        assertThat(batch.ids()).containsExactly(10, 11, 12, 20, 21, 30);
        assertThat(batch.labels()).containsExactly(11, 12, NO_LABEL, NO_LABEL, NO_LABEL, NO_LABEL);
        assertThat(batch.positions()).containsExactly(0, 1, 2, 0, 1, 0);
        assertThat(batch.sequenceLengths()).containsExactly(3, 2, 1);
        assertThat(batch.learnedTokens()).isEqualTo(2);
        assertThat(batch.tokens()).isEqualTo(6);
    }

    private static TokenizedRow row(int[] ids, int... trained) {
        BitSet mask = new BitSet();
        for (int token : trained) {
            mask.set(token);
        }
        return new TokenizedRow(ids, mask);
    }
}
