package dev.gantry.app.ui.text.thrown;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThrownSentencesTest {
    private static final String FAILURE = """
            public class GantryException extends RuntimeException {
                public GantryException(String code, String what, String why, String nextStep) {}
                public static GantryException usage(String code, String what, String why, String nextStep) {
                    return new GantryException(code, what, why, nextStep);
                }
            }
            """;

    @TempDir
    Path folder;

    private Set<String> thrownBy(String body) throws IOException {
        Path sources = Files.createDirectories(folder.resolve("dev/gantry/app"));
        Files.writeString(sources.resolve("GantryException.java"), FAILURE);
        Files.writeString(sources.resolve("Thrower.java"), "final class Thrower {" + body + "}");
        return ThrownSentences.in(List.of(folder)).keySet();
    }

    @Test
    void sums_areSentencesWithPlaces() throws IOException {
        assertThat(thrownBy("void open(Path file) { throw GantryException.usage(\"A\", \"cannot open \" + file,"
                        + " \"it is gone\", \"look for it\"); }"))
                .containsExactlyInAnyOrder("cannot open {file}", "it is gone", "look for it");
    }

    @Test
    void choices_areAllRead() throws IOException {
        assertThat(thrownBy("""
                        void open(boolean b, int kind) {
                            String next = switch (kind) {
                                case 0 -> "close one";
                                default -> { yield "close two"; }
                            };
                            throw GantryException.usage("A", b ? "it is open" : "it is shut", "", next);
                        }
                        """)).containsExactlyInAnyOrder("it is open", "it is shut", "close one", "close two");
    }

    @Test
    void formats_areSentencesWithPlaces() throws IOException {
        assertThat(thrownBy("""
                        void open(int n) {
                            throw GantryException.usage(
                                    "A", "%,d of 100%% are open".formatted(n), String.format(Locale.ROOT, "at %.1f now", 2.0), "");
                        }
                        """)).containsExactlyInAnyOrder("{n} of 100% are open", "at {number} now");
    }

    @Test
    void helpers_areReadThroughTheirCallers() throws IOException {
        assertThat(thrownBy("""
                        static final String WAIT = "wait for it";
                        GantryException fault(String file, String why) {
                            return GantryException.usage("A", "cannot use " + file, shown(file) + " " + why, WAIT);
                        }
                        String shown(String file) { return "the file " + file; }
                        void one(String file) { throw fault(file, "is too long"); }
                        void two() { throw fault("a.txt", "is too short"); }
                        """))
                .containsExactlyInAnyOrder(
                        "cannot use {file}",
                        "the file {file} is too long",
                        "the file {file} is too short",
                        "wait for it");
    }

    @Test
    void itemsOfAStream_areReadFromItsLambda() throws IOException {
        assertThat(thrownBy("""
                        void open(List<String> all) {
                            String why = all.stream().map(each -> each + " is missing").collect(Collectors.joining("; "));
                            throw GantryException.usage("A", "", why, "");
                        }
                        """)).containsExactly("{each} is missing");
    }
}
