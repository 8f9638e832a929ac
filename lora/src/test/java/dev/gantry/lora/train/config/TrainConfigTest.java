package dev.gantry.lora.train.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.optim.Schedule;
import dev.gantry.lora.adapter.TargetModules;
import dev.gantry.lora.data.example.ColumnRole;
import dev.gantry.lora.train.LoopPlan;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainConfigTest {
    private static TrainConfig parse(String more) {
        return TrainConfigJson.parse(
                "{\"stage\":\"sft\",\"model\":\"m\",\"data\":{\"path\":\"d.jsonl\"}" + more + "}",
                "test.json",
                TrainConfig.class);
    }

    private static TrainConfig complete(TrainConfig config, TrainDefaults.Facts facts, long steps) {
        return TrainDefaults.forSteps(TrainDefaults.afterData(TrainDefaults.beforeData(config), facts), steps);
    }

    @Test
    void parse_needsStageModelAndDataOnly() {
        TrainConfig config = parse("");
        assertThat(config).isEqualTo(TrainConfig.of(Stage.SFT, "m", DataSection.of("d.jsonl")));
    }

    @Test
    void parse_readsBackWhatWasWritten() {
        TrainConfig config = complete(parse(""), new TrainDefaults.Facts(600, 1_000_000, 128), 120);
        assertThat(TrainConfigJson.parse(TrainConfigJson.write(config), "again", TrainConfig.class))
                .isEqualTo(config);
    }

    @Test
    void columns_areReadBack_andMustMakeAnExample() {
        String columns = "{\"stage\":\"sft\",\"model\":\"m\",\"data\":{\"path\":\"d.csv\",\"columns\":{%s}}}";
        TrainConfig config = TrainConfigJson.parse(
                columns.formatted("\"user\":\"Frage\",\"assistant\":\"Antwort\""), "test.json", TrainConfig.class);
        assertThat(config.data().columns())
                .isEqualTo(Map.of(ColumnRole.USER, "Frage", ColumnRole.ASSISTANT, "Antwort"));
        assertThat(TrainConfigJson.write(config)).contains("\"user\" : \"Frage\"");
        assertThat(TrainConfigJson.parse(TrainConfigJson.write(config), "again", TrainConfig.class))
                .isEqualTo(config);

        assertThatThrownBy(() ->
                        TrainConfigJson.parse(columns.formatted("\"user\":\"Frage\""), "test.json", TrainConfig.class))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("data.columns");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ",\"lora\":{\"r\":0} | lora.r is 0",
                ",\"lora\":{\"lora_dropout\":1} | lora.lora_dropout is 1",
                ",\"lora\":{\"rank\":8} | lora.rank",
                ",\"optimizer\":{\"learning_rate\":-1} | optimizer.learning_rate is -1",
                ",\"optimizer\":{\"learning_rate\":\"fast\"} | optimizer.learning_rate",
                ",\"optimizer\":{\"name\":\"sgd\"} | optimizer.name",
                ",\"batch\":{\"effective_rows\":16,\"micro_rows\":3} | batch.micro_rows is 3",
                ",\"schedule\":{\"shape\":\"zigzag\"} | schedule.shape",
                ",\"machine\":{\"threads\":0} | machine.threads is 0",
                ",\"learning_rate\":1 | did you mean optimizer.learning_rate?",
                ",\"schedule\":{\"epochs\":1} | did you mean duration.epochs?"
            })
    void parse_namesTheSetting_thatIsWrong(String more, String message) {
        assertThatThrownBy(() -> parse(more))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining(message);
    }

    @Test
    void parse_refuses_whatIsNoSettings() {
        assertThatThrownBy(() -> TrainConfigJson.parse("{\"stage\":\"sft\"", "x.json", TrainConfig.class))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("x.json");
        assertThatThrownBy(() -> TrainConfigJson.parse("{\"stage\":\"sft\"}", "x.json", TrainConfig.class))
                .hasMessageContaining("model is missing");
        assertThatThrownBy(() -> TrainConfigJson.parse("{\"model\":\"m\"}", "x.json", TrainConfig.class))
                .hasMessageContaining("stage is missing");
    }

    @Test
    void defaults_areTheConsensus_forSmallData() {
        ResolvedSettings settings =
                new ResolvedSettings(complete(parse(""), new TrainDefaults.Facts(600, 1_000_000, 128), 114));
        assertThat(settings.lora().r()).isEqualTo(16);
        assertThat(settings.lora().loraAlpha()).isEqualTo(32);
        assertThat(settings.lora().loraDropout()).isEqualTo(0.05);
        assertThat(settings.lora().targetModules()).isEqualTo(new TargetModules.AllLinear());
        assertThat(settings.optimizer()).isEqualTo(new OptimizerSettings.AdamW(0.9, 0.999, 1e-8, 0.01));
        assertThat(settings.maxGradNorm()).isEqualTo(1);
        assertThat(settings.epochs()).isEqualTo(3);
        assertThat(settings.microBatches()).isEqualTo(1);
        LoopPlan plan = settings.loopPlan();
        assertThat(plan.learningRate()).isEqualTo(2e-4);
        assertThat(plan.schedule()).isEqualTo(new Schedule.Cosine(5, 114, 0));
        assertThat(List.of(plan.evalSteps(), plan.checkpointSteps(), plan.sampleSteps()))
                .containsOnly(12L);
        assertThat(plan.patience()).isEqualTo(3);
        assertThat(plan.seed()).isEqualTo(42);
    }

    @Test
    void defaults_followRowsModelAndLength() {
        ResolvedSettings large =
                new ResolvedSettings(complete(parse(""), new TrainDefaults.Facts(50_000, 8_000_000_000L, 1024), 3125));
        assertThat(large.lora().loraDropout()).isZero();
        assertThat(large.loopPlan().learningRate()).isEqualTo(1e-4);
        assertThat(large.epochs()).isEqualTo(1);
        assertThat(large.microBatches()).isEqualTo(8);
        TrainConfig full = TrainConfig.of(Stage.FULL, "m", DataSection.of("d"));
        assertThat(complete(full, new TrainDefaults.Facts(3000, 1, 64), 10)
                        .optimizer()
                        .learningRate())
                .isEqualTo(2e-5);
    }

    @Test
    void defaults_changeNothing_thatWasChosen() {
        TrainConfig once = complete(parse(""), new TrainDefaults.Facts(600, 1_000_000, 128), 114);
        assertThat(complete(once, new TrainDefaults.Facts(600, 1_000_000, 128), 114))
                .isEqualTo(once);
    }
}
