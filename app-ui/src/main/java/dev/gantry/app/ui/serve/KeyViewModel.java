package dev.gantry.app.ui.serve;

import dev.gantry.app.server.ServerKey;
import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Question;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import java.util.List;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.StringBinding;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;

/// The key that programs must send: hidden until somebody wants to see it.
final class KeyViewModel {
    private static final String HIDDEN = "••••••••••••";

    private final Services services;
    private final Texts texts;
    private final StringProperty key = new SimpleStringProperty("");
    private final BooleanProperty shown = new SimpleBooleanProperty();
    private final StringBinding visible =
            Bindings.createStringBinding(() -> shown.get() ? key.get() : HIDDEN, key, shown);

    KeyViewModel(Services services) {
        this.services = services;
        this.texts = services.texts();
    }

    /// Reads the key, which is made at first use.
    void refresh() {
        services.tasks()
                .task(texts.get("serve.reading"), progress -> ServerKey.of(services.home()))
                .onDone(key::set)
                .start();
    }

    BooleanProperty shownProperty() {
        return shown;
    }

    /// The key, or dots in its place.
    StringBinding visible() {
        return visible;
    }

    /// The key itself; empty before it was read.
    String value() {
        return key.get();
    }

    void copy() {
        services.host().copy(key.get());
        services.notices().info(texts.get("serve.key.copied"));
    }

    /// Another key in place of this one, after a question: programs that know the old one are shut out at once.
    void renew() {
        services.notices()
                .ask(new Question(
                        texts.get("serve.key.renew"),
                        texts.get("serve.key.renew.text"),
                        List.of(
                                new Choice(texts.get("frame.cancel"), () -> {}),
                                new Choice(texts.get("serve.key.renew"), this::renewNow))));
    }

    private void renewNow() {
        services.tasks()
                .task(texts.get("serve.reading"), progress -> ServerKey.renew(services.home()))
                .onDone(made -> {
                    key.set(made);
                    services.notices().info(texts.get("serve.key.renewed"));
                })
                .start();
    }
}
