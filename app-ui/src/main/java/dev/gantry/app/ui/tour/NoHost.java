package dev.gantry.app.ui.tour;

import dev.gantry.app.ui.shell.HostSystem;
import java.nio.file.Path;
import java.util.Optional;

/// No desktop around the window: nothing is chosen, copied or opened.
final class NoHost implements HostSystem {
    @Override
    public Optional<Path> chooseFolder(String title) {
        return Optional.empty();
    }

    @Override
    public Optional<Path> chooseFile(String title, FileKind kind) {
        return Optional.empty();
    }

    @Override
    public Optional<Path> chooseFileToSave(String title, String suggestedName) {
        return Optional.empty();
    }

    @Override
    public void copy(String text) {}

    @Override
    public void open(Path folder) {}

    @Override
    public boolean moveToTrash(Path path) {
        return false;
    }
}
