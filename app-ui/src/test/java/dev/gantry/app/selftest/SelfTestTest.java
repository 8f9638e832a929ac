package dev.gantry.app.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.machine.MachineReport.NativeLibrary;
import dev.gantry.app.selftest.Finding.Words;
import dev.gantry.app.ui.text.FindingWords;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfTestTest {
    private static final long GIB = 1L << 30;
    private static final long FAST = 2_000_000_000L;

    @TempDir
    private Path folder;

    @Test
    void onThisMachine_theStarterAnswers_andNothingIsLeft() throws IOException {
        Path home = folder.resolve("home");
        SelfTest selfTest = new SelfTest(new GantryHome(home), false);
        assertThat(selfTest.check(Part.JAVA).grade()).isNotEqualTo(Grade.BAD);
        assertThat(selfTest.check(Part.DISPLAY).reason()).isEqualTo("none");
        assertThat(selfTest.check(Part.FOLDER).grade()).isEqualTo(Grade.GOOD);
        assertThat(selfTest.check(Part.DISK).amounts()).hasSize(2);
        assertThat(selfTest.check(Part.LIBRARIES).grade()).isNotEqualTo(Grade.BAD);
        Finding starter = selfTest.check(Part.STARTER);
        assertThat(starter.reason()).as(starter.toString()).isEqualTo("answers");
        assertThat(FindingWords.english().text(starter)).contains("Who are you?", "I am a small language model");
        assertThat(home).doesNotExist();
    }

    @Test
    void aFolderThatCannotBe_isRed_withTheReason() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Finding finding = new SelfTest(new GantryHome(file.resolve("home")), true).check(Part.FOLDER);
        assertThat(finding.grade()).isEqualTo(Grade.BAD);
        assertThat(FindingWords.english().text(finding)).contains(file.toString());
        assertThat(FindingWords.english().next(finding)).contains("GANTRY_HOME");
    }

    @Test
    void grades_followWhatThereIs() {
        assertThat(Thresholds.java(21, "21.0.2", GIB).grade()).isEqualTo(Grade.BAD);
        assertThat(Thresholds.java(25, "25", GIB / 8).grade()).isEqualTo(Grade.LIMITED);
        assertThat(Thresholds.java(25, "25", GIB).grade()).isEqualTo(Grade.GOOD);
        assertThat(Thresholds.memory(GIB / 2, 8 * GIB).grade()).isEqualTo(Grade.BAD);
        assertThat(Thresholds.memory(2 * GIB, 8 * GIB).grade()).isEqualTo(Grade.LIMITED);
        assertThat(Thresholds.memory(4 * GIB, 8 * GIB).grade()).isEqualTo(Grade.GOOD);
        assertThat(Thresholds.disk(GIB / 2, FAST).grade()).isEqualTo(Grade.BAD);
        assertThat(Thresholds.disk(5 * GIB, FAST).reason()).isEqualTo("little");
        assertThat(Thresholds.disk(50 * GIB, FAST / 100).reason()).isEqualTo("slow");
        assertThat(Thresholds.disk(50 * GIB, FAST).grade()).isEqualTo(Grade.GOOD);
    }

    /// In both languages: a text for every finding, and what to do wherever something is wrong.
    @Test
    void everyFinding_hasWords() {
        List<Finding> all = new ArrayList<>(List.of(
                Thresholds.java(21, "21", GIB),
                Thresholds.java(25, "25", 1),
                Thresholds.java(25, "25", GIB),
                Thresholds.display(true),
                Thresholds.display(false),
                Thresholds.memory(0, GIB),
                Thresholds.memory(2 * GIB, GIB),
                Thresholds.memory(4 * GIB, GIB),
                Thresholds.library(library(NativeLibrary.State.LOADED)),
                Thresholds.library(library(NativeLibrary.State.MISSING)),
                Thresholds.disk(0, FAST),
                Thresholds.disk(2 * GIB, FAST),
                Thresholds.disk(20 * GIB, 1),
                Thresholds.disk(20 * GIB, FAST),
                Finding.of(Part.FOLDER, Grade.GOOD, "writable", new Words("/home")),
                Finding.of(Part.STARTER, Grade.BAD, "silent"),
                Finding.of(Part.STARTER, Grade.GOOD, "answers", new Words("a"), new Words("b"))));
        for (Part part : Part.values()) {
            all.add(Finding.of(part, Grade.BAD, "failed", new Words("why")));
        }
        for (Locale language : List.of(Locale.ENGLISH, Locale.CHINESE)) {
            FindingWords words = new FindingWords(
                    Texts.load(language, List.of("/dev/gantry/app/ui/frame", "/dev/gantry/app/ui/hardware")));
            for (Finding finding : all) {
                assertThat(words.text(finding))
                        .as(finding.toString())
                        .isNotBlank()
                        .doesNotContain("{");
                assertThat(words.next(finding).isEmpty())
                        .as(finding.toString())
                        .isEqualTo(finding.grade() == Grade.GOOD);
            }
        }
    }

    private static NativeLibrary library(NativeLibrary.State state) {
        return new NativeLibrary("oneDNN", "fast", state, "detail");
    }
}
