package dev.gantry.app.ui.serve;

import dev.gantry.app.serving.CurlLine;
import dev.gantry.app.serving.ServeEvent.Answered;
import dev.gantry.app.serving.ServeOrder;
import dev.gantry.app.serving.Serving;
import dev.gantry.app.serving.ServingState;
import dev.gantry.app.serving.ServingState.Off;
import dev.gantry.app.serving.ServingState.On;
import dev.gantry.app.serving.ServingState.Starting;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import java.util.List;
import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// The switch, what other programs are told, and what they asked. The server belongs to the window, not to this screen.
final class ServeViewModel implements AutoCloseable {
    private final Services services;
    private final Texts texts;
    private final Serving serving;
    private final ServeChoice choice;
    private final KeyViewModel key;
    private final Runnable listener;
    private final ReadOnlyObjectWrapper<ServingState> state;
    private final ReadOnlyObjectWrapper<@Nullable GantryException> failure = new ReadOnlyObjectWrapper<>();
    private final ObservableList<Answered> answered = FXCollections.observableArrayList();
    private final BooleanBinding canSwitchOn;
    private final BooleanBinding canSwitchOff;

    ServeViewModel(Services services) {
        this.services = services;
        this.texts = services.texts();
        this.serving = services.serving();
        this.choice = new ServeChoice(services);
        this.key = new KeyViewModel(services);
        this.state = new ReadOnlyObjectWrapper<>(serving.state());
        this.listener = () -> services.tasks().later(this::show);
        this.canSwitchOn = Bindings.createBooleanBinding(
                () -> state.get().isOff() && choice.order().isPresent(),
                state,
                choice.baseProperty(),
                choice.portProperty());
        this.canSwitchOff = Bindings.createBooleanBinding(
                () -> state.get() instanceof On || state.get() instanceof Starting, state);
        serving.addListener(listener);
        show();
    }

    private void show() {
        ServingState now = serving.state();
        if (!now.equals(state.get())) {
            failure.set(now instanceof Off(var why) ? why : null);
            state.set(now);
        }
        List<Answered> newest = serving.answered();
        if (!newest.equals(answered)) {
            answered.setAll(newest);
        }
    }

    void refresh() {
        choice.refresh();
        key.refresh();
    }

    void switchOn() {
        Optional<ServeOrder> order = choice.order();
        if (order.isEmpty() || !canSwitchOn.get()) {
            return;
        }
        failure.set(null);
        choice.remember(order.get());
        services.tasks()
                .task(texts.get("serve.starting"), progress -> {
                    serving.start(order.get());
                    serving.awaitLoaded(progress::cancelled);
                    if (progress.cancelled()) {
                        serving.stop();
                    }
                    return true;
                })
                .onFailed(failure::set)
                .start();
    }

    void switchOff() {
        services.tasks()
                .task(texts.get("serve.ending"), progress -> {
                    serving.stop();
                    return true;
                })
                .start();
    }

    void dismissFailure() {
        failure.set(null);
    }

    /// Where programs ask, or empty while the server is off.
    Optional<String> baseUrl() {
        return state.get() instanceof On on ? Optional.of(on.begun().baseUrl()) : Optional.empty();
    }

    void copyUrl() {
        baseUrl().ifPresent(url -> copy(url, "serve.url.copied"));
    }

    /// The line as it is shown: with the key hidden where that is.
    String curl(String shownKey) {
        String model = state.get() instanceof On on ? on.begun().models().getLast() : "";
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        return baseUrl().map(url -> CurlLine.of(url, shownKey, model, windows)).orElse("");
    }

    void copyCurl() {
        copy(curl(key.value()), "serve.curl.copied");
    }

    /// What a person types to have the same from a terminal.
    void copyCommand() {
        choice.order()
                .ifPresent(order -> copy("gantry " + String.join(" ", order.arguments()), "serve.command.copied"));
    }

    private void copy(String text, String told) {
        services.host().copy(text);
        services.notices().info(texts.get(told));
    }

    ServeChoice choice() {
        return choice;
    }

    KeyViewModel key() {
        return key;
    }

    ReadOnlyObjectProperty<ServingState> stateProperty() {
        return state.getReadOnlyProperty();
    }

    BooleanBinding canSwitchOnProperty() {
        return canSwitchOn;
    }

    BooleanBinding canSwitchOffProperty() {
        return canSwitchOff;
    }

    /// Why the server could not be switched on, or ended by itself; null when all is well.
    ReadOnlyObjectProperty<@Nullable GantryException> failureProperty() {
        return failure.getReadOnlyProperty();
    }

    /// The last requests, newest first.
    ObservableList<Answered> answered() {
        return answered;
    }

    @Override
    public void close() {
        serving.removeListener(listener);
    }
}
