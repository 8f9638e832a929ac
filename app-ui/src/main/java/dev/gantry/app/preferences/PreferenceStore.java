package dev.gantry.app.preferences;

import dev.gantry.lora.run.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The preferences in one small file; changes are told to whoever listens and written by another thread.
///
/// Used from one thread, the one that shows the window.
public final class PreferenceStore {
    private static final System.Logger LOG = System.getLogger(PreferenceStore.class.getName());
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private final Path file;
    private final Executor writer;
    private final List<Consumer<Preferences>> listeners = new ArrayList<>();
    private Preferences current;

    private PreferenceStore(Path file, Executor writer, Preferences current) {
        this.file = file;
        this.writer = writer;
        this.current = current;
    }

    /// The file that a window keeps them in.
    ///
    /// @param home the folder of everything that Gantry makes
    public static Path fileIn(Path home) {
        return home.resolve("settings.json");
    }

    /// Reads `file`; where it is missing or damaged the preferences are the default ones.
    ///
    /// @param writer runs one write after the other
    public static PreferenceStore open(Path file, Executor writer) {
        return new PreferenceStore(file, writer, read(file));
    }

    private static Preferences read(Path file) {
        try {
            return Files.exists(file) ? JSON.readValue(Files.readString(file), Preferences.class) : Preferences.DEFAULT;
        } catch (IOException | JacksonException e) {
            LOG.log(System.Logger.Level.WARNING, "the settings in " + file + " cannot be read and are not used");
            return Preferences.DEFAULT;
        }
    }

    public Preferences current() {
        return current;
    }

    /// Changes the preferences, tells the listeners, and has them written.
    public void change(UnaryOperator<Preferences> change) {
        Preferences changed = change.apply(current);
        if (changed.equals(current)) {
            return;
        }
        current = changed;
        List.copyOf(listeners).forEach(listener -> listener.accept(changed));
        writer.execute(() -> write(changed));
    }

    /// @return ends the listening
    public Runnable onChange(Consumer<Preferences> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void write(Preferences preferences) {
        try {
            Files.createDirectories(file.toAbsolutePath().resolveSibling("."));
            DurableFiles.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(preferences));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the settings could not be written to " + file, e);
        }
    }
}
