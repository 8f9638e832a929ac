package dev.gantry.installers;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// One jar of the class path, or one folder of classes, as it goes into a package: without what other systems load.
final class PackagedJar {
    private final Path source;
    private final Platform platform;
    private final Instant time;

    PackagedJar(Path source, Platform platform, Instant time) {
        this.source = source;
        this.platform = platform;
        this.time = time;
    }

    private interface Content {
        byte[] read() throws IOException;
    }

    private record Entry(String name, Content content) {}

    /// Writes the jar into `folder`, and the libraries of JavaFX beside it, where it looks for them first: packed in
    /// the jar they would be copied into each user's home.
    ///
    /// @return its file; empty when there is nothing in it
    String writeTo(Path folder) throws IOException {
        if (Files.isDirectory(source)) {
            Path module = source.toAbsolutePath().resolve("../..").normalize();
            return write(folder, module.getFileName() + ".jar", ofFolder());
        }
        try (ZipFile zip = new ZipFile(source.toFile())) {
            List<Entry> entries = zip.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(entry -> new Entry(
                            entry.getName(), () -> zip.getInputStream(entry).readAllBytes()))
                    .toList();
            return write(folder, source.getFileName().toString(), entries);
        }
    }

    private List<Entry> ofFolder() throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            return files.filter(Files::isRegularFile)
                    .sorted()
                    .map(file -> new Entry(
                            source.relativize(file).toString().replace('\\', '/'), () -> Files.readAllBytes(file)))
                    .toList();
        }
    }

    private String write(Path folder, String name, List<Entry> entries) throws IOException {
        if (entries.stream().allMatch(entry -> entry.name().startsWith("META-INF/"))) {
            return "";
        }
        List<Entry> kept = new ArrayList<>();
        for (Entry entry : entries) {
            if (Platform.isOfJavaFx(entry.name()) && platform.family() != Platform.Family.WINDOWS) {
                Files.write(folder.resolve(entry.name()), entry.content().read());
            } else if (platform.keeps(entry.name())) {
                kept.add(entry);
            }
        }
        // ours are packed anew: Maven writes the rights of files into them, which are the builder's
        boolean unchanged = Files.isRegularFile(source) && kept.size() == entries.size() && !AppImage.isOwn(source);
        if (unchanged) {
            Files.copy(source, folder.resolve(name));
        } else {
            pack(folder.resolve(name), kept);
        }
        return name;
    }

    /// Writes entries in the order of their names, all with one time, so that the bytes are the same each time.
    private void pack(Path jar, List<Entry> entries) throws IOException {
        List<Entry> ordered = new ArrayList<>(entries);
        // the manifest has to come first
        ordered.sort(Comparator.comparing((Entry entry) -> !entry.name().equals("META-INF/MANIFEST.MF"))
                .thenComparing(Entry::name));
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(jar));
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (Entry entry : ordered) {
                byte[] bytes = entry.content().read();
                ZipEntry written = new ZipEntry(entry.name());
                written.setTimeLocal(time.atOffset(ZoneOffset.UTC).toLocalDateTime());
                out.putNextEntry(written);
                out.write(bytes);
                out.closeEntry();
            }
        }
    }
}
