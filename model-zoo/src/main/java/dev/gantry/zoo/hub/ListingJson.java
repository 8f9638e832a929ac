package dev.gantry.zoo.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads what the hub says of a model; nothing in it is believed before it is checked.
final class ListingJson {
    private static final int SHA1_DIGITS = 40;
    private static final int SHA256_DIGITS = 64;
    private static final int MOST_FILES = 100_000;
    private static final long MOST_BYTES = 1L << 46;

    private ListingJson() {}

    /// @throws dev.gantry.engine.GantryException when it is no list of files, or one that wants to write elsewhere
    static HubListing read(RepoId repo, String revision, String json) {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(json);
        } catch (JacksonException e) {
            throw HubErrors.damaged(repo, "it is no JSON").causedBy(e);
        }
        String commit = root.path("sha").asString("");
        if (!HubFile.isHex(commit, SHA1_DIGITS)) {
            throw HubErrors.damaged(repo, "it names no commit");
        }
        JsonNode siblings = root.path("siblings");
        if (!siblings.isArray() || siblings.size() > MOST_FILES) {
            throw HubErrors.damaged(repo, "it holds no files");
        }
        List<HubFile> files = new ArrayList<>();
        siblings.forEach(sibling -> files.add(file(repo, sibling)));
        JsonNode license = root.path("cardData").path("license");
        return new HubListing(
                repo, revision, commit.toLowerCase(Locale.ROOT), license.isString() ? license.asString() : "", files);
    }

    private static HubFile file(RepoId repo, JsonNode sibling) {
        JsonNode lfs = sibling.path("lfs");
        JsonNode size = lfs.path("size").isNumber() ? lfs.path("size") : sibling.path("size");
        HubFile file = new HubFile(
                sibling.path("rfilename").asString(""),
                size.isIntegralNumber() ? size.asLong() : -1,
                digest(lfs.path("sha256"), SHA256_DIGITS),
                lfs.isObject() ? null : digest(sibling.path("blobId"), SHA1_DIGITS));
        if (file.leadsElsewhere()) {
            throw HubErrors.damaged(repo, "it has a file with the name " + shown(file.path()));
        }
        if (file.bytes() < 0 || file.bytes() > MOST_BYTES) {
            throw HubErrors.damaged(repo, "it does not say how large " + file.path() + " is");
        }
        return file;
    }

    private static @Nullable String digest(JsonNode node, int digits) {
        String text = node.asString("");
        return HubFile.isHex(text, digits) ? text.toLowerCase(Locale.ROOT) : null;
    }

    private static String shown(String path) {
        String plain = path.replaceAll("\\p{Cntrl}", "?");
        return "\"" + (plain.length() > 80 ? plain.substring(0, 80) + "..." : plain) + "\"";
    }
}
