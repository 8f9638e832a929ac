package dev.gantry.lora.data;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/// Times the validation of generated files; run by hand, since tests assert no times. Arguments: rows, folder.
public final class ValidationTiming {
    private static final String[] WORDS =
            "the a crane lifts heavy boxes over water while gulls look on and nobody asks why it hums".split(" ", -1);

    private ValidationTiming() {}

    /// Writes rows of some 600 characters, one in a thousand of them bad, and inspects them.
    public static void main(String[] arguments) throws IOException {
        int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        Path folder = arguments.length > 1 ? Path.of(arguments[1]) : Files.createTempDirectory("gantry-timing");
        Path file = folder.resolve("generated.jsonl");
        generate(file, rows);
        for (int round = 0; round < 3; round++) {
            long start = System.nanoTime();
            DataInspection inspection = DatasetInspector.inspect(DataRequest.of(file));
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    "%d rows, %d MB: %.2f s; %s%n",
                    inspection.report().rows(),
                    Files.size(file) >> 20,
                    seconds,
                    inspection.report().summary());
        }
        Files.delete(file);
    }

    static void generate(Path file, int rows) throws IOException {
        Random random = new Random(42);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int row = 0; row < rows; row++) {
                String question = words(random, 10 + random.nextInt(30));
                String answer = row % 1000 == 999 ? "" : words(random, 20 + random.nextInt(100));
                String cut = row % 2000 == 1999 ? "" : "}";
                out.write("{\"messages\":[{\"role\":\"user\",\"content\":\"" + question
                        + "\"},{\"role\":\"assistant\",\"content\":\"" + answer + "\"}]" + cut + "\n");
            }
        }
    }

    private static String words(Random random, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
        }
        return text.toString();
    }
}
