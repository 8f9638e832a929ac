package dev.gantry.app.ui.data;

import dev.gantry.lora.data.example.ColumnMapping;
import dev.gantry.lora.data.example.ColumnRole;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// Which column of the file holds what, as found or as the user says.
final class MapViewModel {
    private final Runnable changed;
    private final ObservableList<Column> columns = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<@Nullable ColumnMapping> mapping = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<Boolean> byHand = new ReadOnlyObjectWrapper<>(false);
    private boolean filling;

    /// One column.
    ///
    /// @param sample a value of it
    /// @param role empty when it is not used
    record Column(String name, String sample, ObjectProperty<Optional<ColumnRole>> role) {}

    /// @param changed called when the user's mapping is another one
    MapViewModel(Runnable changed) {
        this.changed = changed;
    }

    ObservableList<Column> columns() {
        return columns;
    }

    /// What the user said; null as long as what was found is used.
    ReadOnlyObjectProperty<@Nullable ColumnMapping> mappingProperty() {
        return mapping.getReadOnlyProperty();
    }

    /// Whether the user maps by hand.
    ReadOnlyObjectProperty<Boolean> byHandProperty() {
        return byHand.getReadOnlyProperty();
    }

    /// Whether the roles as they stand make an example.
    boolean isComplete() {
        return !byHand.get() || chosen().problem() == null;
    }

    /// Shows the columns of a file with what was found, or with what the user said of it before.
    void show(FirstLook look, @Nullable ColumnMapping said) {
        filling = true;
        Map<String, ColumnRole> roles = new HashMap<>();
        (said == null ? look.foundRoles() : said.columns()).forEach((role, column) -> roles.put(column, role));
        columns.setAll(look.columns().entrySet().stream()
                .map(column -> column(column.getKey(), column.getValue(), roles.get(column.getKey())))
                .toList());
        mapping.set(said);
        byHand.set(said != null || look.format() == null);
        filling = false;
    }

    private Column column(String name, String sample, @Nullable ColumnRole role) {
        Column column = new Column(name, sample, new SimpleObjectProperty<>(Optional.ofNullable(role)));
        column.role().subscribe((before, now) -> now.ifPresentOrElse(taken -> take(column, taken), this::read));
        return column;
    }

    /// Gives a role to one column alone.
    private void take(Column owner, ColumnRole role) {
        boolean outer = !filling;
        filling = true;
        for (Column other : columns) {
            if (!other.name().equals(owner.name()) && other.role().get().equals(Optional.of(role))) {
                other.role().set(Optional.empty());
            }
        }
        filling = !outer;
        read();
    }

    private void read() {
        if (filling) {
            return;
        }
        byHand.set(true);
        ColumnMapping said = chosen();
        ColumnMapping usable = said.problem() == null ? said : null;
        if (usable != null && !usable.equals(mapping.get())) {
            mapping.set(usable);
            changed.run();
        }
    }

    private ColumnMapping chosen() {
        Map<ColumnRole, String> roles = new EnumMap<>(ColumnRole.class);
        for (Column column : columns) {
            column.role().get().ifPresent(role -> roles.put(role, column.name()));
        }
        return new ColumnMapping(roles);
    }

    /// Shows the columns of rows that were understood as a whole.
    void byHand() {
        byHand.set(true);
    }

    /// Takes back what the user said.
    void useFound(FirstLook look) {
        show(look, null);
        changed.run();
    }

    /// The roles a column can have, none first.
    static List<Optional<ColumnRole>> roles() {
        return Stream.concat(
                        Stream.of(Optional.<ColumnRole>empty()),
                        Arrays.stream(ColumnRole.values()).map(Optional::of))
                .toList();
    }
}
