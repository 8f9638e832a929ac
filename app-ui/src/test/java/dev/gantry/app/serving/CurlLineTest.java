package dev.gantry.app.serving;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CurlLineTest {
    @Test
    void quotes_areThoseOfTheShell() {
        assertThat(CurlLine.of("http://127.0.0.1:1/v1", "k", "it's", false))
                .isEqualTo("curl http://127.0.0.1:1/v1/chat/completions -H \"Authorization: Bearer k\""
                        + " -H \"Content-Type: application/json\" -d '{\"model\": \"it'\\''s\", \"messages\":"
                        + " [{\"role\": \"user\", \"content\": \"Who are you?\"}]}'");
        assertThat(CurlLine.of("http://127.0.0.1:1/v1", "k", "m", true)).contains("-d \"{\\\"model\\\": \\\"m\\\"");
    }
}
