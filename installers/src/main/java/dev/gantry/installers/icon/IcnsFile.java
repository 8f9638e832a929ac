package dev.gantry.installers.icon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Icons of macOS: pictures of several sizes, each a PNG file under a name of four letters.
public final class IcnsFile {
    private static final int HEAD_BYTES = 8;

    private record Part(String name, int pixels) {}

    /// Single and double resolution, as macOS names them.
    private static final List<Part> PARTS = List.of(
            new Part("icp4", 16),
            new Part("icp5", 32),
            new Part("ic11", 32),
            new Part("ic12", 64),
            new Part("ic07", 128),
            new Part("ic13", 256),
            new Part("ic08", 256),
            new Part("ic14", 512),
            new Part("ic09", 512),
            new Part("ic10", 1024));

    private IcnsFile() {}

    public static void write(AppIcon icon, Path file) throws IOException {
        List<byte[]> pictures = new ArrayList<>();
        for (Part part : PARTS) {
            pictures.add(icon.png(part.pixels()));
        }
        int bytes = HEAD_BYTES
                + pictures.stream()
                        .mapToInt(picture -> HEAD_BYTES + picture.length)
                        .sum();
        ByteBuffer out = ByteBuffer.allocate(bytes);
        out.put("icns".getBytes(StandardCharsets.US_ASCII)).putInt(bytes);
        for (int i = 0; i < PARTS.size(); i++) {
            out.put(PARTS.get(i).name().getBytes(StandardCharsets.US_ASCII));
            out.putInt(HEAD_BYTES + pictures.get(i).length).put(pictures.get(i));
        }
        Files.write(file, out.array());
    }
}
