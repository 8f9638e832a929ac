package dev.gantry.zoo.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A hub on this machine that speaks the API of the real one, and misbehaves as it is told. Large files come from a
/// store of another address, to which the hub points.
final class HubServer implements AutoCloseable {
    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    static final String TOKEN = "hf_secret";
    private static final int LARGE = 1000;

    /// One request as it came.
    ///
    /// @param range empty when all was asked for
    record Request(String path, String range, @Nullable String authorization, boolean ofStore) {}

    final List<Request> requests = new CopyOnWriteArrayList<>();
    final Map<String, byte[]> files = new TreeMap<>();

    /// Ends the connection after so many bytes of each answer with a large file; 0 for never.
    volatile int cutAfterBytes;

    /// As often as this, answers with a large file are cut at their first byte.
    final AtomicInteger dead = new AtomicInteger();

    volatile boolean ignoresRanges;
    volatile boolean gated;

    /// As often as this, a byte of a large file is another one.
    final AtomicInteger wrong = new AtomicInteger();

    /// Bytes sent beyond those that the list says.
    volatile int excessBytes;

    private final HttpServer hub;
    private final HttpServer store;

    HubServer() throws IOException {
        hub = start(exchange -> {
            String path = exchange.getRequestURI().getPath();
            note(exchange, false);
            if (gated
                    && !("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.getResponseHeaders().add("X-Error-Code", "GatedRepo");
                answer(exchange, 401, "no");
            } else if (path.startsWith("/api/models/owner/tiny/revision/main")) {
                answer(exchange, 200, listing());
            } else if (path.startsWith("/owner/tiny/resolve/" + COMMIT + "/")) {
                give(exchange, path.substring(path.indexOf(COMMIT) + COMMIT.length() + 1));
            } else {
                answer(exchange, 404, "no");
            }
        });
        store = start(exchange -> {
            note(exchange, true);
            send(exchange, exchange.getRequestURI().getPath().substring(1));
        });
    }

    private interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    private static HttpServer start(Handler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(
                Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory()));
        server.createContext("/", exchange -> {
            try (exchange) {
                handler.handle(exchange);
            }
        });
        server.start();
        return server;
    }

    /// Takes the files of a folder.
    HubServer with(Path folder) throws IOException {
        List<Path> found;
        try (Stream<Path> inside = Files.list(folder)) {
            found = inside.filter(Files::isRegularFile).toList();
        }
        for (Path file : found) {
            files.put(file.getFileName().toString(), Files.readAllBytes(file));
        }
        return this;
    }

    HubServer with(String name, String content) {
        files.put(name, content.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    HubAccess access(String token) {
        return new HubAccess(URI.create("http://localhost:" + hub.getAddress().getPort()), token);
    }

    List<Request> requestsFor(String file) {
        return requests.stream()
                .filter(request -> request.ofStore() && request.path().equals("/" + file))
                .toList();
    }

    private void note(HttpExchange exchange, boolean ofStore) {
        String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(new Request(
                exchange.getRequestURI().getPath(),
                range == null ? "" : range,
                exchange.getRequestHeaders().getFirst("Authorization"),
                ofStore));
    }

    private String listing() {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("sha", COMMIT).put("gated", gated);
        root.putObject("cardData").put("license", "mit");
        ArrayNode siblings = root.putArray("siblings");
        files.forEach((name, content) -> {
            ObjectNode file = siblings.addObject().put("rfilename", name).put("size", content.length);
            file.put("blobId", FileChecksum.gitSha1(content));
            if (content.length >= LARGE) {
                file.putObject("lfs").put("sha256", sha256(content)).put("size", content.length);
            }
        });
        return root.toString();
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void give(HttpExchange exchange, String name) throws IOException {
        byte[] content = files.get(name);
        if (content == null) {
            answer(exchange, 404, "no");
        } else if (content.length >= LARGE) {
            String address = "http://127.0.0.1:" + store.getAddress().getPort() + "/" + name;
            exchange.getResponseHeaders().add("Location", address);
            exchange.sendResponseHeaders(302, -1);
        } else {
            exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
            exchange.getResponseBody().write(content);
        }
    }

    private void send(HttpExchange exchange, String name) throws IOException {
        byte[] content = Objects.requireNonNull(files.get(name), name).clone();
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = range == null || ignoresRanges ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        if (takeOne(wrong)) {
            content[content.length - 1] ^= 1;
        }
        if (from > 0) {
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from + excessBytes);
        int count = content.length - from;
        if (takeOne(dead)) {
            count = 0;
        } else if (cutAfterBytes > 0) {
            count = Math.min(count, cutAfterBytes);
        }
        OutputStream body = exchange.getResponseBody();
        body.write(content, from, count);
        if (from + count == content.length) {
            body.write(new byte[excessBytes]);
        }
        body.flush();
    }

    private static boolean takeOne(AtomicInteger left) {
        return left.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        hub.stop(0);
        store.stop(0);
    }
}
