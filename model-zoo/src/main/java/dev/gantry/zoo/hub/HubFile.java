package dev.gantry.zoo.hub;

import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A file of a model as the hub lists it.
///
/// @param path inside the repository, with `/`
/// @param sha256 of a large file, in hex; null for small ones
/// @param gitSha1 of a small file as Git hashes it, in hex; null when the hub says none
public record HubFile(
        String path,
        long bytes,
        @Nullable String sha256,
        @Nullable String gitSha1) {
    private static final Pattern HOSTILE = Pattern.compile("[\\\\:*?\"<>|\\p{Cntrl}]");
    private static final Pattern RESERVED = Pattern.compile("(?i)(con|prn|aux|nul|com\\d|lpt\\d)(\\..*)?");

    /// Whether the path could lead anywhere but into the folder it is downloaded to, on any system.
    public boolean leadsElsewhere() {
        if (path.isEmpty() || path.startsWith("/") || HOSTILE.matcher(path).find()) {
            return true;
        }
        for (String part : path.split("/", -1)) {
            if (part.isEmpty()
                    || part.chars().allMatch(c -> c == '.')
                    || part.endsWith(".")
                    || part.endsWith(" ")
                    || RESERVED.matcher(part).matches()) {
                return true;
            }
        }
        return false;
    }

    boolean atTop() {
        return path.indexOf('/') < 0;
    }

    boolean holdsWeights() {
        return path.endsWith(".safetensors") || path.endsWith(".bin");
    }

    static boolean isHex(String text, int digits) {
        return text.length() == digits && text.chars().allMatch(HexFormat::isHexDigit);
    }
}
