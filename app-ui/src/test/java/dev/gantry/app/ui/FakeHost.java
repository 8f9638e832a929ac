package dev.gantry.app.ui;

import dev.gantry.app.ui.shell.HostSystem;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// A desktop that answers what a test told it beforehand and remembers what it was asked.
public final class FakeHost implements HostSystem {
    /// What the next dialogs answer, one after the other; an empty queue answers *Cancel*.
    public final Deque<Path> chosen = new ArrayDeque<>();

    public final List<String> copied = new ArrayList<>();
    public final List<Path> opened = new ArrayList<>();
    public final List<Path> trashed = new ArrayList<>();

    @Override
    public Optional<Path> chooseFolder(String title) {
        return Optional.ofNullable(chosen.poll());
    }

    @Override
    public Optional<Path> chooseFile(String title, FileKind kind) {
        return Optional.ofNullable(chosen.poll());
    }

    @Override
    public Optional<Path> chooseFileToSave(String title, String suggestedName) {
        return Optional.ofNullable(chosen.poll());
    }

    @Override
    public void copy(String text) {
        copied.add(text);
    }

    @Override
    public void open(Path folder) {
        opened.add(folder);
    }

    @Override
    public boolean moveToTrash(Path path) {
        return trashed.add(path);
    }
}
