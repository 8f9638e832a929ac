package dev.gantry.zoo.hub;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Chooses the files of a model: settings, tokenizer, licence, and its weights in one format.
///
/// Files in folders hold the same model for other programs, and scripts are never fetched.
final class HubSelection {
    private static final Set<String> SMALL = Set.of(
            "config.json",
            "generation_config.json",
            "adapter_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt",
            "tokenizer.model",
            "chat_template.jinja",
            "chat_template.json",
            "README.md");
    private static final Pattern LEGAL = Pattern.compile("(LICENSE|LICENCE|COPYING|NOTICE|USE_POLICY)[A-Za-z0-9._-]*");
    private static final Pattern SHARD = Pattern.compile("model-\\d+-of-\\d+\\.safetensors");
    private static final Pattern OLD_SHARD = Pattern.compile("pytorch_model-\\d+-of-\\d+\\.bin");

    private HubSelection() {}

    static List<HubFile> of(List<HubFile> files) {
        List<HubFile> top = files.stream().filter(HubFile::atTop).toList();
        Stream<HubFile> small = top.stream()
                .filter(file -> SMALL.contains(file.path())
                        || LEGAL.matcher(file.path()).matches());
        return Stream.concat(small, weights(top).stream()).toList();
    }

    /// Safetensors before PyTorch's format, one file before shards, an adapter's before a model's where there are both.
    private static List<HubFile> weights(List<HubFile> top) {
        List<Predicate<String>> ways = List.of(
                "adapter_model.safetensors"::equals,
                "model.safetensors"::equals,
                name -> name.equals("model.safetensors.index.json")
                        || SHARD.matcher(name).matches(),
                "adapter_model.bin"::equals,
                "pytorch_model.bin"::equals,
                name -> name.equals("pytorch_model.bin.index.json")
                        || OLD_SHARD.matcher(name).matches());
        return ways.stream()
                .map(way -> top.stream().filter(file -> way.test(file.path())).toList())
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(List.of());
    }
}
