package dev.gantry.app.serving;

/// One line that asks a server from a terminal.
public final class CurlLine {
    private static final String QUESTION = "Who are you?";

    private CurlLine() {}

    /// @param windows whether it shall be for `cmd.exe`, which knows no single quotes
    public static String of(String baseUrl, String key, String model, boolean windows) {
        String body = "{\"model\": \"" + model + "\", \"messages\": [{\"role\": \"user\", \"content\": \"" + QUESTION
                + "\"}]}";
        String quoted = windows ? "\"" + body.replace("\"", "\\\"") + "\"" : "'" + body.replace("'", "'\\''") + "'";
        return "curl " + baseUrl + "/chat/completions -H \"Authorization: Bearer " + key
                + "\" -H \"Content-Type: application/json\" -d " + quoted;
    }
}
