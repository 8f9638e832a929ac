package dev.gantry.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server that is switched off while it answers.
class ServerEndTest {
    @TempDir
    private Path model;

    @Test
    void aStreamThatIsCutOff_saysSo() throws Exception {
        try (ServedStarter served = new ServedStarter(model);
                HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(served.base() + "/completions"))
                    .header("Authorization", "Bearer " + ServedStarter.KEY)
                    .header("Content-Type", "application/json")
                    .timeout(Duration.ofMinutes(1))
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "{\"model\":\"starter\",\"prompt\":\"Once upon\",\"temperature\":0,\"stream\":true}"))
                    .build();
            Iterator<String> lines =
                    client.send(request, BodyHandlers.ofLines()).body().iterator();
            assertThat(lines.next()).startsWith("data: {");
            served.server().close();
            Iterable<String> rest = () -> lines;
            String events = StreamSupport.stream(rest.spliterator(), false).collect(Collectors.joining());
            assertThat(events).contains("\"code\":\"closing\"").doesNotContain("[DONE]");
            assertThat(served.noted(ApiException.CLOSING)).isTrue();
        }
    }
}
