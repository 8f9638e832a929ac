package dev.gantry.app.ui.frame;

import dev.gantry.app.ui.shell.HostSystem;
import java.awt.Desktop;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.stage.DirectoryChooser;
import javafx.stage.FileChooser;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;

/// The real desktop; remembers the folder that was chosen last.
public final class JavaFxHost implements HostSystem {
    private static final System.Logger LOG = System.getLogger(JavaFxHost.class.getName());

    private final Stage stage;
    private final Consumer<Path> failedToOpen;
    private @Nullable File last;

    /// @param failedToOpen hears of a folder that this desktop cannot show
    public JavaFxHost(Stage stage, Consumer<Path> failedToOpen) {
        this.stage = stage;
        this.failedToOpen = failedToOpen;
    }

    @Override
    public Optional<Path> chooseFolder(String title) {
        DirectoryChooser chooser = new DirectoryChooser();
        chooser.setTitle(title);
        chooser.setInitialDirectory(last);
        return remembered(chooser.showDialog(stage));
    }

    @Override
    public Optional<Path> chooseFile(String title, FileKind kind) {
        FileChooser chooser = fileChooser(title);
        chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter(kind.name(), kind.patterns()));
        return remembered(chooser.showOpenDialog(stage));
    }

    @Override
    public Optional<Path> chooseFileToSave(String title, String suggestedName) {
        FileChooser chooser = fileChooser(title);
        chooser.setInitialFileName(suggestedName);
        return remembered(chooser.showSaveDialog(stage));
    }

    private FileChooser fileChooser(String title) {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(title);
        chooser.setInitialDirectory(last);
        return chooser;
    }

    private Optional<Path> remembered(@Nullable File chosen) {
        if (chosen == null) {
            return Optional.empty();
        }
        File folder = chosen.getParentFile();
        last = folder != null && folder.isDirectory() ? folder : null;
        return Optional.of(chosen.toPath());
    }

    @Override
    public void copy(String text) {
        ClipboardContent content = new ClipboardContent();
        content.putString(text);
        Clipboard.getSystemClipboard().setContent(content);
    }

    /// By a thread of its own: some desktops answer only when their file browser is up.
    @Override
    public void open(Path folder) {
        Thread.ofPlatform().daemon().name("gantry-open").start(() -> {
            try {
                Desktop.getDesktop().open(folder.toFile());
            } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
                LOG.log(System.Logger.Level.DEBUG, "cannot open " + folder, e);
                failedToOpen.accept(folder);
            }
        });
    }

    @Override
    public boolean moveToTrash(Path path) {
        try {
            return Desktop.getDesktop().moveToTrash(path.toFile());
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            LOG.log(System.Logger.Level.DEBUG, "this desktop has no trash", e);
            return false;
        }
    }
}
