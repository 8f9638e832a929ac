package dev.gantry.lora.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.data.source.DataException;
import dev.gantry.lora.data.source.Fault;
import dev.gantry.lora.data.source.FaultKind;
import dev.gantry.lora.data.tokens.OverLong;
import dev.gantry.lora.data.tokens.TargetModel;
import dev.gantry.lora.data.tokens.TokenRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetPreparerTest {
    private static final DataOptions NO_EVAL = DataOptions.DEFAULT.withEvalFraction(0);

    @TempDir
    Path folder;

    @Test
    void overLongRows_areDroppedWithACountAndTheirLine() throws IOException {
        Path file = csv("q,a", "x,short", "y," + "long".repeat(20), "z,short");
        try (PreparedDataset data = prepare(file, NO_EVAL.withMaxTokens(20), 100)) {
            assertThat(texts(data.train())).containsExactly("[x](short)", "[z](short)");
            assertThat(data.summary().droppedRows()).isEqualTo(1);
            assertThat(data.summary().cutRows()).isZero();
            Fault fault = data.summary().report().firstFaults().getFirst();
            assertThat(fault).hasToString("a.csv line 3: over-long: 85 tokens, at most 20 are allowed");
            assertThat(fault.excerpt()).startsWith("[y](longlong");
            assertThat(data.summary().report().count(FaultKind.OVER_LONG)).isEqualTo(1);
        }
    }

    @Test
    void overLongRows_areCutAtEitherEnd_byChoice() throws IOException {
        Path file = csv("q,a", "x,0123456789");
        try (PreparedDataset data = prepare(file, NO_EVAL.withMaxTokens(8).withOverLong(OverLong.CUT_END), 100)) {
            assertThat(texts(data.train())).containsExactly("[x](0123");
            assertThat(data.summary().cutRows()).isEqualTo(1);
            assertThat(data.summary().droppedRows()).isZero();
        }
        try (PreparedDataset data = prepare(file, NO_EVAL.withMaxTokens(8).withOverLong(OverLong.CUT_START), 100)) {
            assertThat(texts(data.train())).containsExactly("3456789)");
        }
    }

    @Test
    void lengthIsTakenFromTheData_whenNoneIsSet() throws IOException {
        Path file = csv("q,a", "x,short", "y," + "long".repeat(20));
        try (PreparedDataset data = prepare(file, NO_EVAL, 1000)) {
            assertThat(data.summary().maxTokens()).isEqualTo(128);
            assertThat(data.summary().histogram().max()).isEqualTo(85);
            assertThat(data.summary().learnedTokens()).isEqualTo(6 + 81);
        }
    }

    @Test
    void refusalExplains_whenNothingWouldBeLearned() throws IOException {
        Path file = csv("q,a", "xxxxxxxxxx,short", "yyyyyyyyyyy,short");
        assertThatThrownBy(() -> prepare(file, NO_EVAL.withMaxTokens(10), 100))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("all 2 rows are longer than 10 tokens");
        assertThatThrownBy(() -> prepare(file, NO_EVAL.withMaxTokens(10).withOverLong(OverLong.CUT_END), 100))
                .hasMessageContaining("no answer is left");
        var blind = new TargetModel(Fakes.tokenizer(Fakes.Bos.NONE), "fake", Fakes.maskingTemplate(), 100);
        DataRequest request = DataRequest.of(file).withOptions(NO_EVAL);
        assertThatThrownBy(() -> new DatasetPreparer(blind, null).prepare(request, Progress.silent()))
                .hasMessageContaining("\"blind\" marks no part");
    }

    @Test
    void runningText_isJoinedWithEndsBetween_andCutIntoPieces() throws IOException {
        Path file = Files.writeString(folder.resolve("a.jsonl"), "{\"text\":\"abcde\"}\n{\"text\":\"fgh\"}\n");
        try (PreparedDataset data = prepare(file, NO_EVAL.withMaxTokens(4), 100)) {
            assertThat(texts(data.train())).containsExactly("abcd", "e\u0002fg", "h\u0002");
            assertThat(data.summary().learnedTokens()).isEqualTo(3 + 3 + 1);
        }
    }

    @Test
    void rowsAreHeldBackByContent_soThatDuplicatesAndOrderDoNotMatter() throws IOException {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            rows.add("question " + i % 250 + ",answer " + i % 250);
        }
        Path file = csv("q,a", rows.toArray(String[]::new));
        Path reversed = Files.createDirectories(folder.resolve("r")).resolve("b.csv");
        Files.writeString(reversed, "q,a\n" + String.join("\n", rows.reversed()) + "\n");
        try (PreparedDataset data = prepare(file, DataOptions.DEFAULT, 100);
                PreparedDataset other = prepare(reversed, DataOptions.DEFAULT, 100);
                PreparedDataset otherSeed = prepare(file, DataOptions.DEFAULT.withSeed(7), 100)) {
            Set<String> train = new HashSet<>(texts(data.train()));
            assertThat(data.eval().size()).isEqualTo(20);
            assertThat(train).doesNotContainAnyElementsOf(texts(data.eval()));
            assertThat(new HashSet<>(texts(other.eval()))).isEqualTo(new HashSet<>(texts(data.eval())));
            assertThat(new HashSet<>(texts(otherSeed.eval()))).isNotEqualTo(new HashSet<>(texts(data.eval())));
            assertThat(data.train().size() + data.eval().size()).isEqualTo(300);
        }
    }

    @Test
    void atMostAFifthIsHeldBack_whenThereAreFewRows() throws IOException {
        Path ten = csv("q,a", "a,1", "b,2", "c,3", "d,4", "e,5", "f,6", "g,7", "h,8", "i,9", "j,0");
        try (PreparedDataset data = prepare(ten, DataOptions.DEFAULT, 100)) {
            assertThat(data.eval().size()).isEqualTo(2);
            assertThat(data.train().size()).isEqualTo(8);
        }
        Path two = csv("q,a", "a,1", "b,2");
        try (PreparedDataset data = prepare(two, DataOptions.DEFAULT, 100)) {
            assertThat(data.eval().size()).isZero();
        }
    }

    @Test
    void settingsOutOfRange_areRefused() throws IOException {
        Path file = csv("q,a", "a,1");
        assertThatThrownBy(() -> prepare(file, NO_EVAL.withMaxTokens(101), 100)).hasMessageContaining("2 to 100");
        assertThatThrownBy(() -> prepare(file, NO_EVAL.withEvalFraction(Double.NaN), 100))
                .hasMessageContaining("share of NaN");
    }

    private Path csv(String header, String... rows) throws IOException {
        return Files.writeString(folder.resolve("a.csv"), header + "\n" + String.join("\n", rows) + "\n");
    }

    private static PreparedDataset prepare(Path file, DataOptions options, int modelMaxTokens) throws IOException {
        DataRequest request = DataRequest.of(file).withOptions(options);
        return new DatasetPreparer(Fakes.target(modelMaxTokens), null).prepare(request, Progress.silent());
    }

    private static List<String> texts(TokenRows rows) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            texts.add(Fakes.tokenizer(Fakes.Bos.NONE).decode(rows.row(i).ids()));
        }
        return texts;
    }
}
