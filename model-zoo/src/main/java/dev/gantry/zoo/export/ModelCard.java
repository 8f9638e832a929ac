package dev.gantry.zoo.export;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an exported model's README.md says.
///
/// @param title heading
/// @param baseModel name of the model it was made from; empty when it was made from nothing
/// @param license as in the base's card, such as `apache-2.0`; empty when it is not known
/// @param tags words to find it by
/// @param text what follows the heading, in Markdown
public record ModelCard(String title, String baseModel, String license, List<String> tags, String text) {

    private static final long MAX_README_BYTES = 4L << 20;

    private static final Pattern FRONT_MATTER = Pattern.compile("---\\R(.{0,8192}?\\R)---", Pattern.DOTALL);
    private static final Pattern LICENSE =
            Pattern.compile("^license:[ \\t]*[\"']?([A-Za-z0-9._-]+)", Pattern.MULTILINE);

    public ModelCard {
        tags = List.copyOf(tags);
    }

    /// The licence that a model folder's README.md states in its front matter; empty when there is none.
    public static String licenseIn(Path folder) throws IOException {
        Path readme = folder.resolve("README.md");
        if (!Files.isRegularFile(readme) || Files.size(readme) > MAX_README_BYTES) {
            return "";
        }
        String text = new String(Files.readAllBytes(readme), StandardCharsets.UTF_8);
        Matcher frontMatter = FRONT_MATTER.matcher(text);
        Matcher license = LICENSE.matcher(frontMatter.lookingAt() ? frontMatter.group(1) : "");
        return license.find() ? license.group(1) : "";
    }

    /// The file's text, with its front matter.
    String markdown() {
        StringBuilder out = new StringBuilder("---\n");
        if (!baseModel.isEmpty()) {
            out.append("base_model: ").append(quoted(baseModel)).append('\n');
        }
        out.append("library_name: transformers\npipeline_tag: text-generation\n");
        if (!license.isEmpty()) {
            out.append("license: ").append(quoted(license)).append('\n');
        }
        out.append("tags:\n");
        tags.forEach(tag -> out.append("- ").append(quoted(tag)).append('\n'));
        return out.append("---\n\n# ")
                .append(title)
                .append("\n\n")
                .append(text)
                .append('\n')
                .toString();
    }

    /// Plain words stay plain; all else is quoted, so that no name can break the YAML.
    private static String quoted(String value) {
        if (value.matches("[A-Za-z][A-Za-z0-9._/-]*")) {
            return value;
        }
        String clean = value.replaceAll("\\p{Cntrl}", " ");
        return '"' + clean.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
