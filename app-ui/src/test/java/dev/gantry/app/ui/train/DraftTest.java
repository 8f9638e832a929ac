package dev.gantry.app.ui.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.app.ui.FakeServices;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import dev.gantry.lora.data.example.ColumnRole;
import dev.gantry.lora.data.tokens.OverLong;
import dev.gantry.lora.train.config.DataSection;
import dev.gantry.lora.train.config.ScheduleSection;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.lora.train.config.TrainConfigJson;
import dev.gantry.lora.train.config.TrainDefaults;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DraftTest {
    private static final long LARGE = 1_000_000_000L;

    @TempDir
    Path home;

    private static Draft draft() {
        return Draft.EMPTY.withModel("m", LARGE).withData(DataSection.of("d.jsonl"));
    }

    @ParameterizedTest
    @EnumSource(Goal.class)
    void goal_setsItsValues_andNothingElse(Goal goal) {
        TrainConfig config = draft().withGoal(goal).config();

        assertThat(SettingText.flat(config)).isEqualTo(goal.values(LARGE));
        assertThat(draft().withGoal(goal).changed()).isEmpty();
    }

    @Test
    void goal_ofASmallModel_learnsFaster() {
        assertThat(draft().withModel("m", 1_000_000).config().optimizer().learningRate())
                .isEqualTo(2e-3);
        assertThat(draft().config().optimizer().learningRate()).isNull();
    }

    @Test
    void goal_keepsWhatWasChosenByHand_butForItsOwnValuesAndTheLength() {
        Draft draft = draft().with("lora.r", "64").with("seed", "7").with("duration.epochs", "9");

        assertThat(draft.withGoal(Goal.STYLE).changes()).isEqualTo(Map.of("seed", "7"));
    }

    @Test
    void changed_countsWhatDiffersFromTheGoal_andResetTakesItBack() {
        Draft draft = draft().withGoal(Goal.STYLE).with("lora.r", "16").with("seed", "7");

        assertThat(draft.changed()).containsExactly("lora.r", "seed");
        assertThat(draft.with("lora.r", "8").changed()).containsExactly("seed");
        assertThat(draft.reset("seed").changed()).containsExactly("lora.r");
        assertThat(draft.resetAll()).isEqualTo(draft().withGoal(Goal.STYLE));
    }

    @Test
    void clearing_whatTheGoalSets_leavesItToBeChosen() {
        Draft draft = draft().withGoal(Goal.QUICK).with(RunLength.STOPS.get(3).settings());

        assertThat(draft.config().duration().maxSteps()).isNull();
        assertThat(draft.config().duration().epochs()).isEqualTo(3);
        assertThat(RunLength.stopOf(draft)).isEqualTo(3);
        assertThat(RunLength.stopOf(draft().withGoal(Goal.QUICK))).isZero();
    }

    @Test
    void data_bringsWhatWasChosenForIt_whichIsNoChange() {
        DataSection checked = new DataSection(
                "rows.csv",
                null,
                96,
                null,
                0.1,
                OverLong.CUT_END,
                null,
                null,
                null,
                Map.of(ColumnRole.USER, "Question, long", ColumnRole.ASSISTANT, "a=b"));
        Draft draft = draft().withData(checked);

        assertThat(draft.config().data()).isEqualTo(checked);
        assertThat(draft.changed()).isEmpty();
        assertThat(draft.with("data.max_tokens", "64").config().data().maxTokens())
                .isEqualTo(64);
    }

    @Test
    void file_andForm_areTheSame_forEverySetting() {
        TrainConfig complete = TrainDefaults.forSteps(
                TrainDefaults.afterData(
                        TrainDefaults.beforeData(TrainConfigJson.parse("""
                            {"stage":"full","model":"m","data":{"path":"d.csv","columns":{"text":"all, of it"}},
                             "lora":{"r":3,"target_modules":["q_proj","v_proj"],"rank_pattern":{"q_proj":4},
                                     "alpha_pattern":{"v.*=x":2.5}},
                             "optimizer":{"learning_rate":1.5e-4,"epsilon":1e-9},
                             "samples":{"prompts":["Who are you?","One, two\\nthree"," edge "]},
                             "machine":{"device_memory":"1.5GB","compute":"bf16"}}\
                            """, "test", TrainConfig.class)),
                        new TrainDefaults.Facts(600, 1_000_000, 128)),
                120);

        assertThat(Draft.of(complete, 1_000_000).config()).isEqualTo(complete);
        assertThat(SettingText.flat(complete))
                .containsEntry("optimizer.learning_rate", "1.5e-4")
                .containsEntry("lora.target_modules", "q_proj, v_proj")
                .containsEntry("lora.rank_pattern", "q_proj=4");
    }

    @Test
    void file_thatSaysLittle_staysSo() {
        TrainConfig little = TrainConfig.of(Stage.SFT, "m", DataSection.of("d.jsonl"));

        assertThat(Draft.of(little, 1_000_000).config()).isEqualTo(little);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lora.r | 0 | lora.r | Must be 1 or more.",
                "lora.lora_alpha | 0 | lora.lora_alpha | Must be above 0.",
                "lora.lora_dropout | 1 | lora.lora_dropout | Must be at least 0 and below 1.",
                "batch.micro_rows | -2 | batch.micro_rows | Must be 1 or more."
            })
    void wrongValue_isSaidInTheUsersWords(String path, String text, String named, String words) {
        Texts texts = Texts.load(Locale.ENGLISH, List.of("/dev/gantry/app/ui/train"));

        assertThatThrownBy(() -> draft().with(path, text).config())
                .isInstanceOfSatisfying(
                        GantryException.class,
                        refused -> assertThat(Problem.of(refused, texts)).isEqualTo(new Problem(named, words)));
    }

    @Test
    void textThatIsNoNumber_isUnreadable() {
        assertThat(draft().with("lora.r", "8.5").unreadable()).containsExactly("lora.r");
        assertThat(draft().with("optimizer.learning_rate", "fast").unreadable())
                .containsExactly("optimizer.learning_rate");
        assertThat(draft().with("optimizer.learning_rate", "2e-4").unreadable()).isEmpty();
        assertThat(draft().with("schedule.shape", "linear").config().schedule().shape())
                .isEqualTo(ScheduleSection.Shape.LINEAR);
    }

    @Test
    void everySetting_hasWordsAndHelp() {
        try (FakeServices fake = new FakeServices(home)) {
            Texts texts = fake.services().texts();
            assertThat(SettingField.all())
                    .allMatch(field -> texts.has("train.set." + field.path()))
                    .allMatch(field -> texts.has("train.set." + field.path() + ".help"));
            assertThat(SettingField.sections()).allMatch(section -> texts.has("train.section." + section + ".help"));
        }
    }
}
