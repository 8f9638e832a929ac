package dev.gantry.lora.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.data.Batch;
import dev.gantry.lora.data.DataOptions;
import dev.gantry.lora.data.DataPosition;
import dev.gantry.lora.data.DataRequest;
import dev.gantry.lora.data.DatasetPreparer;
import dev.gantry.lora.data.Fakes;
import dev.gantry.lora.data.PreparedDataset;
import dev.gantry.lora.data.batch.BatchPlan.Order;
import dev.gantry.lora.data.batch.BatchPlan.Packing;
import dev.gantry.lora.data.source.DataException;
import dev.gantry.lora.data.tokens.TokenRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchStreamTest {
    private static final int ROWS = 37;
    private static final int MAX_TOKENS = 40;

    @TempDir
    Path folder;

    private PreparedDataset data;

    @BeforeEach
    void prepare() throws IOException {
        StringBuilder rows = new StringBuilder("q,a\n");
        for (int i = 0; i < ROWS; i++) {
            rows.append((char) ('A' + i))
                    .append(',')
                    .append("x".repeat(1 + i * 7 % 30))
                    .append('\n');
        }
        Path file = Files.writeString(folder.resolve("a.csv"), rows);
        DataRequest request = DataRequest.of(file)
                .withOptions(DataOptions.DEFAULT.withEvalFraction(0).withMaxTokens(MAX_TOKENS));
        data = new DatasetPreparer(Fakes.target(MAX_TOKENS), null).prepare(request, Progress.silent());
    }

    @AfterEach
    void close() throws IOException {
        data.close();
    }

    @ParameterizedTest
    @EnumSource(Packing.class)
    void everyRowComesOnceAnEpoch_inAnotherOrder(Packing packing) throws DataException {
        BatchPlan plan = new BatchPlan(2, MAX_TOKENS, packing, Order.SHUFFLED, 42);
        BatchStream stream = new BatchStream(data.train(), plan, DataPosition.START);
        List<Integer> first = questionsOfOneEpoch(stream);
        List<Integer> second = questionsOfOneEpoch(stream);
        assertThat(first).hasSize(ROWS).doesNotHaveDuplicates();
        assertThat(second).containsExactlyInAnyOrderElementsOf(first).isNotEqualTo(first);
        assertThat(stream.position().epoch()).isEqualTo(1);
        assertThat(BatchStream.batches(data.train(), plan, 2))
                .isEqualTo(stream.position().batch() + countOfFirstEpoch(plan));
    }

    @ParameterizedTest
    @EnumSource(Packing.class)
    void aResumedStream_goesOnWithExactlyTheNextBatch(Packing packing) throws DataException {
        BatchPlan plan = new BatchPlan(3, MAX_TOKENS, packing, Order.SHUFFLED, 5);
        BatchStream whole = new BatchStream(data.train(), plan, DataPosition.START);
        for (int step = 0; step < 40; step++) {
            BatchStream resumed = new BatchStream(data.train(), plan, whole.position());
            Batch expected = whole.next();
            Batch actual = resumed.next();
            assertThat(actual.ids()).as("step %d", step).isEqualTo(expected.ids());
            assertThat(actual.labels()).isEqualTo(expected.labels());
            assertThat(resumed.position()).isEqualTo(whole.position());
            assertThat(resumed.atEpochEnd()).isEqualTo(whole.atEpochEnd());
        }
    }

    @Test
    void packsFillTheirBudgetAndNeverExceedIt() throws DataException {
        BatchPlan packed = new BatchPlan(1, MAX_TOKENS, Packing.FIRST_FIT, Order.SHUFFLED, 1);
        BatchPlan single = new BatchPlan(1, MAX_TOKENS, Packing.OFF, Order.SHUFFLED, 1);
        BatchStream stream = new BatchStream(data.train(), packed, DataPosition.START);
        do {
            assertThat(stream.next().tokens()).isLessThanOrEqualTo(MAX_TOKENS);
        } while (!stream.atEpochEnd());
        assertThat(BatchStream.batches(data.train(), packed, 1))
                .isLessThan(BatchStream.batches(data.train(), single, 1));
    }

    @Test
    void orderIsKept_forEvaluation() throws DataException {
        BatchPlan plan = new BatchPlan(4, MAX_TOKENS, Packing.OFF, Order.AS_IS, 1);
        List<Integer> questions = questionsOfOneEpoch(new BatchStream(data.train(), plan, DataPosition.START));
        assertThat(questions).isSorted();
    }

    @Test
    void theShuffle_isTheSameForever() {
        assertThat(SeededOrder.of(10, 42, 0)).containsExactly(GOLDEN_ORDER);
        assertThat(Arrays.stream(SeededOrder.of(1000, 1, 1)).distinct().count()).isEqualTo(1000);
    }

    @Test
    void refusal_whenThePositionIsOfOtherData() {
        BatchPlan plan = new BatchPlan(4, MAX_TOKENS, Packing.OFF, Order.SHUFFLED, 1);
        TokenRows rows = data.train();
        assertThatThrownBy(() -> new BatchStream(rows, plan, new DataPosition(0, 99)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("10 batches of an epoch");
    }

    /// Computed once outside Java.
    private static final int[] GOLDEN_ORDER = {8, 2, 6, 3, 4, 0, 9, 5, 1, 7};

    private long countOfFirstEpoch(BatchPlan plan) throws DataException {
        BatchStream stream = new BatchStream(data.train(), plan, DataPosition.START);
        do {
            stream.next();
        } while (!stream.atEpochEnd());
        return stream.position().batch();
    }

    /// The second token of a row is its question, a character of its own.
    private static List<Integer> questionsOfOneEpoch(BatchStream stream) {
        List<Integer> questions = new ArrayList<>();
        do {
            Batch batch = stream.next();
            int offset = 0;
            for (int length : batch.sequenceLengths()) {
                questions.add(batch.ids()[offset + 1]);
                offset += length;
            }
        } while (!stream.atEpochEnd());
        return questions;
    }
}
