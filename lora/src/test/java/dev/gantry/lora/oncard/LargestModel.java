package dev.gantry.lora.oncard;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.lora.bench.TieredStep;
import dev.gantry.zoo.family.Families;
import dev.gantry.zoo.family.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A step of the largest model: of the shape of LLaMA 70B under 24 GB of the card, with what host memory and disk can
/// give; where they cannot hold all blocks, of as many as they do. Without a card a small one of the same kind.
final class LargestModel implements Step.Program {
    private static final long CAP = 24_000_000_000L;
    /// Of the host memory that the system says is available.
    private static final double SHARE_OF_HOST = 0.7;

    private static final int LAYERS = 80;
    private static final int LAYERS_ON_HOST = 6;
    private static final String LARGE = """
            {"model_type": "llama", "vocab_size": 32000, "max_position_embeddings": 4096, "hidden_size": 8192,
             "intermediate_size": 28672, "num_attention_heads": 64, "num_key_value_heads": 8, "hidden_act": "silu",
             "rms_norm_eps": 1e-5, "tie_word_embeddings": false}""";
    private static final String SMALL = """
            {"model_type": "llama", "vocab_size": 64, "max_position_embeddings": 64, "hidden_size": 32,
             "intermediate_size": 96, "num_attention_heads": 4, "num_key_value_heads": 1, "hidden_act": "silu",
             "rms_norm_eps": 1e-5, "tie_word_embeddings": false}""";

    private final double mostSeconds;

    /// @param mostSeconds that all may take
    LargestModel(double mostSeconds) {
        this.mostSeconds = mostSeconds;
    }

    @Override
    public void run(Ground ground, Recorder recorder) throws IOException {
        Path folder = Files.createDirectories(ground.work().resolve("largest"));
        deleteAll(folder); // what a step left that was ended
        recorder.part(Ground.isCard() ? "70B under 24 GB" : "a small one", () -> {
            try (Backend backend = ground.open()) {
                return Ground.isCard() ? onCard(backend, folder) : onHost(backend, folder, null);
            }
        });
        deleteAll(folder);
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    private TieredStep.Result onCard(Backend backend, Path folder) throws IOException {
        long device = Math.min(CAP, backend.memory().freeBytes());
        long host = (long) (SHARE_OF_HOST * Machine.availableBytes());
        return step(backend, LARGE, LAYERS, device, host, folder, ShapeBench.TOKENS, ShapeBench.RANK, null);
    }

    /// Within so little that some blocks stay on the device, some wait in host memory and some on disk.
    ///
    /// @param rates null to measure them
    TieredStep.Result onHost(Backend backend, Path folder, TieredStep.@Nullable Rates rates) throws IOException {
        return step(backend, SMALL, LAYERS_ON_HOST, 475_000, 470_000, folder, 4, 2, rates);
    }

    private TieredStep.Result step(
            Backend backend,
            String config,
            int layers,
            long device,
            long host,
            Path folder,
            int tokens,
            int rank,
            TieredStep.@Nullable Rates rates)
            throws IOException {
        TieredStep.Wish wish = new TieredStep.Wish(
                count -> shape(config, count),
                layers,
                device,
                host,
                folder,
                tokens,
                rank,
                Ground.THREADS,
                ShapeBench.SEED,
                rates,
                mostSeconds);
        return new TieredStep(backend, wish).run();
    }

    private static DecoderSpec shape(String config, int layers) {
        var root = (ObjectNode) JsonMapper.shared().readTree(config);
        root.put("num_hidden_layers", layers);
        ModelConfig described = new ModelConfig(Path.of("config.json"), root);
        return Families.of(described).spec(described);
    }
}
