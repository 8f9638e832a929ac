package dev.gantry.zoo.chat.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.zoo.chat.ChatTemplateException;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// Templates in the manner of the published ones, and probes of single constructs, against Python's Jinja2.
class GoldenTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2024-07-06T15:04:09Z"), ZoneOffset.UTC);

    @TestFactory
    Stream<DynamicTest> templates_renderAsPythonDoes() throws IOException {
        JsonNode golden = JsonValues.resource("/chat/golden.json");
        return StreamSupport.stream(golden.path("cases").spliterator(), false)
                .map(one -> DynamicTest.dynamicTest(
                        one.path("template").asString() + " "
                                + one.path("conversation").asString()
                                + (one.path("tools").asBoolean() ? " tools" : "")
                                + (one.path("prompt").asBoolean() ? " prompt" : ""),
                        () -> checkCase(golden, one)));
    }

    private static void checkCase(JsonNode golden, JsonNode one) throws IOException {
        Map<String, Value> variables = new HashMap<>(JsonValues.entries(golden.path("tokens")));
        variables.put(
                "messages",
                JsonValues.of(golden.path("conversations")
                        .path(one.path("conversation").asString())));
        variables.put("tools", one.path("tools").asBoolean() ? JsonValues.of(golden.path("tools")) : Value.None.NONE);
        variables.put("add_generation_prompt", JsonValues.of(one.path("prompt")));
        String template = one.path("template").asString();
        String source = JsonValues.text(
                template.startsWith("named/")
                        ? "/dev/gantry/zoo/chat/" + template.substring("named/".length())
                        : "/chat/templates/" + template);
        check(source, variables, one);
    }

    @TestFactory
    Stream<DynamicTest> constructs_meanWhatTheyMeanInPython() throws IOException {
        JsonNode golden = JsonValues.resource("/chat/probes.json");
        Map<String, Value> variables = JsonValues.entries(golden.path("context"));
        return StreamSupport.stream(golden.path("probes").spliterator(), false)
                .map(one -> DynamicTest.dynamicTest(
                        one.path("source").asString(),
                        () -> check(one.path("source").asString(), variables, one)));
    }

    private static void check(String source, Map<String, Value> variables, JsonNode one) {
        if (one.has("error")) {
            assertThatThrownBy(() -> JinjaTemplate.parse(source).render(variables, CLOCK))
                    .as("Python says %s", one.path("error").asString())
                    .isInstanceOf(ChatTemplateException.class)
                    .hasMessageContaining("line ");
        } else {
            assertThat(JinjaTemplate.parse(source).render(variables, CLOCK).text())
                    .isEqualTo(one.path("expected").asString());
        }
    }
}
