package dev.gantry.app.library;

import dev.gantry.zoo.catalog.AdapterEntry;
import dev.gantry.zoo.catalog.ModelEntry;
import java.util.List;

/// What was imported, or that and the adapters that runs made.
public record Shelf(List<Item> models, List<AdapterEntry> adapters) {
    /// @param state whether its folder is still there
    public record Item(ModelEntry entry, State state) {}

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
