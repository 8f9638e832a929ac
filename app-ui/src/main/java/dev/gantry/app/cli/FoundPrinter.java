package dev.gantry.app.cli;

import dev.gantry.app.library.Import.Found;
import dev.gantry.app.library.Import.FoundAdapter;
import dev.gantry.app.library.Import.FoundModel;
import java.io.PrintWriter;

/// Says what was found in a folder that is imported.
record FoundPrinter(PrintWriter out) {

    void print(Found found) {
        switch (found) {
            case FoundModel model -> print(model);
            case FoundAdapter adapter -> print(adapter);
        }
    }

    private void print(FoundModel model) {
        var entry = model.entry();
        out.println("family     " + entry.family() + ", " + model.layers() + " layers, width " + model.hidden());
        out.println("size       " + Quantity.count(entry.parameters()) + " parameters, " + entry.dtype() + ", "
                + Quantity.bytes(entry.bytes()));
        out.println("context    " + Quantity.count(model.maxPositions()) + " tokens");
        out.println("tokenizer  "
                + (model.vocabularySize() == 0
                        ? "none in the folder: it can be tested, but not chat or be tuned on text"
                        : Quantity.count(model.vocabularySize()) + " tokens"));
        out.println("template   " + model.chatTemplate());
        model.warnings().forEach(warning -> out.println("warning    " + warning));
    }

    private void print(FoundAdapter adapter) {
        var base = adapter.entry().baseModel();
        out.println("adapter    rank " + adapter.entry().rank() + ", for "
                + (base.isEmpty() ? "a model it does not name" : base));
    }
}
