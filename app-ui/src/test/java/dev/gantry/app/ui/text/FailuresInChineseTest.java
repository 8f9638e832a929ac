package dev.gantry.app.ui.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.ui.text.thrown.ThrownSentences;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Holds the Chinese sentences of failures against those that the sources can throw: none missing, none left over.
class FailuresInChineseTest {
    private static final List<Path> ROOTS = Stream.of("engine", "offload", "model-zoo", "lora", "app-ui")
            .map(module -> Path.of("..", module, "src", "main", "java"))
            .toList();

    /// Sources of commands that have no screen: what they throw is only ever read in a terminal.
    private static final Pattern TERMINAL_ONLY = Pattern.compile(
            "app/cli/(Bench\\w*|Conformance\\w*|PlanPpo\\w*|Starter\\w*|UsageError)\\.java|lora/(bench|conformance)/.*"
                    + "|offload/plan/PpoJob\\.java");

    private static final Pattern SLOT = Pattern.compile("\\{[a-zA-Z]\\w*}");

    /// Two words of English side by side, apart from commands to type.
    private static final Pattern ENGLISH = Pattern.compile("(?<![\\w.-])[a-z]{2,} [a-z]{2,}(?!\\w)");

    private static final Pattern COMMAND = Pattern.compile("gantry( [a-z]+)+");
    private static final String MARK = "⟦%d⟧";
    private static final Pattern MARKS = Pattern.compile("⟦\\d+⟧");

    private static final Texts CHINESE = Texts.load(Locale.CHINESE, List.of());
    private static Map<String, Set<String>> thrown = Map.of();

    @BeforeAll
    static void readSources() throws IOException {
        Map<String, Set<String>> shown = new TreeMap<>(ThrownSentences.in(ROOTS));
        shown.values().removeIf(files -> files.stream().allMatch(TERMINAL_ONLY.asMatchPredicate()));
        thrown = shown;
    }

    @Test
    void sources_throwAboutAsManySentencesAsWeKnowThereAre() {
        // a reader of sources that finds little would let every other test here pass
        assertThat(thrown).hasSizeGreaterThan(1000);
        assertThat(thrown)
                .containsKeys(
                        "the disk is full",
                        "its \"{key}\" is {shown}, not a text",
                        "line {line}: a comment is not closed by #}",
                        "{name} is {r}; it must be {plain} or more");
    }

    @Test
    void everySentence_isSaidInChinese_withAllItsValues() {
        List<String> wrong = new ArrayList<>();
        thrown.forEach((pattern, files) -> {
            List<String> values = new ArrayList<>();
            String chinese = CHINESE.sentence(instance(pattern, values));
            boolean english =
                    ENGLISH.matcher(COMMAND.matcher(chinese).replaceAll("")).find();
            boolean said = chinese.codePoints().anyMatch(Character::isIdeographic);
            if (english || !said || !values.stream().allMatch(chinese::contains)) {
                wrong.add(pattern + "  " + files + "  →  " + chinese);
            }
        });

        assertThat(wrong)
                .as("sentences of failures that sentences/zh does not translate whole")
                .isEmpty();
    }

    @Test
    void everyTranslation_isOfASentenceThatCanBeThrown() {
        Sentences memory = new Sentences(Locale.CHINESE);
        List<Sentences.Entry> marked = new ArrayList<>();
        for (Sentences.Entry entry : memory.sentences()) {
            marked.add(new Sentences.Entry(
                    entry.english(), entry.pattern(), MARK.formatted(marked.size()) + entry.translation()));
        }
        Set<String> marks = new HashSet<>();
        for (String pattern : thrown.keySet()) {
            String told = new Retelling(marked, memory.words()).of(instance(pattern, new ArrayList<>()));
            MARKS.matcher(told == null ? "" : told).results().forEach(mark -> marks.add(mark.group()));
        }
        List<String> unused = new ArrayList<>();
        for (int i = 0; i < marked.size(); i++) {
            if (!marks.contains(MARK.formatted(i))) {
                unused.add(marked.get(i).english());
            }
        }
        for (String others : List.of("quoted.txt", "machine.txt")) {
            unused.removeAll(
                    memory.read(others).stream().map(Sentences.Entry::english).toList());
        }

        assertThat(unused).as("translations of what nothing throws").isEmpty();
    }

    @Test
    void everyTranslation_hasThePlacesOfItsSentence() {
        Sentences memory = new Sentences(Locale.CHINESE);
        for (Sentences.Entry entry : memory.sentences()) {
            assertThat(SentencePattern.of(entry.translation().replace("*}", "}"))
                            .slots())
                    .as(entry.english())
                    .containsExactlyInAnyOrderElementsOf(entry.pattern().slots());
        }
        assertThat(memory.sentences()).extracting(Sentences.Entry::english).doesNotHaveDuplicates();
        assertThat(memory.words()).isNotEmpty();
    }

    private static String instance(String pattern, List<String> values) {
        Matcher slots = SLOT.matcher(pattern);
        return slots.replaceAll(slot -> {
            values.add("⟨%d⟩".formatted(values.size()));
            return values.getLast();
        });
    }
}
