package dev.gantry.app.server;

import com.sun.net.httpserver.Headers;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who may ask. A server on loopback is within reach of every page a browser shows, so that being local proves nothing.
///
/// @param keys the key that requests carry as `Authorization: Bearer KEY`, or null where none is needed
/// @param origins of pages that may ask, such as `http://localhost:3000`
public record ServerAccess(@Nullable Keys keys, Set<String> origins) {
    private static final String BEARER = "bearer ";
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /// Looked up for every request, so that a new key counts at once.
    @FunctionalInterface
    public interface Keys {
        /// @return null lets nobody in
        @Nullable
        String current();
    }

    public ServerAccess {
        origins = Set.copyOf(origins);
    }

    /// Refuses pages of other sites, and names that a foreign server made point here (DNS rebinding).
    ///
    /// @throws ApiException with the reason
    void checkSite(Headers headers) {
        String host = host(headers.getFirst("Host"));
        if (host == null || !LOOPBACK.contains(host)) {
            throw ApiException.refused(
                    ApiException.MISDIRECTED, "wrong_host", "this server answers to localhost and 127.0.0.1 only");
        }
        String origin = headers.getFirst("Origin");
        if (origin != null ? !origins.contains(origin) : "cross-site".equals(headers.getFirst("Sec-Fetch-Site"))) {
            throw ApiException.refused(
                    ApiException.FORBIDDEN,
                    "wrong_origin",
                    "pages of " + (origin == null ? "other sites" : origin)
                            + " may not ask; gantry serve --allow-origin lets one in");
        }
    }

    /// Tells the browser that a page which is let in may ask and read the answer, whatever headers its client adds.
    void allowOrigin(Headers request, Headers response) {
        String origin = request.getFirst("Origin");
        if (origin == null) {
            return;
        }
        String asked = request.getFirst("Access-Control-Request-Headers");
        response.set("Access-Control-Allow-Origin", origin);
        response.set("Access-Control-Allow-Headers", asked == null ? "Authorization, Content-Type" : asked);
        response.set("Access-Control-Allow-Methods", "GET, POST");
        response.set("Access-Control-Expose-Headers", "X-Request-Id");
        if (request.containsKey("Access-Control-Request-Private-Network")) {
            response.set("Access-Control-Allow-Private-Network", "true");
        }
        response.set("Vary", "Origin, Access-Control-Request-Headers");
    }

    /// @throws ApiException when the key is missing or wrong
    void checkKey(Headers headers) {
        Keys known = keys;
        if (known == null) {
            return;
        }
        String expected = known.current();
        String given = headers.getFirst("Authorization");
        boolean bearer = given != null && given.toLowerCase(Locale.ROOT).startsWith(BEARER);
        if (!bearer
                || expected == null
                || !same(given.substring(BEARER.length()).strip(), expected)) {
            throw new ApiException(
                    ApiException.UNAUTHORIZED,
                    "authentication_error",
                    "invalid_api_key",
                    null,
                    bearer
                            ? "the key is not the one that gantry serve printed"
                            : "send the key that gantry serve printed as 'Authorization: Bearer KEY'");
        }
    }

    /// In the same time wherever they differ.
    private static boolean same(String given, String expected) {
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String host(@Nullable String header) {
        if (header == null) {
            return null;
        }
        try {
            String host = new URI("http://" + header).getHost();
            return host == null ? null : host.toLowerCase(Locale.ROOT);
        } catch (URISyntaxException _) {
            return null;
        }
    }
}
