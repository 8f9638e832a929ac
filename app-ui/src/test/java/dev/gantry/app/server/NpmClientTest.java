package dev.gantry.app.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gantry.app.server.ServedStarter.Printed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The official client library for JavaScript against the server. It is not part of this project: `npm install openai`
/// in any folder, and `GANTRY_NPM_FOLDER` names that folder.
class NpmClientTest {
    private static final String FOLDER = "GANTRY_NPM_FOLDER";

    @TempDir
    private Path model;

    @TempDir
    private Path printed;

    @Test
    void theOfficialClient_findsWhatItExpects() throws Exception {
        String folder = System.getenv(FOLDER);
        assumeTrue(folder != null, FOLDER + " names no folder with the openai package");
        Path client = Path.of(folder, "node_modules", "openai");
        assertThat(client).as(FOLDER).isDirectory();
        try (ServedStarter served = new ServedStarter(model)) {
            JsonNode told = ask(served, folder);
            assertAnswers(told);
            assertFailures(told.path("failures"));
            assertThat(told.path("leftAfter").intValue()).isEqualTo(3);
            assertThat(served.noted(ServerLog.Entry.CLIENT_GONE)).isTrue();
        }
    }

    /// The script lies beside the package for a moment, where `require` looks for it.
    private JsonNode ask(ServedStarter served, String folder) throws IOException, InterruptedException {
        Path script = Files.createTempFile(Path.of(folder), "gantry", ".cjs");
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("client.cjs"))) {
            Files.write(script, in.readAllBytes());
            Printed answer =
                    ServedStarter.run(printed, List.of("node", script.toString(), served.base(), ServedStarter.KEY));
            assertThat(answer.exitCode()).as(answer.errors()).isZero();
            return JsonMapper.shared().readTree(answer.out());
        } finally {
            Files.delete(script);
        }
    }

    private static void assertAnswers(JsonNode told) {
        String whole = told.path("whole").stringValue();
        assertThat(told.path("models").get(0).stringValue()).isEqualTo("starter");
        assertThat(told.path("owner").stringValue()).isEqualTo("gantry");
        assertThat(whole).isNotEmpty();
        assertThat(told.path("finish").stringValue()).isEqualTo("stop");
        assertThat(told.path("requestId").stringValue()).isNotEmpty();
        assertThat(told.path("streamed").stringValue()).isEqualTo(whole);
        assertThat(told.path("helper").stringValue()).isEqualTo(whole);
        assertThat(told.path("streamFinish").stringValue()).isEqualTo("stop");
        assertThat(told.path("streamUsage")).isEqualTo(told.path("usage"));
        assertThat(told.path("seeded").get(0)).isEqualTo(told.path("seeded").get(1));
        String stop = told.path("stop").stringValue();
        assertThat(told.path("stopped").stringValue()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
        assertThat(told.path("text").path("finish_reason").stringValue()).isEqualTo("length");
    }

    private static void assertFailures(JsonNode failures) {
        assertFailure(failures, "key", "AuthenticationError", 401, "invalid_api_key");
        assertFailure(failures, "model", "NotFoundError", 404, "model_not_found");
        assertFailure(failures, "retrieve", "NotFoundError", 404, "model_not_found");
        assertFailure(failures, "tools", "BadRequestError", 400, "invalid_value");
        assertFailure(failures, "bias", "BadRequestError", 400, "invalid_value");
        assertFailure(failures, "long", "BadRequestError", 400, "context_length_exceeded");
        assertFailure(failures, "large", "APIError", 413, "body_too_large");
        assertFailure(failures, "embeddings", "NotFoundError", 404, "not_found");
        assertThat(failures.path("bias").path("param").stringValue()).isEqualTo("logit_bias");
    }

    private static void assertFailure(JsonNode failures, String what, String name, int status, String code) {
        JsonNode failure = failures.path(what);
        assertThat(failure.path("name").stringValue()).as(what).isEqualTo(name);
        assertThat(failure.path("status").intValue()).as(what).isEqualTo(status);
        assertThat(failure.path("code").stringValue()).as(what).isEqualTo(code);
    }
}
