package dev.gantry.zoo.catalog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads the part of a run's `events.jsonl` that is new: its curves and its last state.
final class RunEvents {
    /// @param state the last state event, or empty
    /// @param readBytes how far the file was read; a line that is still being written is left for the next time
    /// @param lastCountingStep of what was read earlier, values of later steps no longer count
    record News(List<MetricPoint> points, String state, long readBytes, long lastCountingStep) {}

    /// Nothing read earlier was taken back.
    static final long ALL_COUNT = Long.MAX_VALUE;

    /// Enough for a day of steps; a longer file is read in several turns.
    private static final int MAX_BYTES = 32 << 20;

    private static final System.Logger LOG = System.getLogger(RunEvents.class.getName());

    private final JsonMapper mapper = new JsonMapper();

    News readFrom(Path runFolder, long fromBytes) throws IOException {
        Path file = runFolder.resolve("events.jsonl");
        if (!Files.isRegularFile(file)) {
            return new News(List.of(), "", 0, ALL_COUNT);
        }
        long start = continues(file, fromBytes) ? fromBytes : 0;
        byte[] bytes = readBytes(file, start);
        var reading = new Reading();
        int lineStart = 0;
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] == '\n') {
                take(file, bytes, lineStart, at, reading);
                lineStart = at + 1;
            }
        }
        return new News(reading.points, reading.state, start + lineStart, reading.lastCountingStep);
    }

    /// What the lines have told so far.
    private static final class Reading {
        private final List<MetricPoint> points = new ArrayList<>();
        private String state = "";
        private long lastCountingStep = ALL_COUNT;

        /// A resumed run takes the steps after `step` again; what was told of them no longer counts.
        void goBackTo(long step) {
            points.removeIf(point -> point.step() > step);
            lastCountingStep = Math.min(lastCountingStep, step);
        }
    }

    /// False when the file is no longer the one that was read: what stands at the old end is no end of a line.
    private static boolean continues(Path file, long fromBytes) throws IOException {
        if (fromBytes == 0) {
            return true;
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var last = ByteBuffer.allocate(1);
            return channel.read(last, fromBytes - 1) == 1 && last.get(0) == '\n';
        }
    }

    private static byte[] readBytes(Path file, long fromBytes) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long count = Math.clamp(channel.size() - fromBytes, 0, MAX_BYTES);
            var buffer = ByteBuffer.allocate((int) count);
            while (buffer.hasRemaining() && channel.read(buffer, fromBytes + buffer.position()) >= 0) {
                // reads on until the part is full or the file ends
            }
            byte[] bytes = new byte[buffer.position()];
            buffer.flip().get(bytes);
            return bytes;
        }
    }

    private void take(Path file, byte[] bytes, int from, int to, Reading reading) {
        JsonNode event;
        try {
            event = mapper.readTree(bytes, from, to - from);
        } catch (JacksonException e) {
            // a run that was killed may leave half a line; the lines around it still count
            LOG.log(System.Logger.Level.DEBUG, "a line of " + file + " is no JSON", e);
            return;
        }
        switch (event.path("kind").asString("")) {
            case "metric", "eval" -> addPoints(event, reading.points);
            case "state" -> {
                reading.state = event.path("state").asString(reading.state);
                switch (reading.state) {
                    case "started" -> reading.goBackTo(-1);
                    case "resumed" -> reading.goBackTo(event.path("step").asLong(0));
                    default -> {}
                }
            }
            default -> {}
        }
    }

    private static void addPoints(JsonNode event, List<MetricPoint> points) {
        long step = event.path("step").asLong(-1);
        if (step < 0) {
            return;
        }
        for (var field : event.properties()) {
            boolean isValue = field.getValue().isNumber()
                    && !field.getKey().equals("step")
                    && !field.getKey().equals("t");
            double value = isValue ? field.getValue().asDouble() : Double.NaN;
            if (Double.isFinite(value)) {
                points.add(new MetricPoint(step, field.getKey(), value));
            }
        }
    }
}
