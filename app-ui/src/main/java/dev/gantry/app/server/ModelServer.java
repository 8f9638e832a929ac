package dev.gantry.app.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gantry.engine.GantryException;
import dev.gantry.zoo.generate.Answer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Serves a model on this machine's loopback address, in the language of OpenAI's API.
public final class ModelServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ModelServer.class.getName());
    private static final int BACKLOG = 16;
    /// For the token that is being computed and the word that there will be no more.
    private static final int GRACE_SECONDS = 5;
    private static final String ROOT = "/v1/";

    private final ServedModel model;
    private final ServerAccess access;
    private final ServerLog log;
    private final long startedSeconds = Instant.now().getEpochSecond();
    private final HttpServer http;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().daemon().name("gantry-serve-", 1).factory());
    private volatile boolean closing;

    /// What was answered, for the log.
    private record Outcome(
            int status, String model, @Nullable Answer answer) {
        static Outcome of(int status) {
            return new Outcome(status, "", null);
        }
    }

    /// Begins to listen.
    ///
    /// @param model stays with the caller, who closes it after this
    /// @param port 0 for any that is free
    /// @throws GantryException when the port is taken
    public ModelServer(ServedModel model, ServerAccess access, int port, ServerLog log) throws IOException {
        this.model = model;
        this.access = access;
        this.log = log;
        try {
            this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        } catch (BindException e) {
            throw GantryException.environment(
                            "SERVE-PORT",
                            "cannot serve on port " + port,
                            "another program listens there",
                            "end it, or choose another with --port")
                    .causedBy(e);
        }
        http.createContext("/", this::handle);
        http.setExecutor(threads);
        http.start();
    }

    /// Where clients reach it, as they are told: `http://127.0.0.1:8080/v1`.
    public URI base() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/v1");
    }

    private void handle(HttpExchange request) throws IOException {
        long start = System.nanoTime();
        Exchange exchange = new Exchange(request);
        Outcome outcome = Outcome.of(ServerLog.Entry.CLIENT_GONE);
        try (request) {
            outcome = answered(request, exchange);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a client went before its answer was whole", e);
        } finally {
            Answer answer = outcome.answer();
            log.answered(new ServerLog.Entry(
                    request.getRequestMethod(),
                    request.getRequestURI().getPath(),
                    outcome.status(),
                    outcome.model(),
                    answer == null ? 0 : answer.promptTokens(),
                    answer == null ? 0 : answer.ids().length,
                    (System.nanoTime() - start) / 1e9));
        }
    }

    private Outcome answered(HttpExchange request, Exchange exchange) throws IOException {
        try {
            return route(request, exchange);
        } catch (ApiException e) {
            return refuse(exchange, e);
        } catch (GantryException e) {
            return refuse(
                    exchange,
                    ApiException.refused(ApiException.BAD_REQUEST, e.code(), e.getMessage() + "; " + e.nextStep()));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a request could not be answered", e);
            return refuse(
                    exchange,
                    new ApiException(
                            ApiException.DEFECT, "server_error", "defect", null, "Gantry made a mistake: " + e));
        }
    }

    private static Outcome refuse(Exchange exchange, ApiException refusal) throws IOException {
        exchange.fail(refusal);
        return Outcome.of(refusal.status());
    }

    private Outcome route(HttpExchange request, Exchange exchange) throws IOException {
        access.checkSite(request.getRequestHeaders());
        access.allowOrigin(request.getRequestHeaders(), request.getResponseHeaders());
        if (request.getRequestMethod().equals("OPTIONS")) {
            exchange.replyEmpty(204);
            return Outcome.of(204);
        }
        access.checkKey(request.getRequestHeaders());
        String path = request.getRequestURI().getPath();
        return switch (path) {
            case ROOT + "models" -> {
                requireMethod(request, "GET");
                exchange.reply(
                        200,
                        new Replies.ModelList(model.ids().stream()
                                .map(id -> new Replies.Model(id, startedSeconds))
                                .toList()));
                yield Outcome.of(200);
            }
            case ROOT + "chat/completions" -> generate(request, exchange, RequestReader::chat);
            case ROOT + "completions" -> generate(request, exchange, RequestReader::completion);
            default -> oneModel(request, exchange, path);
        };
    }

    private Outcome oneModel(HttpExchange request, Exchange exchange, String path) throws IOException {
        String prefix = ROOT + "models/";
        String id = path.startsWith(prefix) ? path.substring(prefix.length()) : "";
        if (!model.ids().contains(id)) {
            throw id.isEmpty()
                    ? ApiException.refused(ApiException.NOT_FOUND, "not_found", "there is nothing at " + path)
                    : model.notServed(id);
        }
        requireMethod(request, "GET");
        exchange.reply(200, new Replies.Model(id, startedSeconds));
        return Outcome.of(200);
    }

    private Outcome generate(HttpExchange request, Exchange exchange, Function<JsonNode, GenerationRequest> reader)
            throws IOException {
        requireMethod(request, "POST");
        GenerationRequest asked = reader.apply(exchange.body());
        Answer answer = new Generation(exchange, asked, () -> closing).answer(model);
        return new Outcome(200, asked.model(), answer);
    }

    private static void requireMethod(HttpExchange request, String method) {
        if (!request.getRequestMethod().equals(method)) {
            request.getResponseHeaders().set("Allow", method);
            throw ApiException.refused(
                    ApiException.METHOD_NOT_ALLOWED, "wrong_method", "this address answers to " + method);
        }
    }

    /// Stops what is being answered after its next token, and listens no more.
    @Override
    public void close() {
        closing = true;
        http.stop(GRACE_SECONDS);
        threads.shutdown();
    }
}
