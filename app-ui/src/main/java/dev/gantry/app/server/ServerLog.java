package dev.gantry.app.server;

/// Hears of every request that was answered or refused; never of what was said in it.
@FunctionalInterface
public interface ServerLog {
    void answered(Entry entry);

    /// One request.
    ///
    /// @param status of HTTP; 499 where the client went before the answer was whole
    /// @param model that answered, or empty
    /// @param seconds from the first byte of the request to the last of the answer
    record Entry(
            String method, String path, int status, String model, int promptTokens, int newTokens, double seconds) {
        /// A client that went, as servers have agreed to call it.
        static final int CLIENT_GONE = 499;
    }
}
