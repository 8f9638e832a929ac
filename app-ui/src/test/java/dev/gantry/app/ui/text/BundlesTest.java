package dev.gantry.app.ui.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.ui.Screens;
import dev.gantry.app.ui.shell.Screen;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every bundle in every language: nothing missing, nothing left over, every pattern readable.
class BundlesTest {
    static Stream<String> folders() {
        return Stream.concat(
                Stream.of("/dev/gantry/app/ui/frame"),
                Screens.all().stream().map(Screen::name).map(name -> name.folder()));
    }

    private static Map<String, String> english(String folder) {
        return Texts.read(folder + "/texts.properties");
    }

    private static Map<String, String> chinese(String folder) {
        return Texts.read(folder + "/texts_zh.properties");
    }

    @ParameterizedTest
    @MethodSource("folders")
    void chinese_hasTheKeysOfEnglish_andNoOther(String folder) {
        assertThat(chinese(folder).keySet()).isEqualTo(english(folder).keySet());
    }

    @ParameterizedTest
    @MethodSource("folders")
    void keys_beginWithTheNameOfTheBundle(String folder) {
        String prefix = folder.substring(folder.lastIndexOf('/') + 1) + ".";

        assertThat(english(folder).keySet()).allMatch(key -> key.startsWith(prefix));
    }

    @ParameterizedTest
    @MethodSource("folders")
    void texts_haveNoPlainApostrophe_whichTheFormatWouldEat(String folder) {
        assertThat(english(folder).values()).noneMatch(text -> text.contains("'"));
        assertThat(chinese(folder).values()).noneMatch(text -> text.contains("'"));
    }

    @ParameterizedTest
    @MethodSource("folders")
    void chinese_usesTheArgumentsOfEnglish(String folder) {
        Map<String, Integer> english = new TreeMap<>();
        Map<String, Integer> chinese = new TreeMap<>();
        english(folder).forEach((key, text) -> english.put(key, arguments(text, Locale.ENGLISH)));
        chinese(folder).forEach((key, text) -> chinese.put(key, arguments(text, Locale.CHINESE)));

        assertThat(chinese).isEqualTo(english);
    }

    private static int arguments(String pattern, Locale locale) {
        return new MessageFormat(pattern, locale).getFormatsByArgumentIndex().length;
    }
}
