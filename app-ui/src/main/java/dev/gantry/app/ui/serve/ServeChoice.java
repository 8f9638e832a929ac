package dev.gantry.app.ui.serve;

import dev.gantry.app.chat.Voice;
import dev.gantry.app.chat.VoiceShelf;
import dev.gantry.app.chat.VoiceShelf.Base;
import dev.gantry.app.library.Library;
import dev.gantry.app.machine.ChosenDevice;
import dev.gantry.app.serving.ServeOrder;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import javafx.collections.ObservableSet;
import org.jspecify.annotations.Nullable;

/// What is to be served: a model, adapters beside it, a port. What was chosen last is remembered.
final class ServeChoice {
    private static final String PORT = "serve.port";
    private static final String MODEL = "serve.model";

    private final Services services;
    private final Texts texts;
    private final VoiceShelf shelf;
    private final ObservableList<Base> bases = FXCollections.observableArrayList();
    private final ObjectProperty<@Nullable Base> base = new SimpleObjectProperty<>();
    private final ObservableList<Voice> adapters = FXCollections.observableArrayList();
    private final ObservableSet<Voice> chosen = FXCollections.observableSet();
    private final StringProperty port;

    ServeChoice(Services services) {
        this.services = services;
        this.texts = services.texts();
        this.shelf =
                new VoiceShelf(services.home(), new Library(services.home(), services.catalog(), services.clock()));
        this.port = new SimpleStringProperty(
                services.preferences().current().value(PORT, String.valueOf(ServeOrder.USUAL_PORT)));
        base.subscribe(this::readAdapters);
    }

    /// Looks for models and adapters again.
    void refresh() {
        services.tasks()
                .task(texts.get("serve.reading"), progress -> shelf.bases())
                .onDone(this::show)
                .start();
    }

    private void show(List<Base> found) {
        Base before = base.get();
        String wanted = before == null ? services.preferences().current().value(MODEL, "") : before.name();
        bases.setAll(found);
        Base now = found.stream()
                .filter(one -> one.name().equals(wanted))
                .findFirst()
                .orElse(found.isEmpty() ? null : found.getFirst());
        base.set(now);
        if (now != null && now.equals(before)) {
            readAdapters(now);
        }
    }

    private void readAdapters(@Nullable Base of) {
        if (of == null) {
            adapters.clear();
            chosen.clear();
            return;
        }
        services.tasks()
                .task(texts.get("serve.reading"), progress -> shelf.voices(of))
                .onDone(found -> {
                    if (of.equals(base.get())) {
                        List<Voice> now =
                                found.stream().filter(voice -> !voice.isBase()).toList();
                        chosen.retainAll(now);
                        adapters.setAll(now);
                    }
                })
                .start();
    }

    ObservableList<Base> bases() {
        return bases;
    }

    ObjectProperty<@Nullable Base> baseProperty() {
        return base;
    }

    /// The adapters there are for the model.
    ObservableList<Voice> adapters() {
        return adapters;
    }

    /// Those of them that are served.
    ObservableSet<Voice> chosen() {
        return chosen;
    }

    StringProperty portProperty() {
        return port;
    }

    /// The number that was typed, if it is one of a port.
    Optional<Integer> port() {
        String typed = port.get().strip();
        if (!typed.matches("\\d{1,5}")) {
            return Optional.empty();
        }
        int number = Integer.parseInt(typed);
        return number <= ServeOrder.LAST_PORT ? Optional.of(number) : Optional.empty();
    }

    /// What was chosen; empty while something is missing or wrong.
    Optional<ServeOrder> order() {
        Base of = base.get();
        if (of == null) {
            return Optional.empty();
        }
        List<String> names =
                adapters.stream().filter(chosen::contains).map(Voice::name).toList();
        return port().map(number -> new ServeOrder(
                of.name(),
                names,
                number,
                ChosenDevice.of(services.preferences().current()).written()));
    }

    void remember(ServeOrder order) {
        services.preferences()
                .change(now -> now.withValue(PORT, String.valueOf(order.port())).withValue(MODEL, order.model()));
    }
}
