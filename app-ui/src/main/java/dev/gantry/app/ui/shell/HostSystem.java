package dev.gantry.app.ui.shell;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What the window asks of the desktop around it; tests answer in its place.
///
/// All but [#moveToTrash] are called on the JavaFX thread.
public interface HostSystem {
    /// @param name such as `Tables`
    /// @param patterns such as `*.csv`
    record FileKind(String name, List<String> patterns) {}

    Optional<Path> chooseFolder(String title);

    Optional<Path> chooseFile(String title, FileKind kind);

    Optional<Path> chooseFileToSave(String title, String suggestedName);

    void copy(String text);

    /// Opens a folder in the file browser.
    void open(Path folder);

    /// Moves to the trash, from which the user can bring it back; false when this desktop has none. Any thread but the
    /// JavaFX one.
    boolean moveToTrash(Path path);
}
