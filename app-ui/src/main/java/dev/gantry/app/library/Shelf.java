package dev.gantry.app.library;

import dev.gantry.zoo.catalog.AdapterEntry;
import dev.gantry.zoo.catalog.ModelEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was imported, or that and the adapters that runs made.
public record Shelf(List<Item> models, List<AdapterEntry> adapters) {
    /// @param state whether its folder is still there
    public record Item(ModelEntry entry, State state) {
        /// By the name first: a list compares one with all of its rows, and there may be many.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Item(var otherEntry, var otherState)
                    && entry.name().equals(otherEntry.name())
                    && state == otherState
                    && entry.equals(otherEntry);
        }

        @Override
        public int hashCode() {
            return entry.name().hashCode();
        }
    }

    /// Whether a folder that was pointed to is still there.
    public enum State {
        READY,
        MISSING
    }

    /// The adapters that name this model as their base, by its name or by its folder.
    public List<AdapterEntry> adaptersOf(ModelEntry model) {
        String folder = model.folder().toString();
        String last = String.valueOf(model.folder().getFileName());
        return adapters.stream()
                .filter(adapter -> adapter.baseModel().equals(model.name())
                        || adapter.baseModel().equals(folder)
                        || adapter.baseModel().equals(last))
                .toList();
    }
}
