package dev.gantry.engine.cuda;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Keeps compiled kernels in a folder, a file for each source, card and compiler. A file is the SHA-256 of the image
/// and the image; one that does not fit is compiled again. Beside them stands the name of the last compiler, so that a
/// machine which has lost it can still use what it left.
public final class KernelCache implements KernelCompiler {
    private static final Logger LOG = System.getLogger(KernelCache.class.getName());
    private static final int DIGEST_BYTES = 32;
    private static final int KEY_CHARACTERS = 24;
    private static final String COMPILER_FILE = "compiler";

    private final Path folder;
    private final KernelCompiler compiler;

    /// @param folder made when something is kept
    public KernelCache(Path folder, KernelCompiler compiler) {
        this.folder = folder;
        this.compiler = compiler;
    }

    /// All kernels of a card, without a compiler.
    ///
    /// @return empty when any of them is missing
    public static Optional<KernelCompiler> whole(Path folder, ComputeCapability capability) {
        return compilerOf(folder)
                .map(version -> new KernelCache(folder, new Gone(version)))
                .filter(cache -> Arrays.stream(KernelSource.Family.values())
                        .allMatch(family ->
                                Files.exists(folder.resolve(cache.name(KernelSource.of(family), capability)))))
                .map(KernelCompiler.class::cast);
    }

    private static Optional<String> compilerOf(Path folder) {
        try {
            Path file = folder.resolve(COMPILER_FILE);
            return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot read {0}: {1}", folder, e);
            return Optional.empty();
        }
    }

    /// A compiler that left images and is not here any more.
    public record Gone(String version) implements KernelCompiler {
        /// @throws CudaException always: what it did not leave cannot be had
        @Override
        public byte[] compile(KernelSource source, ComputeCapability capability) {
            throw CudaException.compilation(source.name(), "sm_" + capability.number(), version, "it is not here");
        }
    }

    @Override
    public String version() {
        return compiler.version();
    }

    /// A disk that cannot be read or written costs time, never the work.
    @Override
    public byte[] compile(KernelSource source, ComputeCapability capability) {
        Path file = folder.resolve(name(source, capability));
        byte[] kept = read(file);
        if (kept != null) {
            return kept;
        }
        byte[] image = compiler.compile(source, capability);
        keep(file, image);
        return image;
    }

    private String name(KernelSource source, ComputeCapability capability) {
        String all = String.join(
                "\0", source.text(), source.headers().toString(), capability.toString(), compiler.version());
        String key = HexFormat.of().formatHex(sha256(all.getBytes(StandardCharsets.UTF_8)));
        return source.name() + "-" + capability.number() + "-" + key.substring(0, KEY_CHARACTERS) + ".image";
    }

    private static byte @Nullable [] read(Path file) {
        try {
            if (!Files.exists(file)) {
                return null;
            }
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length > DIGEST_BYTES) {
                byte[] image = Arrays.copyOfRange(bytes, DIGEST_BYTES, bytes.length);
                if (Arrays.equals(sha256(image), Arrays.copyOf(bytes, DIGEST_BYTES))) {
                    return image;
                }
            }
            LOG.log(Level.WARNING, "{0} is damaged; the kernels are compiled again", file);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot read {0}: {1}", file, e);
        }
        return null;
    }

    /// Files appear whole or not at all, so that two programs may start at once.
    private void keep(Path file, byte[] image) {
        try {
            Files.createDirectories(folder);
            Path partial = Files.createTempFile(folder, "image", ".partial");
            try {
                byte[] bytes = Arrays.copyOf(sha256(image), DIGEST_BYTES + image.length);
                System.arraycopy(image, 0, bytes, DIGEST_BYTES, image.length);
                Files.write(partial, bytes);
                Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                Files.writeString(folder.resolve(COMPILER_FILE), compiler.version());
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot keep {0}: {1}", file, e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
