package dev.gantry.app.ui.export;

import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;

/// Where an export goes: a folder, and the name of the export's own folder in it, which must be free.
final class ExportTarget {
    /// What no file system of the three likes in a name.
    private static final Pattern BAD = Pattern.compile(".*[/\\\\:*?\"<>|\\p{Cntrl}].*|\\.+");

    private final ObjectProperty<Path> folder;
    private final StringProperty name = new SimpleStringProperty("");
    private Set<String> taken = Set.of();
    private String wanted = "";
    private String suggested = "";

    ExportTarget(Path folder) {
        this.folder = new SimpleObjectProperty<>(folder);
    }

    /// @param wanted a name that becomes the suggestion, with a number behind it when it is taken
    void suggest(String wanted) {
        this.wanted = wanted;
        if (name.get().equals(suggested)) {
            renew();
        }
    }

    /// @param names what the folder holds already
    void know(Set<String> names) {
        taken = Set.copyOf(names);
        if (name.get().equals(suggested)) {
            renew();
        }
    }

    private void renew() {
        suggested = wanted;
        for (int i = 2; taken.contains(suggested); i++) {
            suggested = wanted + "-" + i;
        }
        name.set(suggested);
    }

    /// The key of what is wrong with the name; empty when nothing is.
    String problem() {
        String plain = plainName();
        if (plain.isEmpty()) {
            return "export.obstacle.name";
        }
        if (BAD.matcher(plain).matches()) {
            return "export.obstacle.name.bad";
        }
        return taken.contains(plain) ? "export.obstacle.exists" : "";
    }

    String plainName() {
        return name.get().strip();
    }

    /// @throws java.nio.file.InvalidPathException when the name has a [#problem]
    Path path() {
        return folder.get().resolve(plainName()).toAbsolutePath().normalize();
    }

    ObjectProperty<Path> folderProperty() {
        return folder;
    }

    StringProperty nameProperty() {
        return name;
    }
}
