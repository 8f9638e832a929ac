package dev.gantry.app.ui.models;

import dev.gantry.app.ui.shell.Services;
import dev.gantry.zoo.tokenizer.Encoding;
import dev.gantry.zoo.tokenizer.Tokenizer;
import dev.gantry.zoo.tokenizer.TokenizerLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// Type a text, see how a model cuts it.
///
/// The tokenizer is opened at the first letter and closed with the model; its native memory has this one owner.
final class TokenizerViewModel implements AutoCloseable {
    /// More would be a list that nobody reads.
    static final int SHOWN = 200;

    /// @param total how many there are, of which some are shown
    private record Cut(int total, List<TokenPiece> pieces) {}

    private final Services services;
    private final StringProperty text = new SimpleStringProperty("");
    private final ReadOnlyStringWrapper summary = new ReadOnlyStringWrapper("");
    private final ObservableList<TokenPiece> pieces = FXCollections.observableArrayList();
    private final Object owner = new Object();
    private @Nullable Tokenizer tokenizer;
    private @Nullable Path opened;
    private @Nullable Path folder;
    private int vocabularySize;
    private boolean working;
    private boolean changed;

    TokenizerViewModel(Services services) {
        this.services = services;
        text.subscribe(typed -> cut());
    }

    /// Shows the tokenizer of another model.
    ///
    /// @param folder null when the model has none
    void use(@Nullable Path folder, int vocabularySize) {
        this.folder = folder;
        this.vocabularySize = vocabularySize;
        cut();
    }

    /// Cuts what is typed now; while one cut is going on, the next waits and only the last one is done.
    private void cut() {
        Path model = folder;
        if (model == null || text.get().isEmpty()) {
            pieces.clear();
            summary.set("");
            return;
        }
        if (working) {
            changed = true;
            return;
        }
        working = true;
        changed = false;
        String typed = text.get();
        int size = vocabularySize;
        services.tasks()
                .task(services.texts().get("models.tokenizer.working"), progress -> cut(model, size, typed))
                .onDone(this::show)
                .onEnd(() -> {
                    working = false;
                    if (changed) {
                        cut();
                    }
                })
                .start();
    }

    private Cut cut(Path model, int size, String typed) throws IOException {
        synchronized (owner) {
            if (!model.equals(opened)) {
                close();
                tokenizer = TokenizerLoader.load(model, size);
                opened = model;
            }
            Tokenizer open = tokenizer;
            if (open == null) {
                return new Cut(0, List.of());
            }
            Encoding encoding = open.encode(typed);
            List<TokenPiece> shown = new ArrayList<>();
            for (int i = 0; i < Math.min(encoding.length(), SHOWN); i++) {
                int id = encoding.ids()[i];
                String part = typed.substring(encoding.starts()[i], encoding.ends()[i]);
                shown.add(new TokenPiece(id, part.isEmpty() ? "<" + id + ">" : visible(part)));
            }
            return new Cut(encoding.length(), shown);
        }
    }

    private static String visible(String part) {
        return part.replace(' ', '·').replace("\n", "⏎").replace("\t", "⇥");
    }

    private void show(Cut cut) {
        pieces.setAll(cut.pieces());
        summary.set(services.texts()
                .format("models.tokenizer.summary", cut.total(), text.get().length()));
    }

    StringProperty textProperty() {
        return text;
    }

    ReadOnlyStringProperty summaryProperty() {
        return summary.getReadOnlyProperty();
    }

    ObservableList<TokenPiece> pieces() {
        return pieces;
    }

    @Override
    public void close() {
        synchronized (owner) {
            Tokenizer open = tokenizer;
            if (open != null) {
                open.close();
            }
            tokenizer = null;
            opened = null;
        }
    }
}
