package dev.gantry.installers.icon;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppIconTest {
    @TempDir
    Path folder;

    private final AppIcon icon = new AppIcon();

    @ParameterizedTest
    @ValueSource(ints = {16, 24, 48, 256})
    void picture_isARoundedSquareWithAWhiteCrane(int size) {
        BufferedImage image = icon.draw(size);

        assertThat(image.getRGB(0, 0) >>> 24).as("alpha of the corner").isZero();
        assertThat(image.getRGB(size / 2, size - 1 - size / 10)).isEqualTo(0xff0b6b85);
        int[] pixels = image.getRGB(0, 0, size, size, null, 0, size);
        assertThat(Arrays.stream(pixels).filter(pixel -> pixel == 0xffffffff).count())
                .isGreaterThan(size * size / 60);
    }

    @Test
    void ico_holdsItsPictures_whereItSays() throws IOException {
        Path file = folder.resolve("icon.ico");
        IcoFile.write(icon, file);
        byte[] whole = Files.readAllBytes(file);
        ByteBuffer in = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < in.getShort(4); i++) {
            int entry = 6 + 16 * i;
            int said = in.get(entry) & 0xff;
            int bytes = in.getInt(entry + 8);
            BufferedImage picture = picture(whole, in.getInt(entry + 12), bytes);
            assertThat(picture.getWidth()).isEqualTo(said == 0 ? 256 : said).isEqualTo(picture.getHeight());
            sizes.add(picture.getWidth());
        }

        assertThat(sizes).containsExactly(16, 24, 32, 48, 64, 256);
    }

    @Test
    void icns_holdsAPictureOfEachName_toItsEnd() throws IOException {
        Path file = folder.resolve("icon.icns");
        IcnsFile.write(icon, file);
        byte[] whole = Files.readAllBytes(file);
        ByteBuffer in = ByteBuffer.wrap(whole);
        assertThat(in.getInt(4)).isEqualTo(in.capacity());
        List<String> parts = new ArrayList<>();
        for (int at = 8; at < in.capacity(); at += in.getInt(at + 4)) {
            String name = new String(whole, at, 4, StandardCharsets.US_ASCII);
            parts.add(name + " " + picture(whole, at + 8, in.getInt(at + 4) - 8).getWidth());
        }

        assertThat(parts)
                .containsExactly(
                        "icp4 16",
                        "icp5 32",
                        "ic11 32",
                        "ic12 64",
                        "ic07 128",
                        "ic13 256",
                        "ic08 256",
                        "ic14 512",
                        "ic09 512",
                        "ic10 1024");
    }

    private static BufferedImage picture(byte[] whole, int from, int bytes) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(whole, from, bytes));
    }
}
