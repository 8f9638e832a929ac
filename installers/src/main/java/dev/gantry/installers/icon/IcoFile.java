package dev.gantry.installers.icon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Icons of Windows: a list of pictures of several sizes, each a PNG file.
public final class IcoFile {
    private static final List<Integer> SIZES = List.of(16, 24, 32, 48, 64, 256);
    private static final int HEAD_BYTES = 6;
    private static final int ENTRY_BYTES = 16;
    private static final short ICON = 1;
    private static final short BITS_PER_PIXEL = 32;

    private IcoFile() {}

    public static void write(AppIcon icon, Path file) throws IOException {
        List<byte[]> pictures = new ArrayList<>();
        for (int size : SIZES) {
            pictures.add(icon.png(size));
        }
        int offset = HEAD_BYTES + ENTRY_BYTES * SIZES.size();
        int bytes =
                offset + pictures.stream().mapToInt(picture -> picture.length).sum();
        ByteBuffer out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        out.putShort((short) 0).putShort(ICON).putShort((short) SIZES.size());
        for (int i = 0; i < SIZES.size(); i++) {
            // 256 is written as 0
            byte side = (byte) (int) SIZES.get(i);
            out.put(side).put(side).put((byte) 0).put((byte) 0);
            out.putShort((short) 1).putShort(BITS_PER_PIXEL);
            out.putInt(pictures.get(i).length).putInt(offset);
            offset += pictures.get(i).length;
        }
        pictures.forEach(out::put);
        Files.write(file, out.array());
    }
}
