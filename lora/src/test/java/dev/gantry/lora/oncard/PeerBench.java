package dev.gantry.lora.oncard;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The same shapes in PyTorch with transformers and PEFT, where they are on this machine, and Gantry's figures of this
/// run over theirs.
///
/// @param model a shape of {@link ShapeBench}
record PeerBench(String model) implements Step.Program {
    private static final String LIBRARIES =
            "import sys, torch, transformers, peft; sys.exit(0 if torch.cuda.is_available() else 3)";

    /// @param ratios Gantry's tokens a second over the peer's, by what was measured
    private record Compared(JsonNode peer, Map<String, Double> ratios) {}

    @Override
    public void run(Ground ground, Recorder recorder) throws IOException {
        if (!Ground.isCard()) {
            recorder.leaveOut(model, "it is for a card");
        } else if (!hasLibraries(ground)) {
            recorder.leaveOut(model, "python3 with torch for this card, transformers and peft was not there");
        } else {
            recorder.part(model, () -> compared(ground));
        }
    }

    private static boolean hasLibraries(Ground ground) throws IOException {
        try {
            return exitCode(ground, "libraries", List.of("python3", "-c", LIBRARIES)) == 0;
        } catch (IOException _) {
            return false; // there is no python3
        }
    }

    private Compared compared(Ground ground) throws IOException {
        int status = exitCode(
                ground,
                model,
                List.of(
                        "python3",
                        "peer_peft.py",
                        "--model",
                        model,
                        "--tokens",
                        Integer.toString(ShapeBench.TOKENS),
                        "--rank",
                        Integer.toString(ShapeBench.RANK),
                        "--seed",
                        Long.toString(ShapeBench.SEED)));
        List<String> lines = Files.readAllLines(output(ground, model));
        if (status != 0 || lines.isEmpty()) {
            throw new IOException("peer_peft.py ended with " + status + ": " + String.join(" | ", lines));
        }
        JsonNode peer = JsonMapper.shared().readTree(lines.getLast());
        Map<String, Double> ratios = new LinkedHashMap<>();
        for (JsonNode part : StepProcess.read(StepProcess.partsOf(ground, Steps.benchOf(model)))) {
            String what = part.path("what").asString();
            double ours = part.path("figures")
                    .path("result")
                    .path("medianTokensPerSecond")
                    .asDouble(0);
            double theirs = peer.path(what).path("medianTokensPerSecond").asDouble(0);
            if (ours > 0 && theirs > 0) {
                ratios.put(what, ours / theirs);
                System.out.printf("  %s: %.2f times PEFT's tokens/s%n", what, ours / theirs);
            }
        }
        return new Compared(peer, ratios);
    }

    private static Path output(Ground ground, String what) {
        return ground.work().resolve("peer-" + what + ".txt");
    }

    private static int exitCode(Ground ground, String what, List<String> command) throws IOException {
        File output = output(ground, what).toFile();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
