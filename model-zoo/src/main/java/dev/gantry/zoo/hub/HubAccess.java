package dev.gantry.zoo.hub;

import java.net.URI;
import java.util.Map;

/// Which hub is asked, and as whom.
///
/// @param endpoint `https://huggingface.co`, or a mirror that speaks as it does
/// @param token of an account, for models that ask for one; empty for nobody. It is sent to the endpoint alone and
/// never
///     written anywhere
public record HubAccess(URI endpoint, String token) {
    public static final URI HUGGING_FACE = URI.create("https://huggingface.co");

    private static final String ENDPOINT = "HF_ENDPOINT";
    private static final String TOKEN = "HF_TOKEN";

    /// Takes `HF_ENDPOINT` and `HF_TOKEN`, as other programs do.
    public static HubAccess of(Map<String, String> environment) {
        String endpoint = environment.getOrDefault(ENDPOINT, "").strip();
        return new HubAccess(
                endpoint.isEmpty() ? HUGGING_FACE : URI.create(endpoint.replaceAll("/+$", "")),
                environment.getOrDefault(TOKEN, "").strip());
    }

    /// The same with a token that was typed; an empty one changes nothing.
    public HubAccess withToken(String typed) {
        return typed.isBlank() ? this : new HubAccess(endpoint, typed.strip());
    }

    @Override
    public String toString() {
        return endpoint + (token.isEmpty() ? "" : " with a token");
    }
}
