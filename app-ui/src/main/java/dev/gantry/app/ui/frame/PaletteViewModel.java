package dev.gantry.app.ui.frame;

import dev.gantry.app.ui.shell.Action;
import java.util.Comparator;
import java.util.List;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/// The commands that fit what was typed, best first.
final class PaletteViewModel {
    private record Scored(Action command, int score) {}

    private final List<Action> commands;
    private final StringProperty query = new SimpleStringProperty("");
    private final ObservableList<Action> found = FXCollections.observableArrayList();

    PaletteViewModel(List<Action> commands) {
        this.commands = commands;
        query.subscribe(this::search);
    }

    private void search(String typed) {
        found.setAll(commands.stream()
                .map(command -> new Scored(command, FuzzyMatch.score(typed, command.text())))
                .filter(scored -> scored.score() != FuzzyMatch.NONE)
                .sorted(Comparator.comparingInt(Scored::score).reversed())
                .map(Scored::command)
                .toList());
    }

    StringProperty queryProperty() {
        return query;
    }

    ObservableList<Action> found() {
        return found;
    }
}
