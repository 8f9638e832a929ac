package dev.gantry.zoo.hub;

import dev.gantry.engine.GantryException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;

/// Which hub is asked, and as whom.
///
/// @param endpoint `https://huggingface.co`, or a mirror that speaks as it does
/// @param token of an account, for models that ask for one; empty for nobody. It is sent to the endpoint alone and
///     never written anywhere
public record HubAccess(URI endpoint, String token) {
    public static final URI HUGGING_FACE = URI.create("https://huggingface.co");

    private static final String ENDPOINT = "HF_ENDPOINT";
    private static final String TOKEN = "HF_TOKEN";

    /// Takes `HF_ENDPOINT` and `HF_TOKEN`, as other programs do.
    ///
    /// @throws GantryException when the endpoint is no address
    public static HubAccess of(Map<String, String> environment) {
        String endpoint = environment.getOrDefault(ENDPOINT, "").strip();
        String token = environment.getOrDefault(TOKEN, "").strip();
        return endpoint.isEmpty() ? new HubAccess(HUGGING_FACE, token) : at(endpoint, token);
    }

    /// @param endpoint an address that begins with `https://` or `http://`
    /// @throws GantryException when it is none
    public static HubAccess at(String endpoint, String token) {
        try {
            URI address = new URI(endpoint.replaceAll("/+$", ""));
            if (address.getHost() != null && address.getScheme().matches("https?")) {
                return new HubAccess(address, token);
            }
        } catch (URISyntaxException _) {
            // told below
        }
        throw GantryException.usage(
                "HUB-ENDPOINT",
                "cannot ask the hub at " + endpoint,
                "that is no address of a hub",
                "give one like https://huggingface.co (HF_ENDPOINT, or --endpoint in a terminal)");
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
