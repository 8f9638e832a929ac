package dev.gantry.app.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.failure.Failure;
import dev.gantry.app.machine.MachineExamination;
import dev.gantry.app.preferences.Language;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import dev.gantry.lora.data.DataRequest;
import dev.gantry.lora.data.DatasetInspector;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.lora.train.config.TrainConfigJson;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The window in Chinese, looked at for English that was left in it.
class ChineseWindowTest {
    /// Two words of English side by side, apart from names such as "Hugging Face", from paths, and from what is quoted.
    private static final Pattern ENGLISH = Pattern.compile("(?<![\\w./-])[A-Za-z]{2,} [a-z]{2,}(?![\\w.])");

    private static final Map<String, String> FRAME = Texts.read("/dev/gantry/app/ui/frame/texts_zh.properties");

    @TempDir
    private Path folder;

    private OpenWindow open() {
        OpenWindow open = OpenWindow.on(folder.resolve("home"));
        OpenWindow.onWindow(() -> {
            open.window.preferences().change(now -> now.withLanguage(Language.CHINESE));
            return true;
        });
        open.settle();
        return open;
    }

    private static List<String> texts(OpenWindow open, String query) {
        return OpenWindow.onWindow(() -> SceneWalk.texts(open.find(query)));
    }

    private static boolean isChinese(String text) {
        return text.codePoints().anyMatch(Character::isIdeographic);
    }

    private static boolean isEnglish(String text) {
        return ENGLISH.matcher(text.replaceAll("“[^”]*”", "")).find();
    }

    @Test
    void anErrorCard_saysWhatAndWhyAndWhatToDo_inChinese() throws IOException {
        try (OpenWindow open = open()) {
            for (GantryException failure : failures()) {
                OpenWindow.onWindow(() -> {
                    open.window.notices().failure(failure, List.of());
                    return true;
                });
                open.settle();
                List<String> words = texts(open, ".error-card");

                assertThat(words)
                        .as("the card of %s", failure.code())
                        .contains(FRAME.get("frame.error.why"), FRAME.get("frame.error.next"))
                        .contains(FRAME.get("frame.error.copy"))
                        // headline, reason and advice beside three buttons and two names of lines
                        .hasSize(8)
                        .allMatch(ChineseWindowTest::isChinese)
                        .noneMatch(ChineseWindowTest::isEnglish);
                open.robot.type(KeyCode.ESCAPE);
                open.settle();
            }
        }
    }

    /// What the program itself says of things that go wrong in each of its parts.
    private List<GantryException> failures() throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        Path damaged = Files.createDirectories(folder.resolve("damaged"));
        Files.writeString(damaged.resolve("config.json"), "{\"model_type\": \"llama\", ");
        Path unknown = Files.createDirectories(folder.resolve("unknown"));
        Files.writeString(unknown.resolve("config.json"), "{\"model_type\": \"mamba\"}");
        String settings = "{\"stage\": \"sft\", \"stpes\": 3}";
        return List.of(
                thrownBy(() -> ModelFolder.open(model)),
                thrownBy(() -> ModelFolder.open(damaged)),
                thrownBy(() -> ModelFolder.open(unknown)),
                thrownBy(() -> TrainConfigJson.parse(settings, "train.json", TrainConfig.class)),
                thrownBy(() -> DatasetInspector.inspect(DataRequest.of(folder.resolve("gone.jsonl")))),
                thrownBy(() -> Files.readString(folder.resolve("gone.txt"))),
                thrownBy(() -> List.of().getFirst()));
    }

    private static GantryException thrownBy(Callable<?> work) {
        try {
            throw new AssertionError("nothing went wrong: " + work.call());
        } catch (Exception e) {
            return Failure.told(e);
        }
    }

    @Test
    void noScreen_speaksEnglish() throws IOException {
        String machine = new MachineExamination(folder).look().toString();
        List<String> english = new ArrayList<>();
        try (OpenWindow open = open()) {
            for (ScreenName screen : open.window.screenNames()) {
                open.go(screen);
                texts(open, ".frame").stream()
                        .filter(text -> isEnglish(text) && !machine.contains(text))
                        .forEach(text -> english.add(screen + ": " + text));
            }
        }

        assertThat(english).isEmpty();
    }
}
