package dev.gantry.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.chat.ChatModel;
import dev.gantry.lora.chat.ChatSettings;
import dev.gantry.lora.starter.StarterModel;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The starter model behind a real socket of this machine.
class ModelServerTest {
    private static final String KEY = "secret";
    private static final String QUESTION = "Who are you?";
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final BlockingQueue<ServerLog.Entry> LOG = new LinkedBlockingQueue<>();

    @TempDir
    static Path model;

    private static CpuBackend backend;
    private static ServedModel served;
    private static ModelServer server;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @BeforeAll
    static void open() throws IOException {
        StarterModel.copyTo(model);
        backend = new CpuBackend(2);
        served = ServedModel.open(backend, "starter", model, List.of(), 1);
        server = new ModelServer(served, new ServerAccess(() -> KEY, Set.of("http://localhost:3000")), 0, LOG::add);
    }

    @AfterAll
    static void close() {
        server.close();
        served.close();
        backend.close();
        CLIENT.close();
    }

    @Test
    void models_areThoseServed() throws Exception {
        JsonNode list = json(send("GET", "/models", null), 200);
        assertThat(list.path("object").stringValue()).isEqualTo("list");
        assertThat(list.path("data").valueStream().map(entry -> entry.path("id").stringValue()))
                .containsExactly("starter");
        assertThat(json(send("GET", "/models/starter", null), 200)
                        .path("object")
                        .stringValue())
                .isEqualTo("model");
        JsonNode error = json(send("GET", "/models/other", null), 404).path("error");
        assertThat(error.path("code").stringValue()).isEqualTo("model_not_found");
    }

    @Test
    void chat_isWhatTheChatAnswers() throws Exception {
        JsonNode answer = json(send("POST", "/chat/completions", greedy(QUESTION, "")), 200);
        JsonNode choice = answer.path("choices").get(0);
        assertThat(choice.path("message").path("content").stringValue()).isEqualTo(expected(QUESTION));
        assertThat(choice.path("message").path("role").stringValue()).isEqualTo("assistant");
        assertThat(choice.path("finish_reason").stringValue()).isEqualTo("stop");
        JsonNode usage = answer.path("usage");
        assertThat(usage.path("total_tokens").intValue())
                .isEqualTo(usage.path("prompt_tokens").intValue()
                        + usage.path("completion_tokens").intValue());
        assertThat(answer.path("object").stringValue()).isEqualTo("chat.completion");
    }

    @Test
    void stream_hasThePiecesOfTheWhole() throws Exception {
        String more = ",\"stream\":true,\"stream_options\":{\"include_usage\":true}";
        HttpResponse<String> response = send("POST", "/chat/completions", greedy(QUESTION, more));
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        List<String> events = response.body()
                .lines()
                .filter(line -> !line.isEmpty())
                .map(line -> line.substring("data: ".length()))
                .toList();
        assertThat(events.getLast()).isEqualTo("[DONE]");
        List<JsonNode> pieces = events.subList(0, events.size() - 1).stream()
                .map(JSON::readTree)
                .toList();
        assertThat(pieces.getFirst()
                        .path("choices")
                        .get(0)
                        .path("delta")
                        .path("role")
                        .stringValue())
                .isEqualTo("assistant");
        assertThat(pieces.getLast().path("usage").path("completion_tokens").intValue())
                .isPositive();
        assertThat(pieces.get(pieces.size() - 2)
                        .path("choices")
                        .get(0)
                        .path("finish_reason")
                        .stringValue())
                .isEqualTo("stop");
        String text = pieces.stream()
                .map(piece -> piece.path("choices")
                        .path(0)
                        .path("delta")
                        .path("content")
                        .stringValue(""))
                .collect(Collectors.joining());
        assertThat(text).isEqualTo(expected(QUESTION));
    }

