package dev.gantry.lora.data.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.data.source.DataException;
import dev.gantry.lora.data.source.RowSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Real data of many makers, read from beside the project when it is there.
class SharedDatasetsTest {
    private static final Path DATASETS = Path.of(System.getProperty("gantry.shared", "none"), "data", "datasets");

    @ParameterizedTest
    @CsvSource({
        "personality-chat/derived/comic.alpaca.json, ALPACA, 650",
        "personality-chat/derived/comic.csv, ALPACA, 650",
        "personality-chat/derived/comic.messages.jsonl, MESSAGES, 650",
        "personality-chat/derived/comic.sharegpt.json, SHAREGPT, 650",
        "personality-chat/derived/comic_over_professional.dpo.jsonl, PREFERENCE, 632",
        "personality-chat/derived/friendly.alpaca.json, ALPACA, 6897",
        "personality-chat/derived/friendly.messages.jsonl, MESSAGES, 6897",
        "personality-chat/qna_chitchat_the_comic.tsv, COLUMNS, 650",
        "personality-chat/qna_chitchat_friendly.tsv, COLUMNS, 6897",
        "personality-chat/scenario_responses_the_comic.tsv, COLUMNS, 0",
        "self-instruct/seed_tasks.jsonl, INSTANCES, 175",
        "self-instruct/user_oriented_instructions.jsonl, INSTANCES, 252",
        "gsm8k/train.jsonl, COLUMNS, 7473",
        "gsm8k/test.jsonl, COLUMNS, 1319",
        "oasst-en100/en_100_tree.jsonl, MESSAGE_TREE, 100",
        "oasst-en100/en_100_message.jsonl, MESSAGE_TREE, 100",
        "oasst-en100/en_100_text.jsonl, TEXT, 100",
        "fastchat/dummy_conversation.json, SHAREGPT, 500",
        "colossalchat/tests_test_data_sft_test_sft_data.jsonl, MESSAGES, 0",
        "colossalchat/tests_test_data_dpo_test_dpo_data.jsonl, PREFERENCE, 0",
        "colossalchat/examples_training_scripts_lora_sft_data.jsonl, MESSAGES, 0",
        "llamafactory/identity.json, ALPACA, 91",
        "soda-chat/chat_val.txt, TEXT, 0",
        "tinyshakespeare/input.txt, TEXT, 0"
    })
    void rowsAreRecognisedAndUsable(String name, String format, long rows) throws IOException {
        Path file = DATASETS.resolve(name);
        assumeTrue(Files.exists(file), () -> "skipped: no " + file);
        DatasetScan scan = DatasetScan.of(RowSource.of(file), null, new FaultCollector(50));
        ValidationReport report = scan.run((example, row) -> {}, Progress.silent());
        assertThat(scan.format().format().name()).isEqualTo(format);
        assertThat(report.examples()).isPositive();
        if (rows > 0) {
            assertThat(report.rows()).isEqualTo(rows);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fastchat/mt_bench_question.jsonl",
                "fastchat/vicuna_bench_question.jsonl",
                "colossalchat/conversation_template_llama2.json",
                "chatterbot/greetings.yml"
            })
    void whatIsNoTrainingData_isRefusedWithAReason(String name) {
        Path file = DATASETS.resolve(name);
        assumeTrue(Files.exists(file), () -> "skipped: no " + file);
        assertThatThrownBy(() -> DatasetScan.of(RowSource.of(file), null, new FaultCollector(50)))
                .isInstanceOf(DataException.class);
    }
}
