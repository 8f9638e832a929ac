package dev.gantry.app.ui.models;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gantry.zoo.hub.HubAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A hub on this machine with one model, `owner/tiny`; it can hold a file back until it is told to go on.
public final class TinyHub implements AutoCloseable {
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    private final Path model;
    private final HttpServer server;

    /// While it is set, the second half of the weights does not come.
    private volatile @Nullable CountDownLatch held;

    /// @param model the folder it gives away
    public TinyHub(Path model) throws IOException {
        this.model = model;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(
                Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory()));
        server.createContext("/", exchange -> {
            try (exchange) {
                answer(exchange, exchange.getRequestURI().getPath());
            }
        });
        server.start();
    }

    public HubAccess access() {
        return new HubAccess(endpoint(), "");
    }

    public URI endpoint() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    void hold() {
        held = new CountDownLatch(1);
    }

    void letGo() {
        CountDownLatch latch = held;
        held = null;
        if (latch != null) {
            latch.countDown();
        }
    }

    private void answer(HttpExchange exchange, String path) throws IOException {
        String files = "/owner/tiny/resolve/" + COMMIT + "/";
        if (path.startsWith("/api/models/owner/tiny/")) {
            send(exchange, listing().getBytes(StandardCharsets.UTF_8), false);
        } else if (path.startsWith(files)) {
            String name = path.substring(files.length());
            send(exchange, Files.readAllBytes(model.resolve(name)), name.endsWith(".safetensors"));
        } else {
            exchange.sendResponseHeaders(404, -1);
        }
    }

    private String listing() throws IOException {
        ObjectNode root = JsonMapper.shared().createObjectNode().put("sha", COMMIT);
        ArrayNode siblings = root.putArray("siblings");
        List<Path> files;
        try (Stream<Path> inside = Files.list(model)) {
            files = inside.sorted().toList();
        }
        for (Path file : files) {
            siblings.addObject().put("rfilename", file.getFileName().toString()).put("size", Files.size(file));
        }
        return root.toString();
    }

    private void send(HttpExchange exchange, byte[] bytes, boolean large) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        if (from > 0) {
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, bytes.length - from);
        int half = large ? Math.max(from, bytes.length / 2) : bytes.length;
        exchange.getResponseBody().write(bytes, from, half - from);
        exchange.getResponseBody().flush();
        CountDownLatch latch = held;
        if (large && latch != null) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        exchange.getResponseBody().write(bytes, half, bytes.length - half);
    }

    @Override
    public void close() {
        letGo();
        server.stop(0);
    }
}