    @Test
    void completion_continuesTheTextAsItStands() throws Exception {
        JsonNode answer = json(
                send(
                        "POST",
                        "/completions",
                        "{\"model\":\"starter\",\"prompt\":\"Once\",\"max_tokens\":5,\"temperature\":0}"),
                200);
        JsonNode choice = answer.path("choices").get(0);
        assertThat(answer.path("object").stringValue()).isEqualTo("text_completion");
        assertThat(choice.path("text").stringValue()).isNotEmpty();
        assertThat(choice.path("finish_reason").stringValue()).isEqualTo("length");
        assertThat(answer.path("usage").path("completion_tokens").intValue()).isEqualTo(5);
    }

    @Test
    void aPromptThatShallComeBack_isRefused() throws Exception {
        JsonNode error =
                json(send("POST", "/completions", "{\"model\":\"starter\",\"prompt\":\"Once\",\"echo\":true}"), 400);
        assertThat(error.path("error").path("param").stringValue()).isEqualTo("echo");
    }

    @Test
    void stop_endsTheAnswerBeforeItsText() throws Exception {
        String whole = expected(QUESTION);
        String stop = whole.substring(whole.length() / 2, whole.length() / 2 + 4);
        JsonNode answer = json(
                send("POST", "/chat/completions", greedy(QUESTION, ",\"stop\":" + JSON.writeValueAsString(stop))), 200);
        assertThat(answer.path("choices").get(0).path("message").path("content").stringValue())
                .isEqualTo(whole.substring(0, whole.indexOf(stop)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"model":"starter"}                                                  | 400 | messages
                    {"model":"starter","messages":[]}                                    | 400 | messages
                    {"messages":[{"role":"user","content":"a"}]}                         | 400 | model
                    {"model":"other","messages":[{"role":"user","content":"a"}]}         | 404 | model
                    {"model":"starter","messages":[{"role":"tool","content":"a"}]}       | 400 | messages[0].role
                    {"model":"starter","messages":[{"role":"user","content":[{"type":"image_url"}]}]} | 400 | messages[0].content
                    {"model":"starter","messages":[{"role":"user","content":"a"}],"n":2} | 400 | n
                    {"model":"starter","messages":[{"role":"user","content":"a"}],"top_logprobs":2} | 400 | top_logprobs
                    {"model":"starter","messages":[{"role":"user","content":"a"}],"tools":[{}]} | 400 | tools
                    {"model":"starter","messages":[{"role":"user","content":"a"}],"temperature":"hot"} | 400 | temperature
                    {"model":"starter","messages":[{"role":"user","content":"a"}],"temperature":-1} | 400 | temperature
                    {"model":"starter","messages":[{"role":"user","content":"a"}],"max_tokens":0} | 400 | max_tokens
                    [1]                                                                  | 400 | body
                    """)
    void aWrongField_isNamed(String body, int status, String parameter) throws Exception {
        JsonNode error = json(send("POST", "/chat/completions", body), status).path("error");
        assertThat(error.path("param").stringValue()).isEqualTo(parameter);
        assertThat(error.path("message").stringValue()).isNotEmpty();
    }

    @Test
    void aConversationThatIsTooLong_isRefused() throws Exception {
        JsonNode error = json(send("POST", "/chat/completions", greedy("word ".repeat(3000), "")), 400);
        assertThat(error.path("error").path("code").stringValue()).isEqualTo("context_length_exceeded");
    }

    @Test
    void anythingElse_isRefused() throws Exception {
        json(send("POST", "/chat/completions", "{\"model\":"), 400);
        json(send("GET", "/chat/completions", null), 405);
        json(send("GET", "/nothing", null), 404);
        json(send("POST", "/chat/completions", "{\"a\":\"" + "b".repeat(Exchange.MOST_BYTES) + "\"}"), 413);
    }

    @Test
    void theKey_isAskedFor() throws Exception {
        HttpRequest.Builder without = HttpRequest.newBuilder(at("/models"));
        json(CLIENT.send(without.build(), BodyHandlers.ofString()), 401);
        HttpRequest wrong =
                without.copy().header("Authorization", "Bearer wrong").build();
        json(CLIENT.send(wrong, BodyHandlers.ofString()), 401);
    }

    /// What a page of another site, and a name that was made to point to this machine, would send.
    @ParameterizedTest
    @CsvSource({
        "evil.example, , 421",
        "127.0.0.1.evil.example, , 421",
        "localhost, http://evil.example, 403",
        "localhost, null, 403",
        "localhost, http://localhost:3000, 200",
        "127.0.0.1, , 200"
    })
    void onlyThisMachine_andPagesLetIn_mayAsk(String host, @Nullable String origin, int status) throws IOException {
        String request = "GET /v1/models HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + KEY + "\r\n"
                + (origin == null ? "" : "Origin: " + origin + "\r\n") + "Connection: close\r\n\r\n";
        try (Socket socket = socket(request)) {
            assertThat(reader(socket).readLine()).contains(" " + status + " ");
        }
    }

    @Test
    void plainForms_areRefused() throws Exception {
        HttpRequest form = HttpRequest.newBuilder(at("/chat/completions"))
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(greedy("a", "")))
                .build();
        json(CLIENT.send(form, BodyHandlers.ofString()), 415);
    }

    @Test
    void manyAtOnce_areTurnedAway() throws Exception {
        try (Holding holding = new Holding()) {
            var waiting = CLIENT.sendAsync(
                    request("POST", "/chat/completions", greedy(QUESTION, "")), BodyHandlers.ofString());
            await(() -> served.freePlaces() == 0);
            json(send("POST", "/chat/completions", greedy(QUESTION, "")), 429);
            holding.release();
            json(waiting.get(30, TimeUnit.SECONDS), 200);
        }
    }

    @Test
    void aClientThatGoes_endsItsAnswer() throws Exception {
        String body = greedy(QUESTION, ",\"stream\":true");
        try (Holding holding = new Holding()) {
            try (Socket socket =
                    socket("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                            + KEY + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                            + "\r\n\r\n"
                            + body)) {
                await(() -> served.freePlaces() == 0);
                socket.setSoLinger(true, 0);
            }
            holding.release();
            // answers are noted after they were sent, so that those of other tests may still come
            await(() -> LOG.stream().anyMatch(entry -> entry.status() == ServerLog.Entry.CLIENT_GONE));
        }
        json(send("POST", "/chat/completions", greedy(QUESTION, "")), 200);
    }

    /// An answer that is being given until this is closed.
    private static final class Holding implements AutoCloseable {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch end = new CountDownLatch(1);
        private final CompletableFuture<Void> answered;

        Holding() throws InterruptedException {
            var asked = new GenerationRequest(
                    "starter", new GenerationRequest.Text("Once"), Sampling.GREEDY, 5, List.of(), false, false);
            answered = CompletableFuture.runAsync(() -> served.answer(asked, _ -> {
                begun.countDown();
                return isOver(end);
            }));
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        }

        void release() {
            end.countDown();
            answered.join();
        }

        @Override
        public void close() {
            release();
        }
    }

    private static boolean isOver(CountDownLatch end) {
        try {
            return end.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static Socket socket(String request) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.base().getPort());
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private static String greedy(String question, String more) {
        return "{\"model\":\"starter\",\"temperature\":0,\"top_k\":0,\"top_p\":1,\"repetition_penalty\":1,\"max_tokens\":40,"
                + "\"messages\":[{\"role\":\"user\",\"content\":" + JSON.writeValueAsString(question) + "}]" + more
                + "}";
    }

    private static String expected(String question) throws IOException {
        var settings = new ChatSettings(model, null, null, ComputeType.BF16, 0);
        try (ChatModel chat = ChatModel.open(backend, settings, Progress.silent())) {
            return chat.answer(List.of(new ChatMessage(Role.USER, question)), Sampling.GREEDY, 40, _ -> true)
                    .text();
        }
    }

    private static URI at(String path) {
        return URI.create(server.base() + path);
    }

    private static HttpResponse<String> send(String method, String path, @Nullable String body) throws Exception {
        return CLIENT.send(request(method, path, body), BodyHandlers.ofString());
    }

    private static HttpRequest request(String method, String path, @Nullable String body) {
        var publisher = body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        return HttpRequest.newBuilder(at(path))
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofMinutes(1))
                .method(method, publisher)
                .build();
    }

    private static JsonNode json(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return JSON.readTree(response.body());
    }
}
