package dev.gantry.zoo.chat.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.zoo.chat.ChatTemplateException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Templates that want to hang the program, fill its memory or break its stack.
class BoundsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
                "{% set ns = namespace(s='aaaaaaaaaaaaaaaa') %}{% for a in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
                "{{ 'abc' * 1000000000 }}",
                "{{ [1] * 1000000000 }}",
                "{{ range(10 ** 18)|list }}",
                "{{ 'x'.center(2000000000) }}",
                "{{ '%999999d' % 5 }}{% for i in range(1000) %}{{ '%999999d' % 5 }}{% endfor %}",
                "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
                "{% macro f(n) %}{{ f(n) }}{{ f(n) }}{% endmacro %}{{ f(1) }}",
                "{% set ns = namespace(l=[]) %}{% for a in range(1000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}",
                "{% set ns = namespace(l=[]) %}{% for a in range(1000) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l == ns.l }}",
                "{% set ns = namespace(l=[]) %}{% for a in range(40) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l|tojson }}",
                "{% set h = 'a' * 4000000 %}{{ (h + 'b') in (h + h) }}",
                "{% set h = 'a' * 4000000 %}{% for i in range(100000) %}{{ 'b' in h }}{% endfor %}",
                "{% for i in range(100000) %}{{ 'abcdefghijklmnopqrstuvwxyz' * 100 }}{% endfor %}",
                "{{ 2 ** 9999 }}",
            })
    void rendering_failsSoon_whenATemplateWantsTooMuch(String source) {
        JinjaTemplate template = JinjaTemplate.parse(source);
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThatThrownBy(() -> template.render(Map.of(), Clock.systemUTC()))
                        .isInstanceOf(ChatTemplateException.class)
                        .hasMessageContaining("line 1"));
    }

    @Test
    void parsing_fails_whenNestedTooDeep() {
        for (String source : new String[] {
            "{{ " + "(".repeat(100_000) + " }}",
            "{{ " + "[".repeat(100_000) + " }}",
            "{{ " + "not ".repeat(100_000) + "x }}",
            "{{ " + "-".repeat(100_000) + "x }}",
            "{{ " + "x if y else ".repeat(50_000) + "z }}",
            "{{ " + "{'a':".repeat(100_000) + " }}",
            "{% if x %}".repeat(50_000),
            "{% for x in y %}".repeat(50_000),
            "{% set " + "(".repeat(100_000)
        }) {
            assertThatThrownBy(() -> JinjaTemplate.parse(source))
                    .as(source.substring(0, 20))
                    .isInstanceOf(ChatTemplateException.class)
                    .hasMessageContaining("line 1");
        }
    }

    @Test
    void rendering_fails_whenAnOperatorChainIsEndless() {
        for (String source : new String[] {
            "{{ 1" + " + 1".repeat(100_000) + " }}",
            "{{ x" + ".y".repeat(100_000) + " }}",
            "{{ x" + "|string".repeat(50_000) + " }}",
            "{{ x" + " and x".repeat(100_000) + " }}"
        }) {
            JinjaTemplate template = JinjaTemplate.parse(source);
            assertThatThrownBy(() -> template.render(Map.of("x", Str.of("x")), Clock.systemUTC()))
                    .isInstanceOf(ChatTemplateException.class)
                    .hasMessageContaining("nested deeper");
        }
    }

    @Test
    void parsing_fails_whenTheSourceIsHuge() {
        assertThatThrownBy(() -> JinjaTemplate.parse("x".repeat(2_000_000)))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessageContaining("2,000,000 characters");
    }

    @Test
    void errors_nameTheConstructAndItsLine() {
        assertThatThrownBy(() -> JinjaTemplate.parse("a\nb\n{% include 'x' %}"))
                .hasMessageContaining("line 3")
                .hasMessageContaining("{% include %}");
        assertThatThrownBy(() -> JinjaTemplate.parse("a\n{{ x|pprint }}"))
                .hasMessageContaining("line 2")
                .hasMessageContaining("\"pprint\"");
        JinjaTemplate template = JinjaTemplate.parse("{# one\n#}\n\n{{ x.\ny }}");
        assertThatThrownBy(() -> template.render(Map.of(), Clock.systemUTC()))
                .hasMessageContaining("line 4")
                .hasMessageContaining("x is undefined");
    }

    @Test
    void generationBlocks_giveTheirRanges() {
        JinjaTemplate template = JinjaTemplate.parse(
                "{% for m in ['a', 'b'] %}<{% generation %}{{ m }}!{% endgeneration %}>\n{% endfor %}");
        Rendering rendering = template.render(Map.of(), Clock.systemUTC());
        assertThat(template.marksGeneration()).isTrue();
        assertThat(rendering.text()).isEqualTo("<a!>\n<b!>\n");
        assertThat(rendering.generated()).containsExactly(new Rendering.Part(0, 1, 3), new Rendering.Part(0, 6, 8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<{{ x }}>",
                "<{{ ' ' + x|trim + ' ' }}>",
                "<{{ x.strip() }}>",
                "<{{ x.split(' ')[0] }} {{ x.split(' ')[1] }}>",
                "<{{ x[:5] ~ x[5:] }}>",
                "<{{ [x, '!']|join('-') }}>",
                "<{{ x.replace('zz', 'y') }}>",
                "<{% set y %}{{ x }}{% endset %}{{ y }}>",
                "<{{ '%s' % x }}>",
                "<{{ '{}'.format(x) }}>",
                "<{{ x|indent(4) }}>",
                "{% macro f(a) %}<{{ a }}>{% endmacro %}{{ f(x) }}"
            })
    void owners_followTheirCharacters(String source) {
        String text = "hello there";
        Rendering rendering = JinjaTemplate.parse(source).render(Map.of("x", Str.owned(text, 7)), Clock.systemUTC());
        StringBuilder owned = new StringBuilder();
        rendering.owned().forEach(part -> {
            assertThat(part.owner()).isEqualTo(7);
            owned.append(rendering.text(), part.start(), part.end());
        });
        assertThat(owned.toString().replace(" ", "")).isEqualTo("hellothere");
    }
}
