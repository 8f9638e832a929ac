package dev.gantry.app.ui.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class TextsTest {
    private static final List<String> FRAME = List.of("/dev/gantry/app/ui/frame");

    private static Numbers numbers(Locale locale) {
        return Texts.load(locale, FRAME).numbers();
    }

    @Test
    void load_takesTheLanguageOfTheLocale_andEnglishForAnyOther() {
        assertThat(Texts.load(Locale.SIMPLIFIED_CHINESE, FRAME).get("frame.close"))
                .isEqualTo("关闭");
        assertThat(Texts.load(Locale.ITALIAN, FRAME).get("frame.close")).isEqualTo("Close");
    }

    @Test
    void get_refusesAKeyThatIsInNoBundle() {
        assertThatThrownBy(() -> Texts.load(Locale.ENGLISH, FRAME).get("frame.nothing"))
                .hasMessageContaining("frame.nothing");
    }

    @Test
    void numbers_areWrittenAsTheLocaleDoes() {
        assertThat(numbers(Locale.ENGLISH).count(1_234_567)).isEqualTo("1,234,567");
        assertThat(numbers(Locale.GERMANY).count(1_234_567)).isEqualTo("1.234.567");
        assertThat(numbers(Locale.ENGLISH).bytes(1_610_612_736L)).isEqualTo("1.50 GiB");
        assertThat(numbers(Locale.GERMANY).bytes(1_610_612_736L)).isEqualTo("1,50 GiB");
        assertThat(numbers(Locale.CHINESE).parameters(3_200_000)).isEqualTo("320万");
        assertThat(numbers(Locale.ENGLISH).parameters(3_688_704)).isEqualTo("3.7 million");
        assertThat(numbers(Locale.ENGLISH).parameters(950)).isEqualTo("950");
    }

    @Test
    void times_haveAtMostTwoUnits() {
        assertThat(numbers(Locale.ENGLISH).duration(Duration.ofMillis(1_500))).isEqualTo("1.5 s");
        assertThat(numbers(Locale.ENGLISH).duration(Duration.ofSeconds(125))).isEqualTo("2 min 05 s");
        assertThat(numbers(Locale.ENGLISH).duration(Duration.ofMinutes(125))).isEqualTo("2 h 05 min");
        assertThat(numbers(Locale.ENGLISH).roughly(Duration.ofSeconds(20))).isEqualTo("under a minute");
        assertThat(numbers(Locale.ENGLISH).roughly(Duration.ofSeconds(200))).isEqualTo("about 3 min");
        assertThat(numbers(Locale.ENGLISH).roughly(Duration.ofSeconds(9_100))).isEqualTo("about 2.5 h");
    }

    @Test
    void pseudoLocale_marksATextAndLeavesItsArguments() {
        assertThat(PseudoLocale.of("Go to {0}")).isEqualTo("⟦Gó tó {0}~~~⟧");
    }
}
