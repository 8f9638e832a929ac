package dev.gantry.engine.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/// The text of one family of kernels.
///
/// @param name of its file
/// @param headers what it may include, by name
public record KernelSource(String name, String text, SortedMap<String, String> headers) {
    private static final List<String> HEADERS = List.of("attention.cuh", "common.cuh", "tiles.cuh");

    public KernelSource {
        headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
    }

    /// Families: a file each, whose kernels begin with the family's name.
    public enum Family {
        ELEMENTS,
        NORMS,
        ROTARY,
        ATTENTION,
        FLASH,
        ACTIVATIONS,
        EMBEDDINGS,
        LOSSES,
        OPTIMIZERS,
        MATMUL,
        GROUPED,
        SAMPLING,
        TILES;

        /// Its file without `.cu`, and the beginning of its kernels' names.
        public String prefix() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static KernelSource of(Family family) {
        SortedMap<String, String> headers = new TreeMap<>();
        for (String header : HEADERS) {
            headers.put(header, resource(header));
        }
        String name = family.prefix() + ".cu";
        return new KernelSource(name, resource(name), headers);
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
