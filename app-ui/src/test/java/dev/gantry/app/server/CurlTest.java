package dev.gantry.app.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gantry.app.server.ServedStarter.Printed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a person types who tries the server from a terminal.
class CurlTest {
    private static final String AUTHORIZED = "Authorization: Bearer " + ServedStarter.KEY;
    private static final String JSON = "Content-Type: application/json";
    private static final String QUESTION =
            "{\"model\":\"starter\",\"temperature\":0,\"messages\":[{\"role\":\"user\",\"content\":\"Who are you?\"}]";

    @TempDir
    static Path model;

    @TempDir
    private Path printed;

    private static ServedStarter served;

    @BeforeAll
    static void open() throws IOException {
        assumeTrue(hasCurl(), "there is no curl here");
        served = new ServedStarter(model);
    }

    @AfterAll
    static void close() {
        if (served != null) {
            served.close();
        }
    }

    private static boolean hasCurl() {
        try {
            return new ProcessBuilder("curl", "--version").start().waitFor() == 0;
        } catch (IOException | InterruptedException _) {
            return false;
        }
    }

    @Test
    void everyAddress_answers() throws Exception {
        assertThat(curl("/models", "-H", AUTHORIZED)).startsWith("200").contains("\"id\":\"starter\"");
        assertThat(curl("/models/starter", "-H", AUTHORIZED)).startsWith("200").contains("\"owned_by\":\"gantry\"");
        assertThat(post("/chat/completions", QUESTION + "}"))
                .startsWith("200")
                .contains("\"finish_reason\":\"stop\"", "\"usage\":{\"prompt_tokens\":");
        assertThat(post("/completions", "{\"model\":\"starter\",\"prompt\":\"Once\",\"max_tokens\":3}"))
                .startsWith("200")
                .contains("\"finish_reason\":\"length\"", "\"completion_tokens\":3");
    }

    @Test
    void streams_endWithTheWordThatClientsKnow() throws Exception {
        assertThat(post("/chat/completions", QUESTION + ",\"stream\":true}").strip())
                .startsWith("200")
                .contains("data: {")
                .endsWith("data: [DONE]");
        assertThat(post("/completions", "{\"model\":\"starter\",\"prompt\":\"Once\",\"max_tokens\":3,\"stream\":true}")
                        .strip())
                .startsWith("200")
                .endsWith("data: [DONE]");
    }

    @Test
    void whoMayNotAsk_isToldSo() throws Exception {
        assertThat(curl("/models")).startsWith("401").contains("invalid_api_key");
        assertThat(curl("/models", "-H", "Authorization: Bearer wrong")).startsWith("401");
        assertThat(curl("/models", "-H", AUTHORIZED, "-H", "Host: evil.example"))
                .startsWith("421")
                .contains("wrong_host");
        assertThat(curl("/models", "-H", AUTHORIZED, "-H", "Origin: http://evil.example"))
                .startsWith("403")
                .contains("wrong_origin");
    }

    /// Client libraries in a browser add headers of their own, which the browser asks about first.
    @Test
    void aPageThatIsLetIn_mayAskWithAnyHeaders() throws Exception {
        Path headers = printed.resolve("headers");
        String asked = "authorization,content-type,x-stainless-os";
        String answer = curl(
                "/chat/completions",
                "-XOPTIONS",
                "-D" + headers,
                "-HOrigin: " + ServedStarter.ORIGIN,
                "-HAccess-Control-Request-Headers: " + asked);
        assertThat(answer).startsWith("204");
        assertThat(Files.readString(headers)).containsIgnoringCase("Access-Control-Allow-Headers: " + asked);
    }

    @Test
    void theHeadAlone_hasNoBody() throws Exception {
        assertThat(curl("/models", "-I", "-o", printed.resolve("none").toString(), "-H", AUTHORIZED))
                .startsWith("405");
    }

    @Test
    void aBodyThatIsTooLarge_isRefused() throws Exception {
        Path body = printed.resolve("body");
        Files.writeString(body, "{\"a\":\"" + "b".repeat(Exchange.MOST_BYTES) + "\"}");
        assertThat(post("/chat/completions", "@" + body)).startsWith("413").contains("body_too_large");
    }

    @Test
    void aClientThatGoes_isNoted() throws Exception {
        String asked = "{\"model\":\"starter\",\"prompt\":\"Once upon\",\"temperature\":0,\"stream\":true}";
        Process process =
                new ProcessBuilder(command("/completions", "-N", "-H", AUTHORIZED, "-H", JSON, "-d", asked)).start();
        assertThat(process.getInputStream().read()).isEqualTo('d');
        process.destroyForcibly();
        assertThat(served.noted(ServerLog.Entry.CLIENT_GONE)).isTrue();
        assertThat(post("/completions", "{\"model\":\"starter\",\"prompt\":\"Once\",\"max_tokens\":3}"))
                .startsWith("200");
    }

    private String post(String path, String body) throws IOException, InterruptedException {
        return curl(path, "-H", AUTHORIZED, "-H", JSON, "--data-binary", body);
    }

    /// Status and body.
    private String curl(String path, String... options) throws IOException, InterruptedException {
        Printed answer = run(path, options);
        assertThat(answer.exitCode()).as(answer.errors()).isZero();
        int status = answer.out().lastIndexOf('\n');
        return answer.out().substring(status + 1) + " " + answer.out().substring(0, status);
    }

    private Printed run(String path, String... options) throws IOException, InterruptedException {
        return ServedStarter.run(printed, command(path, options));
    }

    private static List<String> command(String path, String... options) {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "-w", "\n%{http_code}"));
        command.addAll(List.of(options));
        command.add(served.base() + path);
        return command;
    }
}
