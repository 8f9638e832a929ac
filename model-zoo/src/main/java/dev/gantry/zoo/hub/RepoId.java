package dev.gantry.zoo.hub;

import dev.gantry.engine.GantryException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The name of a model on the hub.
///
/// @param name such as `owner/name`; old models have no owner
public record RepoId(String name) {
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]{0,95})");
    private static final Pattern ADDRESS =
            Pattern.compile("https?://[^/]+/([^/?#]+(?:/[^/?#]+)?)(?:/tree/[^?#]*)?/?(?:[?#].*)?");

    /// Takes a name or the address of a model's page.
    ///
    /// @throws GantryException when it is neither
    public static RepoId parse(String given) {
        String text = given.strip();
        Matcher address = ADDRESS.matcher(text);
        String name = address.matches() ? address.group(1) : text;
        String[] parts = name.split("/", -1);
        boolean good = parts.length <= 2 && !name.contains("..");
        for (String part : parts) {
            good = good && PART.matcher(part).matches();
        }
        if (!good) {
            throw GantryException.usage(
                    "HUB-NAME",
                    "cannot download " + text,
                    "a model on the hub is named like owner/name, in letters, digits, dots, dashes and underscores",
                    "copy the name from the top of the model's page, or the page's address");
        }
        return new RepoId(name);
    }

    /// The name of a folder for it.
    public String folderName() {
        return name.replace("/", "--");
    }
}
