package dev.gantry.app.serving;

import dev.gantry.app.run.Runs;
import dev.gantry.app.run.TrainerJvm;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// A program that asks a server, and the Java that the server runs in.
public final class Asking {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private Asking() {}

    /// Processes of the test's own class path and little memory.
    public static Runs runs(Path folder) {
        GantryHome home = new GantryHome(folder);
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return new Runs(home, new TrainerJvm(java, classPath, List.of("-Xmx400m", "-XX:TieredStopAtLevel=1"), home));
    }

    /// The status of an answer of three tokens.
    public static int ask(String baseUrl, String key) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(baseUrl + "/completions"))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofMinutes(1))
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"model\":\"starter\",\"prompt\":\"Once\",\"max_tokens\":3,\"temperature\":0}"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.discarding()).statusCode();
        }
    }

    public static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it did not happen in time");
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
