package dev.gantry.engine.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The text of one family of kernels.
///
/// @param name of its file
/// @param header what it includes as {@link #HEADER}
public record KernelSource(String name, String text, String header) {
    static final String HEADER = "common.cuh";

    /// Families: a file each, whose kernels begin with the family's name.
    public enum Family {
        ELEMENTS,
        NORMS,
        ROTARY,
        ATTENTION,
        ACTIVATIONS,
        EMBEDDINGS,
        LOSSES,
        OPTIMIZERS,
        MATMUL;

        /// Its file without `.cu`, and the beginning of its kernels' names.
        public String prefix() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static KernelSource of(Family family) {
        String name = family.prefix() + ".cu";
        return new KernelSource(name, resource(name), resource(HEADER));
    }

    private static String resource(String name) {
        try (InputStream in = KernelSource.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + name, e);
        }
    }
}
